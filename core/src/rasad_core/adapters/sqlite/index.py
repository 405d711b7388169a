"""The article index in SQLite: full-text search over our own token streams.

A row's number, its *place*, is its time of publication in seconds times 2^20 plus a count, so
that newest first is the order FTS5 has anyway and a period is a range of places.
`index_articles` holds the versions of an article (also of one that is gone, or whose move came
first), `index_bodies` the article itself, `index_facets` what is counted.
"""

import sqlite3
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from rasad_core import codec
from rasad_core.adapters.sqlite import writing
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.paging import Page, page_of
from rasad_core.adapters.sqlite.places import first_place, second_of
from rasad_core.adapters.sqlite.query import plan
from rasad_core.adapters.sqlite.selecting import MAX_CANDIDATES, Selection
from rasad_core.adapters.sqlite.stored import Stored
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.events import ArticleEnriched, Highlight
from rasad_core.fields import FACET_ALIASES, FIELD_BY_NAME
from rasad_core.histogram import histogram
from rasad_core.ports import (
    FacetValue,
    Histogram,
    Hit,
    SearchRequest,
    SearchResult,
    WantedInterval,
    Write,
    WriteOutcome,
)
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights

# Articles per transaction of a write: 25 take 22 ms (p95 36, at most 40); 50 took 45 (65, 96), 100
# took 112 (168, 188), at about the same cost an article. FTS5 keeps its own settings: automerge 8
# and pages of 1,000 or 8,000 bytes gained nothing, automerge 16 stalled a write for 0.9 s.
_BATCH = 25
_SCAN_PAGE = 200


class SqliteArticleIndex:
    """ArticleIndex over one file; readers in any thread or process see whole batches."""

    def __init__(self, database: Database, *, max_candidates: int = MAX_CANDIDATES) -> None:
        """Build it; `max_candidates` is how many articles one search may verify."""
        self._database = database
        self._max_candidates = max_candidates
        self._terms = writing.TermMemory()

    def write(self, batch: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Apply in order; each run of a few articles is a transaction of its own.

        A crash may leave the head of a batch written, which writing it again does not change.
        """
        outcomes: list[WriteOutcome] = []
        for start in range(0, len(batch), _BATCH):
            prepared = [writing.prepare(event) for event in batch[start : start + _BATCH]]
            outcomes += self._apply(prepared)
        return outcomes

    def _apply(self, prepared: Sequence[writing.Prepared]) -> list[WriteOutcome]:
        try:
            with self._database.write() as connection:
                return [writing.apply(connection, each, self._terms) for each in prepared]
        except BaseException:
            # Rolled back: the terms it remembers as written are not.
            self._terms.forget()
            raise

    def get(self, article_id: str) -> ArticleEnriched | None:
        """Give the held revision, or None."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT b.body, a.story_id FROM index_articles a JOIN index_bodies b USING (place)"
                " WHERE a.article_id = ?",
                (article_id,),
            ).fetchone()
        return None if row is None else _article(*row)

    def search(self, request: SearchRequest) -> SearchResult:
        """Find by the meaning of `query.evaluate`; raises `QueryRefused`, `Unprocessable`."""
        with self._database.read() as connection:
            terms = Terms(connection)
            selection = self._select(connection, request, terms)
            page = page_of(selection, request)
            hits = _hits(connection, page, request, terms)
            facets = {
                name: _facet(connection, selection, FACET_ALIASES.get(name, name))
                for name in request.facets
            }
        return SearchResult(
            total=page.total,
            stories=page.stories,
            hits=hits,
            facets=facets,
            next_cursor=page.next_cursor,
        )

    def count(self, request: SearchRequest) -> int:
        """Give the total of the same search, for less."""
        with self._database.read() as connection:
            return self._select(connection, request).total

    def histogram(
        self, request: SearchRequest, *, interval: WantedInterval = "auto", tz: str = "UTC"
    ) -> Histogram:
        """Count the result by time of publication."""
        with self._database.read() as connection:
            selection = self._select(connection, replace(request, sort="oldest"))
            places = array("q", selection.places())
        # A place says the second of publication, and buckets begin on whole ones.
        return histogram(
            (second_of(places[0]), second_of(places[-1])) if places else None,
            lambda moment: bisect_left(places, first_place(moment)),
            interval=interval,
            tz=tz,
        )

    def scan(self, request: SearchRequest) -> Iterator[ArticleEnriched]:
        """Give every article of the result in its sort order, a few at a time.

        The result is that of the moment of the first article: what is written later is not in it,
        what is gone by its turn is left out. Holds 8 bytes for each article.
        """
        with self._database.read() as connection:
            places = array("q", self._select(connection, request).places())
        for start in range(0, len(places), _SCAN_PAGE):
            with self._database.read() as connection:
                found = [_held(connection, place) for place in places[start : start + _SCAN_PAGE]]
            yield from filter(None, found)

    def _select(
        self, connection: sqlite3.Connection, request: SearchRequest, terms: Terms | None = None
    ) -> Selection:
        terms = terms or Terms(connection)
        chosen = plan(request.narrowed, now=request.now, terms=terms)
        return Selection(connection, chosen, request, terms, max_candidates=self._max_candidates)


def _article(body: bytes, story_id: str) -> ArticleEnriched:
    article = codec.decode(zlib.decompress(body), ArticleEnriched)
    return article if article.story_id == story_id else replace(article, story_id=story_id)


def _held(connection: sqlite3.Connection, place: int) -> ArticleEnriched | None:
    row = connection.execute(
        "SELECT b.body, a.story_id FROM index_bodies b JOIN index_articles a USING (article_id)"
        " WHERE b.place = ?",
        (place,),
    ).fetchone()
    return None if row is None else _article(*row)


def _hits(
    connection: sqlite3.Connection, page: Page, request: SearchRequest, terms: Terms
) -> tuple[Hit, ...]:
    found: dict[int, tuple[Highlight, ...]] = {}
    if request.query is not None:
        found = Stored(connection, request.query, terms, now=request.now).highlights(page.places)
    articles = [(place, _held(connection, place)) for place in page.places]
    return tuple(
        Hit(
            article=article,
            highlights=found[place] if place in found else _analysed(article, request),
            copies=page.copies.get(place),
        )
        for place, article in articles
        if article
    )


def _analysed(article: ArticleEnriched, request: SearchRequest) -> tuple[Highlight, ...]:
    """Highlight an article of an earlier program, of which no offsets are stored."""
    if request.query is None:
        return ()
    return highlights(request.query, search_document(article), now=request.now)


def _facet(
    connection: sqlite3.Connection, selection: Selection, field: str
) -> tuple[FacetValue, ...]:
    """Count the values of a field over the whole result, most frequent first."""
    if not FIELD_BY_NAME[field].facet:
        raise KeyError(field)
    among, arguments = selection.subquery()
    where = "field = ?" if selection.everything else f"field = ? AND place IN ({among})"
    rows = connection.execute(
        f"SELECT value, count(*) FROM index_facets WHERE {where}"
        " GROUP BY value ORDER BY count(*) DESC, value",
        (field, *arguments),
    )
    return tuple(FacetValue(value=value, count=count) for value, count in rows)
