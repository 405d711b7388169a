"""Counting a selection by the values of a field, exactly."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasad_core.adapters.elasticsearch.asking import Answer, Asking
from rasad_core.adapters.elasticsearch.query import Query
from rasad_core.fields import FACET_ALIASES, FIELD_BY_NAME
from rasad_core.ports import FacetValue

# Counts are exact only where every value is given. So many come with the search itself: an answer
# may hold 65,536 in all. Of a field with more all are read, page by page.
_VALUES = 5_000
_PAGE = 10_000
# Counted in the server, so that none of them travels.
_STORIES = 50_000
_NUMBER_OF_STORIES = (
    *("aggregations.number.count", "aggregations.stories.sum_other_doc_count"),
    "aggregations.stories.doc_count_error_upper_bound",
)


def aggregations(names: Sequence[str]) -> dict[str, Any]:
    """Ask for the values of facets along with a search; raises KeyError for what is none."""
    return {name: {"terms": {"field": _field(name), "size": _VALUES}} for name in names}


def facets_of(
    asking: Asking, query: Query, names: Sequence[str], answer: Answer
) -> Mapping[str, tuple[FacetValue, ...]]:
    """Read the facets from the answer to a search, and ask on for those with too many values."""
    if "aggregations" not in answer:
        return dict.fromkeys(names, ())
    return {name: _values(asking, query, name, answer["aggregations"][name]) for name in names}


def stories_of(asking: Asking, query: Query) -> int:
    """Count the stories of a selection."""
    stories = {"terms": {"field": "story_id", "size": _STORIES}}
    number = {"stats_bucket": {"buckets_path": "stories>_count"}}
    body = {"query": query, "size": 0, "aggs": {"stories": stories, "number": number}}
    found = asking.search(body, only=_NUMBER_OF_STORIES)
    if not (counted := found.get("aggregations")):
        return 0
    if _is_whole(counted["stories"]):
        return int(counted["number"]["count"])
    return sum(1 for _ in _every(asking, query, "story_id"))


def _is_whole(found: Mapping[str, Any]) -> bool:
    return not found["sum_other_doc_count"] and not found["doc_count_error_upper_bound"]


def _values(
    asking: Asking, query: Query, name: str, found: Mapping[str, Any]
) -> tuple[FacetValue, ...]:
    if _is_whole(found):
        counted = [(bucket["key"], bucket["doc_count"]) for bucket in found["buckets"]]
    else:
        counted = list(_every(asking, query, _field(name)))
    counted.sort(key=lambda each: (-each[1], each[0]))
    return tuple(FacetValue(value=value, count=count) for value, count in counted)


def _every(asking: Asking, query: Query, field: str) -> Iterator[tuple[str, int]]:
    after: Mapping[str, str] | None = None
    while True:
        composite: dict[str, Any] = {
            "size": _PAGE,
            "sources": [{"of": {"terms": {"field": field}}}],
        }
        if after is not None:
            composite["after"] = after
        answer = asking.search(
            {"query": query, "size": 0, "aggs": {"all": {"composite": composite}}}
        )
        found = answer.get("aggregations", {}).get("all", {})
        for bucket in found.get("buckets", ()):
            yield bucket["key"]["of"], bucket["doc_count"]
        after = found.get("after_key")
        if after is None:
            return


def _field(name: str) -> str:
    field = FACET_ALIASES.get(name, name)
    if not FIELD_BY_NAME[field].facet:
        raise KeyError(field)
    return f"facet.{field}"
