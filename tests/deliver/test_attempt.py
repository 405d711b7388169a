"""What answers mean, and when the next attempt is."""

import pytest

from deliver_stage import NOW, RETRIES
from rasad_core.net.failure import Failure, FetchFailed
from rasad_core.net.fetch import Response
from rasad_deliver.attempt import Verdict, answered, given_up, next_attempt_at, unanswered


def response(status: int, retry_after: str | None = None) -> Response:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return Response(url="https://hooks.example/in", status=status, headers=headers)


def judged(status: int, retry_after: str | None = None) -> Verdict:
    return answered(response(status, retry_after), NOW, NOW, 12.5)


def seconds_to_next(verdict: Verdict, *, before: int = 0, jitter: float = 0.0) -> float | None:
    at = next_attempt_at(
        verdict, attempts_before=before, retry_seconds=RETRIES, now=NOW, jitter=jitter
    )
    return None if at is None else (at - NOW).total_seconds()


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_delivered(status: int) -> None:
    verdict = judged(status)

    assert (verdict.attempt.outcome, verdict.attempt.status) == ("delivered", status)
    assert seconds_to_next(verdict) is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [(302, "redirected"), (308, "redirected"), (304, "redirected"), (400, "http_400"),
     (404, "http_404"), (500, "http_500"), (503, "http_503"), (199, "http_199")],
)  # fmt: skip
def test_all_else_is_refused_and_tried_again(status: int, reason: str) -> None:
    verdict = judged(status)

    assert (verdict.attempt.outcome, verdict.attempt.reason) == ("refused", reason)
    assert seconds_to_next(verdict) == 5


def test_410_is_for_good() -> None:
    verdict = judged(410)

    assert (verdict.attempt.reason, seconds_to_next(verdict)) == ("gone", None)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_retry_after_is_a_lower_bound(status: int) -> None:
    assert seconds_to_next(judged(status, "60")) == 60
    assert seconds_to_next(judged(status, "60"), before=1) == 300
    assert seconds_to_next(judged(status, "Tue, 10 Mar 2026 09:02:00 GMT")) == 120


def test_retry_after_of_other_answers_says_nothing() -> None:
    assert seconds_to_next(judged(500, "60")) == 5


def test_no_answer_is_tried_again() -> None:
    verdict = unanswered(FetchFailed(Failure.TIMED_OUT, "too slow"), NOW, 1.0)

    assert (verdict.attempt.outcome, verdict.attempt.reason) == ("failed", "timed_out")
    assert seconds_to_next(verdict) == 5


def test_forbidden_address_fails_at_once_with_the_rule() -> None:
    refused = FetchFailed(Failure.FORBIDDEN, "not public", code="not_public")

    verdict = unanswered(refused, NOW, 0.0)

    assert (verdict.attempt.reason, seconds_to_next(verdict)) == ("not_public", None)


def test_what_cannot_be_asked_is_given_up() -> None:
    assert seconds_to_next(given_up("channel_removed", NOW)) is None


def test_pauses_follow_the_schedule_and_the_last_attempt_is_the_last() -> None:
    pauses = [seconds_to_next(judged(500), before=made) for made in range(5)]

    assert pauses == [5, 300, 1800, None, None]


def test_jitter_adds_a_tenth_at_most() -> None:
    assert seconds_to_next(judged(500), jitter=1.0) == pytest.approx(5.5)


def test_empty_schedule_is_one_attempt() -> None:
    at = next_attempt_at(judged(500), attempts_before=0, retry_seconds=(), now=NOW, jitter=0.0)

    assert at is None
