"""When an address is asked again."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from live_feeds import FEED, NOW, row
from rasad_core.documents.sources import FeedState, Health, HealthState, feed_id
from rasad_ingest.live.schedule import (
    back_off_seconds,
    interval_seconds,
    is_due,
    newest,
    slowed,
    stated_seconds,
)


def every(seconds: float, count: int = 10) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(seconds=seconds * n) for n in range(count))


def state(health: HealthState = "ok", **told: object) -> FeedState:
    made = FeedState(
        feed_id=feed_id(FEED, "feed"), url=FEED, kind="feed", address=FEED,
        health=Health(state=health, since=NOW), polled_at=NOW,
        next_poll_at=NOW + timedelta(hours=1), interval_seconds=3600,
    )  # fmt: skip
    return replace(made, **told)


@pytest.mark.parametrize(
    ("rhythm", "expected"), [(1, 15), (60, 30), (3600, 1800), (86_400, 21_600)]
)
def test_the_interval_is_half_the_rhythm_within_bounds(rhythm: float, expected: float) -> None:
    assert interval_seconds(every(rhythm), None) == expected


@pytest.mark.parametrize("known", [(), (NOW,)])
def test_without_a_rhythm_it_is_a_quarter_of_an_hour(known: tuple[datetime, ...]) -> None:
    assert interval_seconds(known, None) == 900


@pytest.mark.parametrize(
    ("stated", "expected"), [(0.5, 2), (5, 5), (1800, 1800), (7200, 7200), (1e6, 21_600)]
)
def test_what_is_stated_is_taken_between_two_seconds_and_six_hours(
    stated: float, expected: float
) -> None:
    assert interval_seconds(every(3600), stated) == expected


def test_one_long_gap_does_not_make_a_rhythm() -> None:
    moments = (*every(60), NOW - timedelta(days=400))

    assert interval_seconds(moments, None) == 30


@pytest.mark.parametrize(
    ("quiet", "expected"), [(0, 15), (300, 15), (3600, 180), (86_400, 4320), (1e7, 21_600)]
)
def test_the_longer_nothing_comes_the_less_often_is_asked(quiet: float, expected: float) -> None:
    assert slowed(15, quiet) == expected


def test_what_is_dated_ahead_says_nothing_of_the_rhythm() -> None:
    assert newest((NOW + timedelta(days=1), NOW), NOW) == (NOW,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("max-age=60", 60),
        ("public, Max-Age = 60", 60),
        ("max-age=0, must-revalidate", 300),
        ("no-cache", 300),
        ("max-age=-1", 300),
        ("x-max-age=60", 300),
    ],
)
def test_max_age_wins_over_ttl_unless_it_says_nothing(written: str, expected: float) -> None:
    assert stated_seconds({"cache-control": written}, 300) == expected


def test_nothing_stated_is_nothing() -> None:
    assert stated_seconds({}, None) is None
    assert stated_seconds({}, 0) is None


@given(failures=st.integers(1, 100_000), seed=st.integers(), asked=st.none() | st.floats(0, 9e4))
def test_failures_double_the_pause_within_bounds_and_never_undercut_the_server(
    failures: int, seed: int, asked: float | None
) -> None:
    pause = back_off_seconds(failures, asked, random.Random(seed))

    middle = min(60 * 2 ** min(failures - 1, 20), 43_200)
    assert pause >= max(0.9 * middle, asked or 0)
    assert pause <= max(1.1 * middle, asked or 0)


def test_a_new_address_is_due() -> None:
    assert is_due([row()], None, NOW)


def test_an_address_is_due_when_its_time_comes() -> None:
    assert not is_due([row()], state(), NOW + timedelta(minutes=59))
    assert is_due([row()], state(), NOW + timedelta(hours=1))


def test_an_address_somebody_asks_for_is_due_once() -> None:
    asked = row(poll_asked_at=NOW + timedelta(seconds=1))

    assert is_due([row(), asked], state(), NOW + timedelta(seconds=1))
    assert not is_due([asked], state(polled_at=NOW + timedelta(seconds=2)), NOW)


def test_what_is_gone_is_due_only_when_asked_or_added_again() -> None:
    later = NOW + timedelta(days=400)
    asked = row(poll_asked_at=NOW + timedelta(seconds=1))
    added = row("t2", created_at=NOW + timedelta(seconds=1))

    assert not is_due([row()], state("gone"), later)
    assert is_due([row(), asked], state("gone"), later)
    assert is_due([row(), added], state("gone"), later)


def test_a_second_team_does_not_hasten_an_address() -> None:
    added = row("t2", created_at=NOW + timedelta(seconds=1))

    assert not is_due([row(), added], state(), NOW + timedelta(seconds=2))
