"""One word and a sentence about an address."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from live_feeds import FEED, NOW
from rasad_core.documents.sources import FeedState, Health, HealthState, feed_id
from rasad_ingest.live.health import Happened, judge


def state(health: HealthState = "ok", **told: object) -> FeedState:
    made = FeedState(
        feed_id=feed_id(FEED, "feed"), url=FEED, kind="feed", address=FEED,
        health=Health(state=health, since=NOW - timedelta(days=1)),
        next_poll_at=NOW, interval_seconds=60,
    )  # fmt: skip
    return replace(made, **told)


def every(span: timedelta) -> tuple[datetime, ...]:
    return tuple(NOW - n * span for n in range(5))


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (Happened(what="new"), Health(state="ok", since=NOW)),
        (Happened(what="unchanged"), Health(state="unchanged", since=NOW)),
        (Happened(what="empty", reason="why"), Health(state="empty", since=NOW, reason="why")),
        (Happened(what="failed", reason="why"), Health(state="failing", since=NOW, reason="why")),
        (Happened(what="gone", reason="why"), Health(state="gone", since=NOW, reason="why")),
    ],
)
def test_what_happened_has_a_word(happened: Happened, expected: Health) -> None:
    assert judge(state("new"), happened, NOW) == expected


def test_since_moves_only_when_the_word_does() -> None:
    failing = state("failing")

    health = judge(failing, Happened(what="failed", reason="another reason"), NOW)

    assert health.since == failing.health.since
    assert health.reason == "another reason"


@pytest.mark.parametrize(
    ("rhythm", "quiet_days", "expected"),
    [
        (timedelta(hours=1), 7, "unchanged"),
        (timedelta(hours=1), 7.1, "silent"),
        (timedelta(days=2), 19, "unchanged"),
        (timedelta(days=2), 20.1, "silent"),
    ],
)
def test_silent_is_a_week_or_ten_times_the_rhythm(
    rhythm: timedelta, quiet_days: float, expected: str
) -> None:
    quiet = state(recent=every(rhythm), last_new_at=NOW - timedelta(days=quiet_days))

    assert judge(quiet, Happened(what="unchanged"), NOW).state == expected


def test_silence_says_since_when_and_what_was_usual() -> None:
    quiet = state(recent=every(timedelta(hours=3)), last_new_at=NOW - timedelta(days=10))

    assert judge(quiet, Happened(what="unchanged"), NOW).reason == (
        "nothing new since 2026-02-28; it used to have something every 3 hours"
    )


def test_a_silent_address_that_fails_is_failing() -> None:
    quiet = state(last_new_at=NOW - timedelta(days=10))

    assert judge(quiet, Happened(what="failed", reason="why"), NOW).state == "failing"
