"""Buckets of a histogram: where they begin in a time zone, and which interval is taken."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.errors import Unprocessable
from rasad_core.histogram import histogram
from rasad_core.ports import Histogram, WantedInterval

# Clocks that jump at midnight, at 23:00, by half an hour; that never do; that crossed the date line.
ZONES = (
    *("UTC", "Asia/Beirut", "Africa/Cairo", "America/Havana", "America/Nuuk", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "America/New_York", "Pacific/Apia", "Europe/Istanbul"),
)
MOMENTS = st.timedeltas(timedelta(days=5 * 365), timedelta(days=68 * 365)).map(
    lambda since_1970: datetime(1970, 1, 1, tzinfo=UTC) + since_1970
)


def made(moments: Sequence[datetime], interval: WantedInterval, tz: str) -> Histogram:
    ordered = sorted(moments)
    return histogram(
        (ordered[0], ordered[-1]), partial(bisect_left, ordered), interval=interval, tz=tz
    )


def starts(moments: Sequence[datetime], interval: WantedInterval, tz: str) -> list[str]:
    zone = ZoneInfo(tz)
    found = made(moments, interval, tz).buckets
    return [f"{each.start.astimezone(zone):%a %Y-%m-%d %H:%M %z}" for each in found]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def local(tz: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(tz), fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


def named(day: date, interval: str) -> date:
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


@settings(max_examples=200)
@given(
    first=MOMENTS,
    steps=st.lists(st.timedeltas(timedelta(0), timedelta(days=500)), max_size=8),
    interval=st.sampled_from(["day", "week", "month"]),
    tz=st.sampled_from(ZONES),
)
def test_bucket_holds_what_its_local_days_hold(
    first: datetime, steps: list[timedelta], interval: WantedInterval, tz: str
) -> None:
    moments = [first, *(first + step for step in steps)]
    found = made(moments, interval, tz)
    days = Counter(named(each.astimezone(ZoneInfo(tz)).date(), interval) for each in moments)

    assert {
        each.start.astimezone(ZoneInfo(tz)).date(): each.count
        for each in found.buckets
        if each.count
    } == days


@settings(max_examples=200)
@given(
    first=MOMENTS,
    steps=st.lists(st.timedeltas(timedelta(0), timedelta(days=5)), max_size=8),
    interval=st.sampled_from(["minute", "hour", "day", "week", "month", "auto"]),
    tz=st.sampled_from([*ZONES, "America/St_Johns", "Africa/Monrovia"]),
)
def test_buckets_rise_without_gaps_from_the_first_article_to_the_last(
    first: datetime, steps: list[timedelta], interval: WantedInterval, tz: str
) -> None:
    moments = [first, *(first + step for step in steps)]
    found = made(moments, interval, tz).buckets

    assert all(one.start < next_one.start for one, next_one in pairwise(found))
    assert sum(each.count for each in found) == len(moments)
    assert found[0].count > 0
    assert found[-1].count > 0


def test_week_begins_on_monday() -> None:
    assert starts([utc(2026, 3, 1), utc(2026, 3, 9)], "week", "UTC") == [
        "Mon 2026-02-23 00:00 +0000", "Mon 2026-03-02 00:00 +0000", "Mon 2026-03-09 00:00 +0000",
    ]  # fmt: skip


def test_hour_that_comes_twice_is_two_buckets() -> None:
    moments = [utc(2026, 11, 1, 4, 59), utc(2026, 11, 1, 7)]

    assert starts(moments, "hour", "America/New_York") == [
        "Sun 2026-11-01 00:00 -0400", "Sun 2026-11-01 01:00 -0400", "Sun 2026-11-01 01:00 -0500",
        "Sun 2026-11-01 02:00 -0500",
    ]  # fmt: skip


def test_hour_that_a_clock_skips_is_no_bucket() -> None:
    moments = [utc(2026, 3, 8, 6, 30), utc(2026, 3, 8, 7, 30)]

    assert starts(moments, "hour", "America/New_York") == [
        "Sun 2026-03-08 01:00 -0500", "Sun 2026-03-08 03:00 -0400",
    ]  # fmt: skip


def test_day_without_a_midnight_begins_when_the_clock_jumps() -> None:
    moments = [utc(2026, 3, 28, 12), utc(2026, 3, 29, 12)]

    assert starts(moments, "day", "Asia/Beirut") == [
        "Sat 2026-03-28 00:00 +0200", "Sun 2026-03-29 01:00 +0300",
    ]  # fmt: skip


def test_day_that_a_zone_left_out_is_no_bucket() -> None:
    moments = [utc(2011, 12, 30, 9), utc(2011, 12, 30, 11)]

    assert starts(moments, "day", "Pacific/Apia") == [
        "Thu 2011-12-29 00:00 -1000", "Sat 2011-12-31 00:00 +1400",
    ]  # fmt: skip


def test_minutes_set_back_over_midnight_stay_in_the_day_that_had_begun() -> None:
    again = local("America/St_Johns", 2005, 10, 29, 23, 30, fold=1)

    assert starts([again], "day", "America/St_Johns") == ["Sun 2005-10-30 00:00 -0230"]


def test_bucket_before_1970_counts_offsets_of_odd_seconds() -> None:
    moments = [utc(1960, 1, 1, 0, 44, 29), utc(1960, 1, 1, 0, 44, 30)]

    assert [each.start for each in made(moments, "day", "Africa/Monrovia").buckets] == [
        utc(1959, 12, 31, 0, 44, 30), utc(1960, 1, 1, 0, 44, 30),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("span", "interval", "count"),
    [
        (timedelta(0), "minute", 1),
        (timedelta(minutes=199), "minute", 200),
        (timedelta(minutes=200), "hour", 4),
        (timedelta(days=199), "day", 200),
        (timedelta(days=200), "week", 29),
        (timedelta(days=6_000), "month", 198),
        (timedelta(days=36_500), "month", 1200),
    ],
)
def test_auto_takes_the_finest_interval_of_at_most_200_buckets(
    span: timedelta, interval: str, count: int
) -> None:
    found = made([utc(1980, 1, 1), utc(1980, 1, 1) + span], "auto", "UTC")

    assert (found.interval, len(found.buckets)) == (interval, count)


def test_ten_thousand_buckets_are_given_and_one_more_is_refused() -> None:
    first = utc(2000, 1, 1)

    assert len(made([first, first + timedelta(days=9_999)], "day", "UTC").buckets) == 10_000
    with pytest.raises(Unprocessable, match=r"from 2000-01-01 to 2027-05-19 .* 10000 buckets"):
        made([first, first + timedelta(days=10_000)], "day", "UTC")


@pytest.mark.parametrize("moments", [[utc(1, 1, 1)], [utc(9999, 12, 31, 23)]])
def test_end_of_the_calendar_is_refused_with_a_way_out(moments: list[datetime]) -> None:
    with pytest.raises(Unprocessable, match="set a period"):
        made(moments, "month", "America/New_York")
