"""A stage as a program: it begins when all is there, takes messages, and ends when asked."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from rasad_core.adapters.memory.log import MemoryLog, MemorySubscriber
from rasad_core.errors import Unavailable
from rasad_core.ports import Lag, Message, Outgoing, Subscriber
from rasad_core.runtime.handling import Handled, Outcome, Process, TooManyBugs
from rasad_core.runtime.metrics import Metrics
from rasad_core.runtime.service import consume, waited_for, watching_lag
from rasad_core.topics import ANALYSED
from up_program import until


class Fixed:
    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)


FIXED = Fixed()


def filled(count: int) -> MemoryLog:
    log = MemoryLog(FIXED)
    log.publish([Outgoing(topic=ANALYSED, key=f"k{n}", value=b"{}") for n in range(count)])
    return log


class Stage:
    """Counts what it takes, and asks to stop once it took enough."""

    def __init__(self, log: MemoryLog, *, enough: int) -> None:
        self.log = log
        self.stop, self.running = threading.Event(), threading.Event()
        self.seen: list[str] = []
        self._enough = enough

    def process(self, messages: Sequence[Message]) -> Sequence[Handled]:
        self.seen += [message.key for message in messages]
        if len(self.seen) >= self._enough:
            self.stop.set()
        return [
            Handled(
                message=each,
                outcome=Outcome(stage="stories", result="done", key=each.key, trace_id=""),
            )
            for each in messages
        ]

    def run(self, process: Process | None = None, subscriber: Subscriber | None = None) -> None:
        consume(
            stage="stories",
            subscriber=subscriber or self.log.subscriber("stories", [ANALYSED]),
            publisher=self.log,
            process=process or self.process,
            observe=lambda _: None,
            clock=FIXED,
            stop=self.stop,
            running=self.running,
        )


def test_round_at_hand_is_finished_and_committed_when_asked_to_stop() -> None:
    stage = Stage(filled(150), enough=1)

    stage.run()

    assert len(stage.seen) == 100  # a batch
    assert stage.log.committed("stories", ANALYSED) == 100
    assert not stage.running.is_set()


def test_stop_while_something_is_away_commits_nothing() -> None:
    stage = Stage(filled(3), enough=3)

    def away(_messages: Sequence[Message]) -> Sequence[Handled]:
        stage.stop.set()
        raise Unavailable("index away")

    stage.run(away)

    assert stage.log.committed("stories", ANALYSED) == 0


def test_faulty_deployment_ends_not_ready_and_uncommitted() -> None:
    stage = Stage(filled(30), enough=30)

    def fail(_messages: Sequence[Message]) -> Sequence[Handled]:
        raise ZeroDivisionError

    with pytest.raises(TooManyBugs):
        stage.run(fail)

    assert stage.log.committed("stories", ANALYSED) == 0
    assert not stage.running.is_set()


class Joining(MemorySubscriber):
    """A member that its group knows from the third look on."""

    joined = False
    running: threading.Event
    ready_outside = ready_at_work = False
    looks = 0

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        self.looks += 1
        self.ready_outside |= self.running.is_set() and not self.joined
        if self.joined:
            return super().poll(max_messages, timeout_seconds=timeout_seconds)
        self.joined = self.looks == 2
        return ()


def test_member_that_has_not_joined_its_group_is_not_ready() -> None:
    stage = Stage(filled(1), enough=1)
    stage.log.subscriber("stories", [ANALYSED])  # makes the group
    subscriber = Joining(stage.log, "stories", [ANALYSED])

    def look(messages: Sequence[Message]) -> Sequence[Handled]:
        subscriber.ready_at_work = stage.running.is_set()
        return stage.process(messages)

    subscriber.running = stage.running
    stage.run(look, subscriber)

    assert (subscriber.ready_outside, subscriber.ready_at_work) == (False, True)


class Behind:
    """Says how far a group is behind, and that it was asked."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def lags(self, group: str, topics: Sequence[str]) -> Sequence[Lag]:
        self.asked.set()
        return [Lag(topic=topics[0], partition=0, messages=len(group), seconds=0.0)]


def test_lag_is_in_the_metrics_without_anybody_asking_for_them() -> None:
    metrics, log = Metrics(), Behind()
    with watching_lag("stories", "stories", [ANALYSED], log, metrics):
        assert log.asked.wait(5)
        until(lambda: b'topic="articles.analysed"} 7.0' in metrics.rendered())


def test_start_waits_for_what_is_not_there_yet() -> None:
    absences = iter([Unavailable("Kafka does not answer")])

    def look() -> None:
        for absence in absences:
            raise absence

    stop = Impatient()

    assert waited_for("topics", look, stop)
    assert stop.waits == 1


def test_start_that_waits_ends_when_asked() -> None:
    stop = threading.Event()

    def look() -> None:
        stop.set()
        raise Unavailable("Kafka does not answer")

    assert not waited_for("topics", look, stop)


class Impatient(threading.Event):
    """An event that is waited for without time passing."""

    waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        return super().wait(0 if timeout else timeout)


PROGRAM = """
import sys
from rasad_core.runtime.program import run_program

def run(settings, stop):
    sys.stdout.write("runs\\n")
    sys.stdout.flush()
    stop.wait()

sys.exit(run_program("index", run))
"""


def started(**environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_program_that_is_asked_to_end_ends_with_0_and_says_so_in_json() -> None:
    with started() as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "runs\n"
        program.send_signal(signal.SIGTERM)
        _, said = program.communicate(timeout=10)

    assert program.returncode == 0
    assert json.loads(said)["event"] == "ended as asked"
    assert json.loads(said)["service"] == "index"


@pytest.mark.slow
def test_setting_that_is_wrong_ends_a_program_with_2_and_a_sentence() -> None:
    with started(RASAD_KAFKA_BOOTSTRP="k:9092") as program:
        _, said = program.communicate(timeout=10)

    assert program.returncode == 2
    assert said == (
        "rasad_index: RASAD_KAFKA_BOOTSTRP is no setting of Rasad; "
        "did you mean RASAD_KAFKA_BOOTSTRAP?\n"
    )
