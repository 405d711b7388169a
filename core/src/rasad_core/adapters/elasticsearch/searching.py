"""Searches of the article index on Elasticsearch."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, TypeVar

from elasticsearch import Elasticsearch

from rasad_core.adapters.elasticsearch.asking import MOST_CANDIDATES, Answer, Asking
from rasad_core.adapters.elasticsearch.cursors import Kind, cursor_of, place_of
from rasad_core.adapters.elasticsearch.documents import article_of
from rasad_core.adapters.elasticsearch.facets import aggregations, facets_of, stories_of
from rasad_core.adapters.elasticsearch.folding import First, folded
from rasad_core.adapters.elasticsearch.query import Query
from rasad_core.adapters.elasticsearch.scanning import scanned
from rasad_core.adapters.elasticsearch.spans import histogram_of
from rasad_core.adapters.elasticsearch.ways import answered
from rasad_core.events import ArticleEnriched
from rasad_core.ports import (
    Histogram,
    Hit,
    SearchRequest,
    SearchResult,
    Sort,
    WantedInterval,
)
from rasad_core.query.highlighting import Highlighter

_SORTS: Mapping[Sort, list[dict[str, str]]] = {
    "newest": [{"facts.published_s": "desc"}, {"article_id": "desc"}],
    "oldest": [{"facts.published_s": "asc"}, {"article_id": "asc"}],
    "relevance": [{"_score": "desc"}, {"facts.published_s": "desc"}, {"article_id": "desc"}],
}
_PLACES: Mapping[Sort, Sequence[Kind]] = {
    "newest": (int, str),
    "oldest": (int, str),
    "relevance": (float, int, str),
}
# The server gives at most 10,000 hits at once.
_MOST_HITS = 5_000

T = TypeVar("T")


class Searcher:
    """The reading half of `ArticleIndex`, over the months behind one alias. For any threads.

    Pages are complete and disjoint while articles are written, but for those by relevance, whose
    weights every new article changes.
    """

    def __init__(
        self, client: Elasticsearch, alias: str, *, most_candidates: int = MOST_CANDIDATES
    ) -> None:
        self._asking = Asking(client, alias, most_candidates=most_candidates)

    def search(self, request: SearchRequest) -> SearchResult:
        """Find by the meaning of `query.evaluate`; raises `QueryRefused`, `Unprocessable`."""
        if request.fold:
            return self._asked(request, lambda query: self._stories(request, query))
        return self._asked(request, lambda query: self._articles(request, query))

    def count(self, request: SearchRequest) -> int:
        """Give the total of the same search, for less."""
        return self._asked(request, lambda query: _total(self._counted(query)))

    def histogram(
        self, request: SearchRequest, *, interval: WantedInterval = "auto", tz: str = "UTC"
    ) -> Histogram:
        """Count the result by time of publication."""
        return self._asked(
            request, lambda query: histogram_of(self._asking, query, interval=interval, tz=tz)
        )

    def scan(self, request: SearchRequest) -> Iterator[ArticleEnriched]:
        """Give every article of the result in its sort order, as of the first of them.

        Holds one page of articles; the server keeps its view until the end.
        """
        sort, ranked = _SORTS[request.sort], request.sort == "relevance"

        def begun(query: Query) -> tuple[Sequence[ArticleEnriched], Generator[ArticleEnriched]]:
            # A refusal comes with the first page, before anything is given.
            articles = scanned(self._asking, query, sort, ranked=ranked)
            return tuple(islice(articles, 1)), articles

        first, articles = self._asked(request, begun)
        with closing(articles):
            yield from first
            yield from articles

    def _asked(self, request: SearchRequest, ask: Callable[[Query], T]) -> T:
        return answered(self._asking, request, ask)

    def _articles(self, request: SearchRequest, query: Query) -> SearchResult:
        place = place_of(request, *_PLACES[request.sort])
        counting: dict[str, Any] = {"track_total_hits": True}
        if request.facets:
            counting["aggs"] = aggregations(request.facets)
        body: dict[str, Any] = {"query": query, "sort": _SORTS[request.sort]}
        hits: list[Mapping[str, Any]] = []
        wanted, first = request.limit + 1, None
        while True:
            body["size"] = size = min(wanted - len(hits), _MOST_HITS)
            if place is not None:
                body["search_after"] = list(place)
            further = {"track_total_hits": False} if first else counting
            answer = self._asking.search(body | further, ranked=request.sort == "relevance")
            first = first or answer
            hits += answer["hits"]["hits"]
            if len(hits) >= wanted or len(answer["hits"]["hits"]) < size:
                break
            place = hits[-1]["sort"]
        more = 0 < request.limit < len(hits)
        return SearchResult(
            total=_total(first),
            hits=tuple(map(_Hits(request).read, hits[: request.limit])),
            facets=facets_of(self._asking, query, request.facets, first),
            next_cursor=cursor_of(request, hits[request.limit - 1]["sort"]) if more else None,
        )

    def _stories(self, request: SearchRequest, query: Query) -> SearchResult:
        facets = aggregations(request.facets)
        page = folded(self._asking, query, request, _SORTS[request.sort])
        counted = self._counted(query, facets)
        return SearchResult(
            total=_total(counted),
            stories=stories_of(self._asking, query),
            hits=self._shown(request, query, page.firsts),
            facets=facets_of(self._asking, query, request.facets, counted),
            next_cursor=page.next_cursor,
        )

    def _counted(self, query: Query, facets: Mapping[str, Any] | None = None) -> Answer:
        counting = {"query": query, "size": 0, "track_total_hits": True}
        return self._asking.search(counting | ({"aggs": facets} if facets else {}))

    def _shown(
        self, request: SearchRequest, query: Query, firsts: Sequence[First]
    ) -> tuple[Hit, ...]:
        """Read the first article of each story, and count the others of the result."""
        found: dict[str, Hit] = {}
        hits = _Hits(request)
        for start in range(0, len(firsts), _MOST_HITS):
            part = firsts[start : start + _MOST_HITS]
            stories = {"terms": {"story_id": [first.story_id for first in part]}}
            answer = self._asking.search(
                {
                    "query": {"bool": {"filter": [query, stories]}},
                    "post_filter": {"terms": {"article_id": [first.article_id for first in part]}},
                    "size": len(part),
                    "track_total_hits": False,
                    "aggs": {"sizes": {"terms": {"field": "story_id", "size": len(part)}}},
                }
            )
            buckets = answer["aggregations"]["sizes"]["buckets"]
            sizes = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
            for hit in answer["hits"]["hits"]:
                copies = sizes[hit["_source"]["story_id"]] - 1
                found[hit["_id"]] = hits.read(hit, copies=copies)
        # What was deleted or moved since it was found is left out.
        return tuple(found[first.article_id] for first in firsts if first.article_id in found)


def _total(answer: Answer) -> int:
    return int(answer["hits"]["total"]["value"])


class _Hits:
    """Reads what was found for a request."""

    def __init__(self, request: SearchRequest) -> None:
        query = request.query
        self._highlighter = None if query is None else Highlighter(query, now=request.now)

    def read(self, found: Mapping[str, Any], *, copies: int | None = None) -> Hit:
        article = article_of(found["_source"])
        assert article is not None  # placeholders are not searchable
        if self._highlighter is None:
            return Hit(article=article, copies=copies)
        return Hit(article=article, highlights=self._highlighter.highlights(article), copies=copies)
