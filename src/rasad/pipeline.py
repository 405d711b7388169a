"""Every stage over one archive, each in a thread, so that they overlap, with the log between.

Python threads share one interpreter lock, but analysis runs in child processes and SQLite lets
go of the lock while it works, so on two cores the stages keep both busy.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec
import structlog

from rasad.embedded import Archive, opened
from rasad_core import topics
from rasad_core.errors import InUse, RasadError, Unavailable
from rasad_core.events import ArticleEnriched
from rasad_core.ports import Lag, Subscriber
from rasad_core.runtime import lock
from rasad_core.runtime.consume import Consumer, Observe, Outcome, Process, Stopped
from rasad_core.runtime.logs import start_logging
from rasad_core.runtime.settings import Settings
from rasad_core.runtime.shutdown import stop_on_signals
from rasad_core.topics import Stage
from rasad_enrich.pool import AnalysisPool
from rasad_stories.sequence import Stories

if TYPE_CHECKING:
    from rasad_alerts.run import Measures

# The stages in the order an article passes them, and what each reads.
READS: Mapping[Stage, tuple[str, ...]] = {
    "enrich": (topics.RAW, topics.RAW_BACKFILL),
    "stories": (topics.ANALYSED,),
    "index": (topics.ENRICHED,),
    "alerts": (topics.ENRICHED,),
    "deliver": (topics.MATCHED,),
}
# A command does not wait for ever on a full disk; what is unfinished stays in the log.
_PATIENCE_SECONDS = 20.0
# How long a stage sleeps in a poll before it looks whether the one before it has finished.
_POLL_SECONDS = 0.25
# DESIGN 2: an event that takes longer is tried once more, then it is a dead letter.
_ANALYSIS_SECONDS = 30.0


class Pipeline:
    """Runs the stages while the block lasts, and leaves it when all has passed through.

    What an earlier, killed run left in the log goes first. `stop` ends each stage after the round
    it is in; what is unfinished then stays in the log. The first failure of a stage sets it, and is
    raised at the end of the block. Waiting for something that is away ends after
    `patience_seconds`, or never; `wake` is called when there is something to deliver; `written` and
    `measures` are told of articles written and of what matching took.
    """

    def __init__(
        self,
        archive: Archive,
        observe: Observe,
        stop: threading.Event,
        *,
        patience_seconds: float = _PATIENCE_SECONDS,
        wake: Callable[[], None] = lambda: None,
        written: Callable[[ArticleEnriched], None] = lambda _: None,
        measures: "Measures | None" = None,
    ) -> None:
        self._archive = archive
        self._observe = observe
        self._stop = stop
        self._patience_seconds = patience_seconds
        self._wake = wake
        self._written = written
        self._measures = measures
        self._failure: BaseException | None = None
        self._input_done = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        settings = self._archive.settings
        start_logging(settings.log_level, settings.log_format)
        before = self._input_done
        with ExitStack() as opening:
            stages = {stage: self._process(stage, opening) for stage in READS}
            self._open = opening.pop_all()
        for stage, process in stages.items():
            done = threading.Event()
            self._threads.append(
                threading.Thread(
                    target=self._run, args=(stage, process, before, done), name=stage, daemon=True
                )
            )
            before = done
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stop.set()
        self._input_done.set()
        for thread in self._threads:
            thread.join()
        self._open.close()
        if error is None and self._failure is not None:
            raise self._failure

    def _run(
        self, stage: Stage, process: Process, before: threading.Event, done: threading.Event
    ) -> None:
        patience = _Patience(self._stop, self._patience_seconds)
        subscriber = subscriber_of(self._archive, stage)
        consumer = Consumer(
            stage=stage,
            subscriber=subscriber,
            publisher=self._archive.log,
            process=process,
            observe=self._note,
            clock=self._archive.clock,
            wait=patience,
        )
        try:
            while not self._stop.is_set():
                # Asked first: what the stage before published is then in the log already.
                last = before.is_set()
                if consumer.step(timeout_seconds=0.0 if last else _POLL_SECONDS):
                    patience.restore()
                elif last:
                    break
        except Stopped as stopped:
            self._fail(stopped.__cause__ or stopped)
        except Exception as error:  # noqa: BLE001  carried over to the thread that waits
            self._fail(error)
        finally:
            subscriber.close()
            done.set()

    def _note(self, outcome: Outcome) -> None:
        about = msgspec.structs.asdict(outcome)
        if outcome.result == "dead":
            # The message may quote the article; it stands in the dead letter.
            del about["message"]
            structlog.get_logger().warning("dead letter", **about)
        else:
            structlog.get_logger().debug("event handled", **about)
        self._observe(outcome)

    def _fail(self, error: BaseException) -> None:
        if self._failure is None and not self._stop.is_set():
            self._failure = error
        self._stop.set()

    def _process(self, stage: Stage, opening: ExitStack) -> Process:
        archive = self._archive
        if stage == "enrich":
            import rasad_enrich.run

            pool = opening.enter_context(analysis_pool())
            return rasad_enrich.run.process(pool, clock=archive.clock)
        if stage == "stories":
            import rasad_stories.run

            stories = opening.enter_context(_stories(archive.stories_path))
            return rasad_stories.run.process(stories, archive.log, archive.clock)
        if stage == "alerts":
            import rasad_alerts.run
            from rasad_alerts import snapshot
            from rasad_alerts.definitions import Definitions

            armed = snapshot.load(archive.settings.data)
            opening.callback(snapshot.save, armed, archive.settings.data)
            definitions = Definitions(archive.store, archive.log, archive.clock, armed)
            return rasad_alerts.run.process(definitions, archive.clock, self._measures)
        if stage == "deliver":
            import rasad_deliver.run

            return rasad_deliver.run.process(archive.store, archive.clock, self._wake)
        import rasad_index.run

        return rasad_index.run.process(
            archive.index,
            archive.store,
            clock=archive.clock,
            retention_days=archive.settings.retention_days,
            written=self._written,
        )


def _stories(path: Path) -> Stories:
    try:
        return Stories(path)
    except sqlite3.DatabaseError as error:
        raise RasadError(
            f"{path} is damaged ({error}); remove it, and it is rebuilt from the log"
        ) from error


class _Patience:
    """A `consume.Wait` that says stop when asked to, or when it has waited too long in a row."""

    def __init__(self, stop: threading.Event, seconds: float) -> None:
        self._stop = stop
        self._seconds = seconds
        self._left_seconds = seconds

    def __call__(self, seconds: float) -> bool:
        self._left_seconds -= seconds
        return self._left_seconds < 0 or self._stop.wait(seconds)

    def restore(self) -> None:
        self._left_seconds = self._seconds


def subscriber_of(archive: Archive, stage: Stage) -> Subscriber:
    """Give the stage's place in the log."""
    return archive.log.subscriber(stage, READS[stage])


