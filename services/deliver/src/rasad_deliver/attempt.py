"""What an answer to a webhook means, and when to try again. Pure."""

from datetime import datetime, timedelta

from rasad_core.documents.matches import Attempt
from rasad_core.events import Frozen
from rasad_core.net.failure import Failure, FetchFailed
from rasad_core.net.messages import Response
from rasad_core.net.retry_after import retry_after_seconds

# Standard Webhooks: these may say when to come again, and are then taken at their word.
_SLOW_DOWN = frozenset({429, 502, 503, 504})
# Asking again would only be refused again, here or there.
_HOPELESS = frozenset({Failure.FORBIDDEN, Failure.BAD_REQUEST})
# Enough to part what failed together; more would make the schedule a lie.
_JITTER = 0.1


class Verdict(Frozen, frozen=True, kw_only=True):
    """An attempt, whether it is worth another, and not before how many seconds from now."""

    attempt: Attempt
    hopeless: bool = False
    wait_seconds: float = 0.0


def answered(response: Response, at: datetime, now: datetime, took_ms: float) -> Verdict:
    """Judge an answer: 2xx delivered, 410 is for good, all else may be tried again.

    A redirect is never followed: whoever may redirect would read what was meant for another.
    """
    status = response.status
    if 200 <= status < 300:
        return Verdict(attempt=Attempt(at=at, outcome="delivered", status=status, took_ms=took_ms))
    reason = "redirected" if 300 <= status < 400 else f"http_{status}"
    asked = retry_after_seconds(response.headers, now) if status in _SLOW_DOWN else None
    return Verdict(
        attempt=Attempt(
            at=at,
            outcome="refused",
            status=status,
            reason="gone" if status == 410 else reason,
            took_ms=took_ms,
        ),
        hopeless=status == 410,
        wait_seconds=asked or 0.0,
    )


def unanswered(failure: FetchFailed, at: datetime, took_ms: float) -> Verdict:
    """Judge that no answer came: for good when our own rules forbid the address."""
    reason = failure.code or failure.reason.value
    return Verdict(
        attempt=Attempt(at=at, outcome="failed", reason=reason, took_ms=took_ms),
        hopeless=failure.reason in _HOPELESS,
    )


def given_up(reason: str, at: datetime) -> Verdict:
    """Judge what was not even asked, since it cannot be any more."""
    return Verdict(attempt=Attempt(at=at, outcome="failed", reason=reason), hopeless=True)


def failed_here(at: datetime) -> Verdict:
    """Judge an error that nobody foresaw: the next program may know better."""
    return Verdict(attempt=Attempt(at=at, outcome="failed", reason="bug"))


def next_attempt_at(
    verdict: Verdict,
    *,
    attempts_before: int,
    retry_seconds: tuple[float, ...],
    now: datetime,
    jitter: float,
) -> datetime | None:
    """Give the time of the next attempt, None when there is none.

    The pause after the first attempt is the first of `retry_seconds`; after the last pause comes
    the last attempt. `jitter`, 0 to 1, makes it up to a tenth longer.
    """
    delivered = verdict.attempt.outcome == "delivered"
    if delivered or verdict.hopeless or attempts_before >= len(retry_seconds):
        return None
    pause_seconds = retry_seconds[attempts_before] * (1 + _JITTER * jitter)
    return now + timedelta(seconds=max(pause_seconds, verdict.wait_seconds))
