"""When an address is asked again: by its own rhythm, by what it states, and after failures."""

import random
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from rasad_core.documents.sources import FeedState, Source

# Faster helps nobody: an article is found half this later at the mean, and servers that publish
# that fast say so themselves.
_SHORTEST_SECONDS = 15.0
_LONGEST_SECONDS = 6 * 3600.0
# Before a rhythm is known: what most readers of feeds use.
_UNKNOWN_SECONDS = 15 * 60.0
# A publisher who states less is asked no more often than this all the same.
_SHORTEST_STATED_SECONDS = 2.0
# One poll for every twenty parts of a silence finds what ends it 5 % late. Without it a source that
# prints the day's news at once, or stopped in the middle of a busy day, is polled every 15 s: 5,760
# times a day instead of 130.
_QUIET_PARTS = 20
_FIRST_BACK_OFF_SECONDS = 60.0
_LONGEST_BACK_OFF_SECONDS = 12 * 3600.0
# Spreads feeds of one host that failed together.
_JITTER = 0.1
# The newest entries that make the rhythm: enough for a median, few enough to follow the day.
_RECENT = 20
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-)?max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


def interval_seconds(recent: Sequence[datetime], stated_seconds: float | None) -> float:
    """Give the pause between polls.

    What a publisher states is a lower bound where it is longer than half the rhythm, and an offer
    that is taken where it is shorter.
    """
    gap = rhythm_seconds(recent)
    own = (
        _UNKNOWN_SECONDS if gap is None else min(max(gap / 2, _SHORTEST_SECONDS), _LONGEST_SECONDS)
    )
    if stated_seconds is None:
        return own
    return min(max(stated_seconds, _SHORTEST_STATED_SECONDS), _LONGEST_SECONDS)


def slowed(interval: float, quiet_seconds: float) -> float:
    """Give the pause of a source that has had nothing new for a while: longer, up to six hours."""
    return min(max(interval, quiet_seconds / _QUIET_PARTS), _LONGEST_SECONDS)


def rhythm_seconds(recent: Sequence[datetime]) -> float | None:
    """Give the median time from one entry to the next; None for fewer than two."""
    moments = sorted(recent)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return median(gaps) if gaps else None


def newest(moments: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Give the times that the rhythm is read from; what is dated ahead says nothing of it."""
    return tuple(sorted((each for each in moments if each <= now), reverse=True)[:_RECENT])


def stated_seconds(headers: Mapping[str, str], ttl_seconds: float | None) -> float | None:
    """Give how long a publisher says an answer holds; the server's word before the document's.

    Zero says "always ask whether it changed", which states no rhythm.
    """
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    if found and int(found[1]):
        return float(found[1])
    return ttl_seconds or None


def back_off_seconds(
    failures: int, retry_after_seconds: float | None, chance: random.Random
) -> float:
    """Give the pause after the n-th failure in a row, at least what the server asks for."""
    # Twelve doublings are past the longest; without the bound a long-dead feed overflows.
    doubled = _FIRST_BACK_OFF_SECONDS * 2.0 ** min(failures - 1, 12)
    pause = min(doubled, _LONGEST_BACK_OFF_SECONDS) * chance.uniform(1 - _JITTER, 1 + _JITTER)
    return max(pause, retry_after_seconds or 0.0)


def after(now: datetime, seconds: float) -> datetime:
    """Give the time of the next poll."""
    return now + timedelta(seconds=seconds)


def is_due(rows: Sequence[Source], state: FeedState | None, now: datetime) -> bool:
    """Say whether an address is to be polled now.

    One that is gone is polled when somebody asks, or adds it again: not by time.
    """
    if state is None or state.polled_at is None:
        return True
    gone = state.health.state == "gone"
    for row in rows:
        asked = row.created_at if gone and row.poll_asked_at is None else row.poll_asked_at
        if asked is not None and asked > state.polled_at:
            return True
    return not gone and state.next_poll_at <= now
