"""Articles by time of publication: where a bucket begins in a time zone, and which interval fits.

Days, weeks and months begin at local midnight, so a day may have 23 or 25 hours; minutes and hours
are counted from it in elapsed time. A midnight that a clock skips begins when it jumps.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rasad_core.errors import Reason, Unprocessable
from rasad_core.ports import Bucket, Histogram, Interval, WantedInterval

# More bars than a screen has room for are no picture.
_AUTO_BUCKETS = 200
# A week of minutes, or 27 years of days, is an answer of half a megabyte.
_MOST_BUCKETS = 10_000
_INTERVALS: tuple[Interval, ...] = ("minute", "hour", "day", "week", "month")
_STEPS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


def histogram(
    span: tuple[datetime, datetime] | None,
    count_before: Callable[[datetime], int],
    *,
    interval: WantedInterval,
    tz: str,
) -> Histogram:
    """Count by bucket; `span` is the first and last publication, None for an empty result.

    Raises `Unprocessable` for an unknown time zone and for too many buckets.
    """
    zone = _zone(tz)
    if span is None:
        return Histogram(interval=_INTERVALS[0] if interval == "auto" else interval)
    try:
        chosen, edges = _fitting(*span, interval, zone)
    except OverflowError:
        raise Unprocessable(
            Reason.BAD_FIELD,
            "articles of the first or last days of the calendar have no local day; set a period",
        ) from None
    counts = pairwise(map(count_before, edges))
    buckets = (
        Bucket(start=start, count=until - since)
        for start, (since, until) in zip(edges, counts, strict=False)
    )
    return Histogram(interval=chosen, buckets=tuple(buckets))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # A name is looked up as a file: folders, and names no file can have, are errors of their own.
    except (KeyError, ValueError, OSError):
        raise Unprocessable(
            Reason.BAD_FIELD, f"`{name}` is no time zone; write a name such as Asia/Beirut or UTC"
        ) from None


def _fitting(
    first: datetime, last: datetime, wanted: WantedInterval, zone: ZoneInfo
) -> tuple[Interval, list[datetime]]:
    """Give the interval and the edges of its buckets, of which the last is behind them all."""
    if wanted == "auto":
        for interval in _INTERVALS:
            if edges := _edges(first, last, interval, zone, most=_AUTO_BUCKETS):
                return interval, edges
    chosen = "month" if wanted == "auto" else wanted
    if edges := _edges(first, last, chosen, zone, most=_MOST_BUCKETS):
        return chosen, edges
    raise Unprocessable(
        Reason.BAD_FIELD,
        f"from {first:%Y-%m-%d} to {last:%Y-%m-%d} there are more than {_MOST_BUCKETS} buckets of"
        f" a {chosen}; choose a longer interval or a shorter period",
    )


def _edges(
    first: datetime, last: datetime, interval: Interval, zone: ZoneInfo, *, most: int
) -> list[datetime]:
    """Give the edges of the buckets from `first` to `last`; none if there are more than `most`."""
    edges: list[datetime] = []
    for start in _starts(first, interval, zone):
        edges.append(start)
        if start > last:
            return edges
        if len(edges) > most:
            break
    return []


def _starts(first: datetime, interval: Interval, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the starts of buckets, rising, from the one that holds `first`."""
    # A clock set back over midnight leaves `first` a day behind the bucket it is in.
    day = first.astimezone(zone).date() - timedelta(days=1)
    step = _STEPS.get(interval)
    starts = _midnights(day, interval, zone) if step is None else _steps(day, step, zone)
    current = next(starts)
    for following in starts:
        # A zone that crossed the date line has days of no length.
        if following > current:
            if following > first:
                yield current
            current = following


def _midnights(day: date, interval: Interval, zone: ZoneInfo) -> Iterator[datetime]:
    if interval == "week":
        day -= timedelta(days=day.weekday())
    elif interval == "month":
        day = day.replace(day=1)
    while True:
        yield datetime.combine(day, time(), zone).astimezone(UTC)
        if interval == "month":
            day = (day + timedelta(days=31)).replace(day=1)
        else:
            day += timedelta(days=7 if interval == "week" else 1)


def _steps(day: date, step: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    for start, end in pairwise(_midnights(day, "day", zone)):
        at = start
        while at < end:
            yield at
            at += step
