"""Enrich as a program of its own, on Kafka and Elasticsearch: `python -m rasad_enrich`.

Two deployments of it read a lane each; processes of one lane share its partitions.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from rasad_core.adapters.cluster import kafka_access
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.adapters.stages import Running, opened, prepared, recording
from rasad_core.errors import Unavailable
from rasad_core.runtime.handling import Handling, Outcome
from rasad_core.runtime.logs import forward_logging
from rasad_core.runtime.outcomes import OutcomeRecorder
from rasad_core.runtime.program import run_program
from rasad_core.runtime.settings import Settings
from rasad_enrich.faust_app import Source
from rasad_enrich.faust_shell import Reading
from rasad_enrich.lanes import LANES, Gate, Lane
from rasad_enrich.pool import AnalysisPool
from rasad_enrich.progress import DEAD_SECONDS, Progress, Verdict
from rasad_enrich.run import process

# DESIGN 2: an article that takes longer is tried once more, then it is a dead letter.
_ANALYSIS_SECONDS: Final = 30.0
# How long the articles at hand may take once it is asked to stop; they are analysed again then.
_FINISH_SECONDS: Final = 6.0
_WATCH_SECONDS: Final = 2.0
# Where both lanes share a machine, the past is the one to wait for the processor.
_BACKFILL_NICE: Final = 5


def main() -> int:
    """Enrich one lane until asked to stop; gives the exit status."""
    return run_program("enrich", _run)


def _run(settings: Settings, stop: threading.Event) -> None:
    forward_logging()
    lane = LANES[settings.cluster.enrich_lane]
    if settings.cluster.enrich_lane == "backfill":
        os.nice(_BACKFILL_NICE)
    with (
        opened("enrich", settings, stop) as running,
        AnalysisPool(
            settings.cluster.enrich_workers, _ANALYSIS_SECONDS, stopping=_Overdue(stop)
        ) as pool,
    ):
        if prepared(running, (lane.topic,)):
            _read(running, lane, pool)


def _read(running: Running, lane: Lane, pool: AnalysisPool) -> None:
    recorder = recording(running)
    gate = Gate(running.cluster.log.lags)
    backfill = running.settings.cluster.enrich_lane == "backfill"
    may_take = gate.is_open if backfill else lambda: True
    reading = Reading(
        _source(kafka_access(running.settings), lane),
        take=_handling(running, pool, recorder).finish,
        message_of=lambda record: message_of(record, lane.topic),
        may_take=may_take,
        answers=lambda: running.cluster.log.partitions_of(lane.topic),
        stop=running.stop,
    )
    if backfill:
        running.in_thread("gate", lambda: gate.watch(running.stop))
    watch = _Watch(running, lane, reading, pool, may_take)
    running.in_thread("watch", watch.run)
    try:
        reading.run()
    finally:
        running.running.clear()
        running.stop.set()
        with suppress(Unavailable):
            recorder.flush()


def _handling(running: Running, pool: AnalysisPool, recorder: OutcomeRecorder) -> Handling:
    found = running.cluster

    def observe(outcome: Outcome) -> None:
        running.metrics.observe(outcome)
        recorder.observe(outcome)

    return Handling(
        stage="enrich",
        publisher=found.log,
        process=process(pool, clock=found.clock),
        observe=observe,
        clock=found.clock,
        wait=running.stop.wait,
    )


def _source(access: KafkaAccess, lane: Lane) -> Source:
    return Source(
        bootstrap=access.bootstrap,
        topic=access.topic(lane.topic),
        group=access.group(lane.group),
        security_protocol=access.security_protocol,
        sasl_mechanism=access.sasl_mechanism,
        username=access.username,
        password=access.password,
        ca_file=access.ca_file,
    )


class _Watch:
    """Looks every few seconds whether articles get done, and how many wait."""

    def __init__(
        self,
        running: Running,
        lane: Lane,
        reading: Reading,
        pool: AnalysisPool,
        may_take: Callable[[], bool],
    ) -> None:
        self._running = running
        self._lane = lane
        self._reading = reading
        self._pool = pool
        self._may_take = may_take
        self._progress = Progress(time.monotonic())

    def run(self) -> None:
        """Look until asked to stop. Ends the process when only a new start can help."""
        while not self._running.stop.wait(_WATCH_SECONDS):
            verdict = self._look()
            if verdict == "moves" and self._reading.assigned is not None:
                self._running.running.set()
            else:
                self._running.running.clear()
            if verdict == "dead":
                structlog.get_logger().error("stands still for good", seconds=DEAD_SECONDS)
                # What is stuck cannot be trusted to end in an orderly way.
                os._exit(1)

    def _look(self) -> Verdict:
        waiting, away = 0, False
        try:
            lags = self._running.cluster.log.lags(self._lane.group, (self._lane.topic,))
        except Unavailable:
            away = True
        else:
            self._running.metrics.lags("enrich", lags)
            waiting = sum(lag.messages for lag in lags if self._is_mine(lag.partition))
        return self._progress.look(
            time.monotonic(),
            done=self._pool.finished,
            waiting=waiting,
            excused=away or not self._may_take(),
        )

    def _is_mine(self, partition: int) -> bool:
        # Before it has joined, all of them wait for it.
        return self._reading.assigned is None or partition in self._reading.assigned


class _Overdue:
    """Says when the articles at hand have had their time since it was asked to stop."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._until: float | None = None

    def __call__(self) -> bool:
        if not self._stop.is_set():
            return False
        if self._until is None:
            self._until = time.monotonic() + _FINISH_SECONDS
        return time.monotonic() >= self._until


if __name__ == "__main__":
    sys.exit(main())
