"""The bars of a search by time: drawn as a picture, and linked bar by bar."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from rasad_api.searches import SearchAsked
from rasad_api.web.searching import link
from rasad_core.events import Frozen
from rasad_core.output import instant
from rasad_core.ports import Histogram, Interval

# Of the picture, in its own units; it is stretched to the room there is.
HEIGHT = 48
_LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


class Bar(Frozen, frozen=True, kw_only=True):
    """One bucket: where it stands in the picture, and the search that shows only it."""

    start: datetime
    count: int
    x: int
    height: float
    href: str


class Chart(Frozen, frozen=True, kw_only=True):
    """Bars of one width; those without an article have no height."""

    interval: Interval
    bars: tuple[Bar, ...]
    most: int
    end: datetime

    @property
    def by_hours(self) -> bool:
        """Whether days alone do not tell bars apart."""
        return self.interval in {"minute", "hour"}


def chart_of(counted: Histogram, asked: SearchAsked) -> Chart | None:
    """Draw a histogram; None where there is nothing to compare."""
    buckets = counted.buckets
    if len(buckets) < 2:
        return None
    most = max(bucket.count for bucket in buckets)
    ends = [*(bucket.start for bucket in buckets[1:]), _end(buckets[-1].start, counted.interval)]
    bars = tuple(
        Bar(
            start=bucket.start,
            count=bucket.count,
            x=at,
            height=_height(bucket.count, most),
            href=_between(asked, bucket.start, end),
        )
        for at, (bucket, end) in enumerate(zip(buckets, ends, strict=True))
    )
    return Chart(interval=counted.interval, bars=bars, most=most, end=ends[-1])


def _height(count: int, most: int) -> float:
    # One article among thousands is to be seen too.
    return round(max(2.0, HEIGHT * count / most), 2) if count else 0.0


def _between(asked: SearchAsked, start: datetime, end: datetime) -> str:
    return link(replace(asked, since=instant(start), until=instant(end), cursor=None))


def _end(start: datetime, interval: Interval) -> datetime:
    if interval == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + _LENGTHS[interval]
