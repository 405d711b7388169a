"""Articles as the evaluator reads them, from what is stored."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime

from rasad_core.adapters.sqlite.numbering import named, names_of
from rasad_core.adapters.sqlite.offsets import unpack
from rasad_core.adapters.sqlite.pruning import Pruner
from rasad_core.adapters.sqlite.rebuilding import NOT_DESCRIBED, described
from rasad_core.adapters.sqlite.sparse import Sparse, count_of
from rasad_core.adapters.sqlite.streams import COLUMNS
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.events import Highlight
from rasad_core.instants import moment_of
from rasad_core.query.ast import InRange, MetaTime, MetaValue, MetaWords, Node
from rasad_core.query.document import SearchDocument
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.places import parts_of

# What is read of an article only if a query asks for it. FTS5's own table is asked for its columns:
# through the virtual table they take twice as long.
_LEAD = "(SELECT lead FROM index_bodies WHERE place = j.value)"
_PUBLISHED = "(SELECT published_us FROM index_bodies WHERE place = j.value)"
_STORY = "(SELECT story_id FROM index_articles WHERE place = j.value)"
_LANGUAGE = "(SELECT value FROM index_facets WHERE field = 'lang' AND place = j.value)"
_OFFSETS = "(SELECT packed FROM index_offsets WHERE place = j.value)"
_EPOCH = moment_of(0)
_NOWHERE = (None, None)


class Stored:
    """Reads articles for one query, and asks the evaluator about them."""

    def __init__(
        self, connection: sqlite3.Connection, query: Node, terms: Terms, *, now: datetime
    ) -> None:
        self._connection = connection
        self._now = now
        names = names_of(query)
        self._sparse = Sparse(query, names, terms)
        self._pruner = Pruner(named(query, names))
        parts = list(parts_of(query))
        self._asked = (
            _LEAD if any(_is_lead(part) for part in parts) else "0",
            _PUBLISHED if any(isinstance(part, MetaTime) for part in parts) else "0",
            _STORY if any(_is_story(part) for part in parts) else "''",
            _LANGUAGE if self._sparse.stemmed else "''",
            _column("about") if any(map(_is_described, parts)) else "''",
        )
        self._columns = [
            _column(field + stream)
            for field in ("title", "text")
            for stream in self._sparse.streams
        ]

    def matching(self, places: Collection[int]) -> set[int]:
        """Give those of the places whose articles match: what SQL cannot decide."""
        return {
            place
            for place, document in self._documents(places)
            if (node := self._pruner.left_of(document)) and matches(node, document, now=self._now)
        }

    def highlights(self, places: Collection[int]) -> dict[int, tuple[Highlight, ...]]:
        """Give the highlights of some places; those are left out of which no offsets are stored."""
        return {
            place: highlights(node, document, now=self._now) if node else ()
            for place, document in self._documents(places, offsets=True)
            for node in [self._pruner.left_of(document)]
        }

    def _documents(
        self, places: Collection[int], *, offsets: bool = False
    ) -> Iterator[tuple[int, SearchDocument]]:
        half = len(self._sparse.streams)
        wanted = (*self._asked, _OFFSETS if offsets else "NULL", *self._columns)
        rows = self._connection.execute(
            f"SELECT j.value, {', '.join(wanted)}"
            " FROM json_each(?) j CROSS JOIN index_words_content w ON w.id = j.value",
            (json.dumps(list(places)),),
        )
        for place, lead, published_us, story_id, language, about, packed, *columns in rows:
            if offsets and packed is None:
                continue
            title, text = columns[:half], columns[half:]
            placed = unpack(packed, count_of(title[0]), count_of(text[0])) if packed else _NOWHERE
            title_tokens, _ = self._sparse.tokens(title, language, offsets=placed[0])
            text_tokens, leading = self._sparse.tokens(text, language, lead=lead, offsets=placed[1])
            words, values, domain, url = described(about) if about else NOT_DESCRIBED
            yield (
                place,
                SearchDocument(
                    title=title_tokens,
                    text=text_tokens,
                    lead_tokens=leading,
                    published=moment_of(published_us) if published_us else _EPOCH,
                    words=words,
                    values={**values, "story": frozenset([story_id])} if story_id else values,
                    domain=domain,
                    url=url,
                ),
            )


def _column(name: str) -> str:
    return f"w.c{COLUMNS.index(name)}"


def _is_described(part: Node) -> bool:
    return isinstance(part, MetaWords | MetaValue)


def _is_lead(part: Node) -> bool:
    return isinstance(part, InRange) and part.range == "lead"


def _is_story(part: Node) -> bool:
    return isinstance(part, MetaValue) and part.field == "story"
