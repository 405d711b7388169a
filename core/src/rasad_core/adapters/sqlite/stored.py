"""Articles as the evaluator reads them, from what is stored."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime

from rasad_core.adapters.sqlite.rebuilding import document_of
from rasad_core.adapters.sqlite.streams import READING_STREAMS
from rasad_core.query.ast import MetaValue, MetaWords, Node, Words
from rasad_core.query.document import SearchDocument
from rasad_core.query.evaluate import matches
from rasad_core.query.places import parts_of

_LANGUAGE = "(SELECT value FROM index_facets WHERE field = 'lang' AND place = j.value)"


def matching(
    connection: sqlite3.Connection, node: Node, places: Collection[int], *, now: datetime
) -> set[int]:
    """Give those of the places whose articles match: what SQL cannot decide."""
    return {
        place
        for place, document in documents(connection, node, places)
        if matches(node, document, now=now)
    }


def documents(
    connection: sqlite3.Connection, node: Node, places: Collection[int], *, offsets: bool = False
) -> Iterator[tuple[int, SearchDocument]]:
    """Give the articles of some places, each with what the query reads of it.

    With `offsets`, for highlights, those are left out of which none are stored.
    """
    streams, described = _streams_read(node)
    columns = _columns_read(streams, described=described)
    packed = "CROSS JOIN index_offsets o ON o.place = j.value" if offsets else ""
    rows = connection.execute(
        "SELECT j.value, b.lead, b.published_us, a.story_id,"
        f" {_LANGUAGE if 'stem' in streams else 'NULL'}, {'o.packed' if offsets else 'NULL'},"
        f" {', '.join(columns)}"
        " FROM json_each(?) j CROSS JOIN index_words w ON w.rowid = j.value"
        " CROSS JOIN index_bodies b ON b.place = j.value"
        f" CROSS JOIN index_articles a ON a.place = j.value {packed}",
        (json.dumps(list(places)),),
    )
    for place, lead, published_us, story_id, language, starts_and_ends, *found in rows:
        document = document_of(
            dict(zip(columns, found, strict=True)),
            lead=lead,
            published_us=published_us,
            story_id=story_id,
            language=language,
            offsets=starts_and_ends,
        )
        yield place, document


def _columns_read(streams: Collection[str], *, described: bool) -> tuple[str, ...]:
    """Give the columns that verifying a query reads; splitting the others would double its time."""
    names = ("", *READING_STREAMS, *(("_x",) if "exact" in streams else ()))
    text = (name + stream for name in ("title", "text") for stream in names)
    return (*text, *(("about",) if described else ()))


def _streams_read(node: Node) -> tuple[set[str], bool]:
    """Give the streams of a query's words, and whether it asks for metadata."""
    parts = list(parts_of(node))
    words = (part for part in parts if isinstance(part, Words))
    streams: set[str] = {pattern.stream for leaf in words for pattern in leaf.patterns}
    return streams, any(isinstance(part, MetaWords | MetaValue) for part in parts)
