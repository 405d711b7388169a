"""The loop of every stage: each event ends in one outcome, and nothing is committed before it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.ports import Message, Outgoing
from rasad_core.runtime.consume import (
    Brake,
    Consumer,
    Handled,
    Outcome,
    Process,
    Stopped,
    TooManyBugs,
)
from rasad_core.topics import ANALYSED, RAW

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return AT


class Stage:
    """An enrich stage over the memory log, with everything that happened to it."""

    def __init__(self, handle: Callable[[Message], None], *, waits: int = 1000) -> None:
        self.log = MemoryLog(FixedClock())
        self.outcomes: list[Outcome] = []
        self.pauses: list[float] = []
        self.batches: list[int] = []
        self._handle = handle
        self._waits = waits
        self.consumer = self.start(self.process)

    def start(self, process: Process) -> Consumer:
        return Consumer(
            stage="enrich",
            subscriber=self.log.subscriber("enrich", [RAW]),
            publisher=self.log,
            process=process,
            observe=self.outcomes.append,
            clock=FixedClock(),
            wait=self.wait,
        )

    def wait(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return len(self.pauses) >= self._waits

    def process(self, messages: Sequence[Message]) -> Sequence[Handled]:
        self.batches.append(len(messages))
        return [self.handled(message) for message in messages]

    def handled(self, message: Message) -> Handled:
        self._handle(message)
        outcome = Outcome(
            stage="enrich", result="done", key=message.key, trace_id=message.headers["trace_id"]
        )
        out = Outgoing(
            topic=ANALYSED, key=message.key, value=message.value, headers=message.headers
        )
        return Handled(message=message, outcome=outcome, outgoing=(out,))

    def publish(self, *keys: str) -> None:
        self.log.publish(
            [
                Outgoing(topic=RAW, key=k, value=k.encode(), headers={"trace_id": f"t-{k}"})
                for k in keys
            ]
        )

    def keys(self, topic: str) -> list[str]:
        return [message.key for message in self.log.read(topic)]

    def uncommitted(self) -> int:
        return sum(lag.messages for lag in self.log.subscriber("enrich", [RAW]).lag())


def refuse(*keys: str, error: Exception) -> Callable[[Message], None]:
    def handle(message: Message) -> None:
        if message.key in keys:
            raise error

    return handle


def test_good_events_are_published_committed_and_counted_once() -> None:
    stage = Stage(refuse(error=ValueError()))
    stage.publish("a", "b", "c")

    assert stage.consumer.drain() == 3
    assert stage.keys(ANALYSED) == ["a", "b", "c"]
    assert [(o.result, o.key) for o in stage.outcomes] == [("done", k) for k in "abc"]
    assert stage.uncommitted() == 0


def test_bad_event_becomes_a_dead_letter_and_the_rest_goes_on() -> None:
    stage = Stage(refuse("b", error=Unprocessable(Reason.EMPTY, "nothing in it")))
    stage.publish("a", "b", "c")

    stage.consumer.drain()

    (letter,) = stage.log.read("enrich.dead")
    assert stage.keys(ANALYSED) == ["a", "c"]
    assert (letter.key, letter.value) == ("b", b"b")
    assert letter.headers == {
        "trace_id": "t-b",
        "dead.stage": "enrich",
        "dead.reason": "empty",
        "dead.message": "nothing in it",
        "dead.topic": RAW,
        "dead.partition": "0",
        "dead.offset": "1",
        "dead.at": "2026-03-01T06:00:00+00:00",
        "dead.attempts": "1",
        "dead.trace_id": "t-b",
    }
    assert [o.result for o in stage.outcomes] == ["done", "dead", "done"]


def test_bug_is_tried_twice_and_leaves_its_traceback() -> None:
    attempts: list[str] = []

    def handle(message: Message) -> None:
        attempts.append(message.key)
        raise ZeroDivisionError("in the third step")

    stage = Stage(handle)
    stage.publish("a")

    stage.consumer.drain()

    (letter,) = stage.log.read("enrich.dead")
    assert attempts == ["a"] * 3  # in its batch, then alone, then once more
    assert letter.headers["dead.reason"] == "bug"
    assert "ZeroDivisionError: in the third step" in letter.headers["dead.message"]
    assert "Traceback" in letter.headers["dead.message"]


def test_event_that_works_at_the_second_try_is_no_dead_letter() -> None:
    failures = iter([ValueError("once"), ValueError("twice")])

    def handle(_: Message) -> None:
        for failure in failures:
            raise failure

    stage = Stage(handle)
    stage.publish("a")

    stage.consumer.drain()

    assert [o.result for o in stage.outcomes] == ["retried", "done"]


def test_what_is_away_is_waited_for_with_growing_pauses() -> None:
    absences = iter([Unavailable("index away", retry_after_seconds=2.0)] * 6)

    def handle(_: Message) -> None:
        for absence in absences:
            raise absence

    stage = Stage(handle)
    stage.publish("a", "b")

    stage.consumer.drain()

    assert stage.pauses == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert stage.keys(ANALYSED) == ["a", "b"]
    assert [o.result for o in stage.outcomes] == ["retried"] * 12 + ["done", "done"]


def test_stop_while_waiting_commits_nothing() -> None:
    stage = Stage(refuse("a", error=Unavailable("index away")), waits=3)
    stage.publish("a")

    with pytest.raises(Stopped):
        stage.consumer.step()

    assert stage.uncommitted() == 1
    assert {o.result for o in stage.outcomes} == {"retried"}


def test_crash_before_the_commit_repeats_the_round() -> None:
    stage = Stage(refuse(error=ValueError()))
    stage.publish("a", "b")
    crashing = stage.start(_raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        crashing.step()

    stage.start(stage.process).drain()

    assert stage.keys(ANALYSED) == ["a", "b"]


def _raising(error: BaseException) -> Process:
    def process(_: Sequence[Message]) -> Sequence[Handled]:
        raise error

    return process


def test_brake_stops_after_twenty_bugs_in_a_row_and_commits_nothing() -> None:
    keys = [f"k{number}" for number in range(25)]
    stage = Stage(refuse(*keys, error=ValueError("broken deployment")))
    stage.publish(*keys)

    with pytest.raises(TooManyBugs, match="broken deployment"):
        stage.consumer.drain()

    assert stage.uncommitted() == 25
    assert stage.keys("enrich.dead") == []


def test_brake_stops_when_half_of_the_last_hundred_are_bugs() -> None:
    brake = Brake()
    for number in range(99):
        brake.record(bug=number % 2 == 0)

    with pytest.raises(TooManyBugs):
        brake.record(bug=False)


def test_refused_events_never_pull_the_brake() -> None:
    keys = [f"k{number}" for number in range(150)]
    stage = Stage(refuse(*keys, error=Unprocessable(Reason.EMPTY, "nothing in it")))
    stage.publish(*keys)

    assert stage.consumer.drain() == 150
    assert len(stage.keys("enrich.dead")) == 150


class NarrowLog(MemoryLog):
    """Takes no message of more than a hundred bytes, as a broker refuses one of some megabytes."""

    def publish(self, messages: Sequence[Outgoing]) -> None:
        if any(len(message.value) > 100 for message in messages):
            raise Unprocessable(Reason.TOO_LARGE, "the log takes no such event")
        super().publish(messages)


def test_event_that_grows_too_large_for_the_log_becomes_a_dead_letter_alone() -> None:
    stage = Stage(refuse(error=ValueError()))
    stage.log = NarrowLog(FixedClock())

    def grow(messages: Sequence[Message]) -> Sequence[Handled]:
        return [
            replace(one, outgoing=tuple(replace(out, value=out.value * 99) for out in one.outgoing))
            for one in stage.process(messages)
        ]

    stage.publish("a", "bb", "c")

    stage.start(grow).drain()

    (letter,) = stage.log.read("enrich.dead")
    assert (letter.value, letter.headers["dead.reason"]) == (b"bb", "too_large")
    assert stage.keys(ANALYSED) == ["a", "c"]
    assert [o.result for o in stage.outcomes] == ["done", "dead", "done"]
    assert stage.uncommitted() == 0


def test_long_traceback_is_cut_to_what_a_header_may_hold() -> None:
    stage = Stage(refuse("a", error=Unprocessable(Reason.MALFORMED, "x" * 100_000)))
    stage.publish("a")

    stage.consumer.drain()

    (letter,) = stage.log.read("enrich.dead")
    assert len(letter.headers["dead.message"]) == 4000
