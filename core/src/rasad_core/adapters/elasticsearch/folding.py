"""Pages of stories: each story of a selection once, at its first article in the order."""

from collections.abc import Mapping, Sequence
from typing import Any

from rasad_core.adapters.elasticsearch.asking import Asking
from rasad_core.adapters.elasticsearch.cursors import Place, cursor_of, place_of
from rasad_core.adapters.elasticsearch.query import Query
from rasad_core.adapters.elasticsearch.spans import seconds_of
from rasad_core.events import Frozen
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, refuse

# The server's own limit of hits of one request, and of stories by relevance.
_MOST = 10_000
# Stories looked at in one request behind the first page, where some were given already.
_CHUNK = 500

Sort = Sequence[Mapping[str, str]]


class First(Frozen, frozen=True, kw_only=True):
    """The first article of a story, and where it stands in the order."""

    article_id: str
    story_id: str
    place: Place


class Fold(Frozen, frozen=True, kw_only=True):
    """The stories of a page."""

    firsts: tuple[First, ...]
    next_cursor: str | None


def folded(asking: Asking, query: Query, request: SearchRequest, sort: Sort) -> Fold:
    """Give a page of stories.

    What is newer than all there was at the first page counts and is not looked at: it would take
    its story to a page that was given already.
    """
    if request.sort == "relevance":
        return _by_rank(asking, query, request, sort)
    place = place_of(request, int, str, int)
    newest = _newest(asking, query) if place is None else place[-1]
    looked_at = _up_to(query, newest)
    found = _firsts(asking, looked_at, request, sort, place and place[:-1])
    shown = tuple(found[: request.limit])
    more = 0 < request.limit < len(found)
    cursor = cursor_of(request, (*shown[-1].place, newest)) if more else None
    return Fold(firsts=shown, next_cursor=cursor)


def _by_rank(asking: Asking, query: Query, request: SearchRequest, sort: Sort) -> Fold:
    """Give a page by number: nothing but its place in the whole says what stands before a score."""
    place = place_of(request, int, int)
    offset, newest = (0, _newest(asking, query)) if place is None else map(int, place)
    if offset < 0 or offset + request.limit >= _MOST:
        message = f"by relevance only the first {_MOST} stories can be paged through; narrow it"
        raise refuse(Code.TOO_BROAD, message, 0, 0)
    found = _collapsed(
        asking, _up_to(query, newest), sort, request.limit + 1, offset=offset, ranked=True
    )
    more = 0 < request.limit < len(found)
    cursor = cursor_of(request, (offset + request.limit, newest)) if more else None
    return Fold(firsts=tuple(found[: request.limit]), next_cursor=cursor)


def _firsts(
    asking: Asking, query: Query, request: SearchRequest, sort: Sort, place: Place | None
) -> Sequence[First]:
    """Give the stories of a page and one more, from those behind a place."""
    wanted = request.limit + 1
    found: list[First] = []
    while True:
        behind = None if place is None else _behind(request, place)
        size = min(max(wanted - len(found), _CHUNK if behind else 0), _MOST)
        asked = query if behind is None else _both(query, behind)
        firsts = _collapsed(asking, asked, sort, size)
        given = set() if behind is None else _given(asking, query, behind, firsts)
        found += [first for first in firsts if first.story_id not in given]
        if len(found) >= wanted or len(firsts) < size:
            return found[:wanted]
        place = firsts[-1].place


def _collapsed(
    asking: Asking, query: Query, sort: Sort, size: int, *, offset: int = 0, ranked: bool = False
) -> Sequence[First]:
    answer = asking.search(
        {
            "query": query,
            "sort": sort,
            "collapse": {"field": "story_id"},
            "from": offset,
            "size": size,
            "track_total_hits": False,
            "_source": False,
        },
        ranked=ranked,
    )
    return [
        First(
            article_id=hit["_id"],
            story_id=hit["fields"]["story_id"][0],
            place=tuple(hit["sort"]),
        )
        for hit in answer["hits"]["hits"]
    ]


def _given(asking: Asking, query: Query, behind: Query, firsts: Sequence[First]) -> set[str]:
    """Give those of the stories that have an article up to a place too."""
    if not firsts:
        return set()
    stories = {"terms": {"story_id": [first.story_id for first in firsts]}}
    answer = asking.search(
        {
            "query": {"bool": {"filter": [query, stories], "must_not": [behind]}},
            "size": 0,
            "aggs": {"given": {"terms": {"field": "story_id", "size": len(firsts)}}},
        }
    )
    return {bucket["key"] for bucket in answer["aggregations"]["given"]["buckets"]}


def _behind(request: SearchRequest, place: Place) -> Query:
    second, article_id = place
    side = "gt" if request.sort == "oldest" else "lt"
    same: list[Query] = [
        {"term": {"facts.published_s": second}},
        {"range": {"article_id": {side: article_id}}},
    ]
    further: Query = {"range": {"facts.published_s": {side: second}}}
    return {"bool": {"should": [further, {"bool": {"filter": same}}], "minimum_should_match": 1}}


def _newest(asking: Asking, query: Query) -> int:
    span = seconds_of(asking, query)
    return 0 if span is None else span[1]


def _up_to(query: Query, second: Any) -> Query:
    upper: Query = {"range": {"facts.published_s": {"lte": second}}}
    return {"bool": {"must": [query], "filter": [upper]}}


def _both(query: Query, other: Query) -> Query:
    return {"bool": {"filter": [query, other]}}