def lags(archive: Archive) -> dict[Stage, list[Lag]]:
    """Say how far each stage is behind."""
    found: dict[Stage, list[Lag]] = {}
    for stage in READS:
        subscriber = subscriber_of(archive, stage)
        found[stage] = list(subscriber.lag())
        subscriber.close()
    return found


def unfinished(archive: Archive) -> int:
    """Count the events that wait in the log."""
    return sum(lag.messages for each in lags(archive).values() for lag in each)


@contextmanager
def finished(settings: Settings) -> Iterator[Archive]:
    """Open an archive to read, after finishing what a killed run left in its log.

    While another program works in the folder it is read as it is: that program finishes it.
    """
    with opened(settings) as archive:
        if unfinished(archive):
            with suppress(InUse), lock.hold(settings.data):
                work_through(archive)
        yield archive


def work_through(archive: Archive) -> None:
    """Run everything in the log through every stage; raises what stopped a stage."""
    with stop_on_signals() as stop, Pipeline(archive, lambda _: None, stop):
        pass
    if stop.is_set():
        raise Unavailable("stopped; the next command on this folder finishes what is in its log")


def analysis_pool() -> AnalysisPool:
    """Give a child process per core."""
    return AnalysisPool(workers=_cores(), timeout_seconds=_ANALYSIS_SECONDS)


def _cores() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on macOS
        return max(1, os.cpu_count() or 1)
