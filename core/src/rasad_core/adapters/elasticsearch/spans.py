"""When the articles of a selection were published: first and last, and how many before a moment.

Buckets begin on whole seconds, so seconds are enough; numbers of aggregations are floats, which
hold every second of the calendar and not every microsecond.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from rasad_core import histogram as histograms
from rasad_core.adapters.elasticsearch.asking import Asking
from rasad_core.adapters.elasticsearch.query import Query
from rasad_core.instants import microseconds, moment_of
from rasad_core.ports import Histogram, WantedInterval

_SECOND = "facts.published_s"
_MICROSECONDS = 1_000_000
# Edges counted by one request: few enough for any server, and most histograms have fewer.
_EDGES = 5_000


def histogram_of(asking: Asking, query: Query, *, interval: WantedInterval, tz: str) -> Histogram:
    """Count a selection by time of publication, in the buckets of `rasad_core.histogram`."""
    span = seconds_of(asking, query)
    moments = None if span is None else (_moment(span[0]), _moment(span[1]))
    edges: list[datetime] = []

    def note(moment: datetime) -> int:
        edges.append(moment)
        return 0

    empty = histograms.histogram(moments, note, interval=interval, tz=tz)
    if moments is None:
        return empty
    counts = _counts_before(asking, query, edges)
    return histograms.histogram(moments, counts.__getitem__, interval=interval, tz=tz)


def seconds_of(asking: Asking, query: Query) -> tuple[int, int] | None:
    """Give the seconds of the first and the last publication; None for an empty selection."""
    ends = {end: {end: {"field": _SECOND}} for end in ("min", "max")}
    answer = asking.search({"query": query, "size": 0, "aggs": ends})
    found = answer.get("aggregations")
    if not found or found["min"]["value"] is None:
        return None
    return int(found["min"]["value"]), int(found["max"]["value"])


def _moment(second: int) -> datetime:
    return moment_of(second * _MICROSECONDS)


def _counts_before(
    asking: Asking, query: Query, edges: Sequence[datetime]
) -> Mapping[datetime, int]:
    """Count the articles published before each of rising moments."""
    counts: dict[datetime, int] = {}
    before = 0
    for start in range(0, len(edges), _EDGES):
        part = [microseconds(edge) // _MICROSECONDS for edge in edges[start : start + _EDGES]]
        # From one edge to the next; the first from whatever was counted so far.
        since = microseconds(edges[start - 1]) // _MICROSECONDS if start else None
        found = _counts_between(asking, query, [since, *part])
        for edge, second in zip(edges[start:], part, strict=False):
            before += found[second]
            counts[edge] = before
    return counts


def _counts_between(asking: Asking, query: Query, edges: Sequence[int | None]) -> Mapping[int, int]:
    """Count the articles from each edge to the next, by the second of the next."""
    ranges = [
        {"to": end} | ({} if begin is None else {"from": begin}) for begin, end in pairwise(edges)
    ]
    counted = {"range": {"field": _SECOND, "ranges": ranges}}
    answer = asking.search({"query": query, "size": 0, "aggs": {"edges": counted}})
    buckets = answer["aggregations"]["edges"]["buckets"]
    return {int(bucket["to"]): bucket["doc_count"] for bucket in buckets}
