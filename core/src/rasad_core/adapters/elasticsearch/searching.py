"""Searches of the article index on Elasticsearch."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from rasad_core import histogram as histograms
from rasad_core.adapters.elasticsearch.asking import Answer, Asking, selecting
from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.cursors import cursor_of, place_of
from rasad_core.adapters.elasticsearch.documents import article_of
from rasad_core.adapters.elasticsearch.facets import aggregations, facets_of, stories_of
from rasad_core.adapters.elasticsearch.query import Query
from rasad_core.events import ArticleEnriched
from rasad_core.instants import microseconds, moment_of
from rasad_core.ports import (
    Histogram,
    Hit,
    SearchRequest,
    SearchResult,
    Sort,
    WantedInterval,
)
from rasad_core.query.document import search_document
from rasad_core.query.errors import Code, refuse
from rasad_core.query.evaluate import highlights

_SORTS: Mapping[Sort, list[dict[str, str]]] = {
    "newest": [{"facts.published_s": "desc"}, {"article_id": "desc"}],
    "oldest": [{"facts.published_s": "asc"}, {"article_id": "asc"}],
    "relevance": [{"_score": "desc"}, {"facts.published_s": "desc"}, {"article_id": "desc"}],
}
# The server's own limit of how far a page of folded stories may be.
_MOST_STORIES = 10_000
# Articles read at once by a scan, and how long the server may keep its view for the next.
_SCAN_PAGE, _SCAN_MINUTES = 500, "5m"
# Boundaries of buckets counted by one request; the server takes 65,536 buckets.
_EDGES = 5_000


class Searcher:
    """The reading half of `ArticleIndex`, over the months behind one alias. For any threads."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._asking = Asking(client, alias)
        self._alias = alias

    def search(self, request: SearchRequest) -> SearchResult:
        """Find by the meaning of `query.evaluate`; raises `QueryRefused`, `Unprocessable`."""
        query = selecting(request, scored=request.sort == "relevance")
        body: dict[str, Any] = {"query": query, "track_total_hits": True}
        if request.facets:
            body["aggs"] = aggregations(request.facets)
        if request.fold:
            return self._folded(request, body)
        sort = _SORTS[request.sort]
        after = place_of(request, len(sort))
        answer = self._asking.search(
            {**body, "size": request.limit + 1, "sort": sort}
            | ({} if after is None else {"search_after": list(after)})
        )
        hits = answer["hits"]["hits"]
        more = 0 < request.limit < len(hits)
        return SearchResult(
            total=answer["hits"]["total"]["value"],
            hits=tuple(_hit(hit, request) for hit in hits[: request.limit]),
            facets=self._facets(request, query, answer),
            next_cursor=cursor_of(request, hits[request.limit - 1]["sort"]) if more else None,
        )

    def count(self, request: SearchRequest) -> int:
        """Give the total of the same search, for less."""
        answer = self._asking.search(
            {"query": selecting(request), "size": 0, "track_total_hits": True}
        )
        return int(answer["hits"]["total"]["value"])

    def histogram(
        self, request: SearchRequest, *, interval: WantedInterval = "auto", tz: str = "UTC"
    ) -> Histogram:
        """Count the result by time of publication."""
        query = selecting(request)
        span = self._span(query)
        edges: list[datetime] = []

        def note(moment: datetime) -> int:
            edges.append(moment)
            return 0

        empty = histograms.histogram(span, note, interval=interval, tz=tz)
        if span is None:
            return empty
        counts = self._counts_before(query, edges)
        return histograms.histogram(span, counts.__getitem__, interval=interval, tz=tz)

    def scan(self, request: SearchRequest) -> Iterator[ArticleEnriched]:
        """Give every article of the result in its sort order, as of the first of them.

        Holds one page of articles; the server keeps its view until the end.
        """
        client, sort = self._asking.client, _SORTS[request.sort]
        query = selecting(request, scored=request.sort == "relevance")
        try:
            with explained():
                pit = client.open_point_in_time(index=self._alias, keep_alive=_SCAN_MINUTES)["id"]
        except NotFoundError:
            return
        after: Sequence[object] | None = None
        try:
            while True:
                answer = self._asking.search(
                    {
                        "query": query,
                        "size": _SCAN_PAGE,
                        "sort": sort,
                        "track_total_hits": False,
                        "pit": {"id": pit, "keep_alive": _SCAN_MINUTES},
                    }
                    | ({} if after is None else {"search_after": after})
                )
                hits = answer["hits"]["hits"]
                for hit in hits:
                    if (article := article_of(hit["_source"])) is not None:
                        yield article
                if len(hits) < _SCAN_PAGE:
                    return
                pit, after = answer["pit_id"], hits[-1]["sort"]
        finally:
            with explained():
                client.options(ignore_status=404).close_point_in_time(id=pit)

    def _folded(self, request: SearchRequest, body: dict[str, Any]) -> SearchResult:
        """Give a page of stories, each at its first article in the order.

        What is newer than all there was at the first page counts and is not looked at: it would
        take its story to a page that was given already.
        """
        query = body["query"]
        at, newest_s = place_of(request, 2) or (0, self._newest_s(query))
        offset = int(at)
        if offset + request.limit >= _MOST_STORIES:
            message = f"only the first {_MOST_STORIES} stories can be paged through; narrow it"
            raise refuse(Code.TOO_BROAD, message, 0, 0)
        looked_at = {"range": {"facts.published_s": {"lte": newest_s}}}
        page = self._asking.search(
            {
                "query": {"bool": {"must": [query], "filter": [looked_at]}},
                "sort": _SORTS[request.sort],
                "collapse": {"field": "story_id"},
                "from": offset,
                "size": request.limit + 1,
                "track_total_hits": False,
            }
        )
        hits = page["hits"]["hits"]
        shown = hits[: request.limit]
        answer = self._asking.search({**body, "size": 0})
        sizes = self._sizes(query, [hit["_source"]["story_id"] for hit in shown])
        more = 0 < request.limit < len(hits)
        return SearchResult(
            total=answer["hits"]["total"]["value"],
            stories=stories_of(self._asking, query),
            hits=tuple(
                _hit(hit, request, copies=sizes[hit["_source"]["story_id"]] - 1) for hit in shown
            ),
            facets=self._facets(request, query, answer),
            next_cursor=cursor_of(request, (offset + request.limit, newest_s)) if more else None,
        )

    def _sizes(self, query: Query, stories: Sequence[str]) -> Mapping[str, int]:
        """Count the articles of the result in each of some stories."""
        if not stories:
            return {}
        of_these = {"bool": {"must": [query], "filter": [{"terms": {"story_id": list(stories)}}]}}
        counted = {"terms": {"field": "story_id", "size": len(stories)}}
        answer = self._asking.search({"query": of_these, "size": 0, "aggs": {"sizes": counted}})
        buckets = answer["aggregations"]["sizes"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    def _facets(self, request: SearchRequest, query: Query, answer: Answer) -> Any:
        if not request.facets or "aggregations" not in answer:
            return dict.fromkeys(request.facets, ())
        return facets_of(self._asking, query, request.facets, answer)

    def _newest_s(self, query: Query) -> int:
        span = self._span(query)
        return 0 if span is None else microseconds(span[1]) // 1_000_000

    def _span(self, query: Query) -> tuple[datetime, datetime] | None:
        """Give the first and the last publication of a selection."""
        ends = {end: {end: {"field": "facts.published_us"}} for end in ("min", "max")}
        answer = self._asking.search({"query": query, "size": 0, "aggs": ends})
        found = answer.get("aggregations")
        if not found or found["min"]["value"] is None:
            return None
        return moment_of(int(found["min"]["value"])), moment_of(int(found["max"]["value"]))

    def _counts_before(self, query: Query, edges: Sequence[datetime]) -> Mapping[datetime, int]:
        """Count the articles published before each of rising moments."""
        counts: dict[datetime, int] = {}
        before = 0
        for start in range(0, len(edges), _EDGES):
            part = edges[start : start + _EDGES]
            # From one edge to the next; the first from whatever was counted so far.
            begins = [None if not start else edges[start - 1], *part[:-1]]
            ranges = [
                {"to": microseconds(end)} | ({} if begin is None else {"from": microseconds(begin)})
                for begin, end in zip(begins, part, strict=True)
            ]
            counted = {"range": {"field": "facts.published_us", "keyed": False, "ranges": ranges}}
            answer = self._asking.search({"query": query, "size": 0, "aggs": {"edges": counted}})
            found = {
                bucket["to"]: bucket["doc_count"]
                for bucket in answer["aggregations"]["edges"]["buckets"]
            }
            for edge in part:
                before += found[float(microseconds(edge))]
                counts[edge] = before
        return counts


def _hit(hit: Mapping[str, Any], request: SearchRequest, *, copies: int | None = None) -> Hit:
    article = article_of(hit["_source"])
    assert article is not None  # placeholders are not searchable
    if request.query is None:
        return Hit(article=article, copies=copies)
    found = highlights(request.query, search_document(article), now=request.now)
    return Hit(article=article, highlights=found, copies=copies)
