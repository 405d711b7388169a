"""How an address is doing, in one word and a sentence, from what the last poll gave."""

from datetime import datetime, timedelta
from typing import Literal

from rasad_core.documents.sources import FeedState, Health, HealthState
from rasad_core.events import Frozen
from rasad_ingest.live.schedule import rhythm_seconds

# A week covers holidays; ten times the rhythm is beyond any slow month of a rare source.
_SILENT_AFTER = timedelta(days=7)
_SILENT_RHYTHMS = 10


class Happened(Frozen, frozen=True, kw_only=True):
    """What a poll gave; `reason` says in words why it failed, or why there is nothing."""

    what: Literal["new", "unchanged", "empty", "failed", "gone"]
    reason: str | None = None


def judge(state: FeedState, happened: Happened, now: datetime) -> Health:
    """Give the health; `since` moves only when the word does.

    `state` is the one after the poll, but for its health.
    """
    word, reason = _word(state, happened, now)
    since = state.health.since if state.health.state == word else now
    return Health(state=word, since=since, reason=reason)


def _word(state: FeedState, happened: Happened, now: datetime) -> tuple[HealthState, str | None]:
    match happened.what:
        case "failed":
            return "failing", happened.reason
        case "gone":
            return "gone", happened.reason
        case "empty":
            return "empty", happened.reason
    if (quiet := _silence(state, now)) is not None:
        return "silent", quiet
    return ("ok" if happened.what == "new" else "unchanged"), None


def _silence(state: FeedState, now: datetime) -> str | None:
    if state.last_new_at is None:
        return None
    rhythm = timedelta(seconds=rhythm_seconds(state.recent) or 0.0)
    if now - state.last_new_at <= max(_SILENT_AFTER, _SILENT_RHYTHMS * rhythm):
        return None
    said = f"nothing new since {state.last_new_at:%Y-%m-%d}"
    if not rhythm:
        return said
    return f"{said}; it used to have something every {_in_words(rhythm)}"


def _in_words(span: timedelta) -> str:
    for unit, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if (count := round(span.total_seconds() / seconds)) >= 1:
            return unit if count == 1 else f"{count} {unit}s"
    return "minute"
