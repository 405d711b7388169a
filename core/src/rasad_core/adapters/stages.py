"""A stage as a program on a cluster: what the services that consume have in common."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import structlog

from rasad_core.adapters import cluster
from rasad_core.adapters.cluster import Cluster
from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.errors import Unavailable
from rasad_core.kinds import KEYS
from rasad_core.ports import Publisher
from rasad_core.runtime.handling import Outcome, Process
from rasad_core.runtime.metrics import Metrics
from rasad_core.runtime.outcomes import OutcomeRecorder
from rasad_core.runtime.program import run_program
from rasad_core.runtime.readiness import Dependency
from rasad_core.runtime.service import consume, healthy, waited_for, watching_lag
from rasad_core.runtime.settings import Settings
from rasad_core.topics import DEFINITIONS, Stage

# Outcomes of pushed articles are written so often.
_RECORD_SECONDS: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Running:
    """A program of a cluster: what it works with, and until when.

    `opening` closes what the program opens. `running` says that it does its work.
    """

    cluster: Cluster
    metrics: Metrics
    stop: threading.Event
    running: threading.Event
    opening: ExitStack

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.cluster.settings

    def in_thread(self, name: str, run: Callable[[], None]) -> None:
        """Run something beside; a failure of it ends the program, and is raised at the end."""
        failures: list[BaseException] = []

        def guarded() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001  carried over to the thread that waits
                structlog.get_logger().exception("thread failed", thread=name)
                failures.append(error)
                self.running.clear()
                self.stop.set()

        thread = threading.Thread(target=guarded, name=name, daemon=True)

        def join() -> None:
            thread.join()
            if failures:
                raise failures[0]

        thread.start()
        self.opening.callback(join)


def run_stage(
    stage: Stage,
    topics: Sequence[str],
    build: Callable[[Running], Process],
    *,
    publishing: Callable[[Publisher], Publisher] = lambda log: log,
) -> int:
    """Run a stage as a program; gives its exit status. `publishing` may order what it publishes."""

    def run(settings: Settings, stop: threading.Event) -> None:
        with opened(stage, settings, stop) as running:
            lag = watching_lag(stage, stage, topics, running.cluster.log, running.metrics)
            with lag:
                if prepared(running, topics):
                    _consume(running, stage, topics, build(running), publishing)

    return run_program(stage, run)


@contextmanager
def opened(service: str, settings: Settings, stop: threading.Event) -> Iterator[Running]:
    """Open the cluster, and answer for the service's health, until the block ends."""
    metrics, running = Metrics(), threading.Event()
    with cluster.opened(settings) as found:
        asked = dependencies(found)
        with healthy(service, settings, metrics, asked, running), ExitStack() as opening:
            yield Running(
                cluster=found, metrics=metrics, stop=stop, running=running, opening=opening
            )


def dependencies(found: Cluster) -> tuple[Dependency, ...]:
    """Give what every service depends on."""
    return (
        Dependency(name="elasticsearch", check=lambda: found.store.get(KEYS, "-")),
        Dependency(name="kafka", check=lambda: found.log.end_of(DEFINITIONS)),
    )


def prepared(running: Running, topics: Sequence[str]) -> bool:
    """Wait until what the service needs is there; False when asked to stop first."""
    found, prefix = running.cluster, running.settings.cluster.elasticsearch_prefix

    def install() -> None:
        lifecycle.install(found.client, prefix)

    def look_for_topics() -> None:
        for topic in topics:
            found.log.partitions_of(topic)

    return waited_for("elasticsearch", install, running.stop) and waited_for(
        "topics", look_for_topics, running.stop
    )


def recording(running: Running) -> OutcomeRecorder:
    """Give what writes down the ends of pushed articles, until the program ends."""
    recorder = OutcomeRecorder(running.cluster.store)

    def write() -> None:
        while not running.stop.wait(_RECORD_SECONDS):
            with suppress(Unavailable):  # they are kept, and written with the next
                recorder.flush()

    running.in_thread("outcomes", write)
    return recorder


def _consume(
    running: Running,
    stage: Stage,
    topics: Sequence[str],
    process: Process,
    publishing: Callable[[Publisher], Publisher],
) -> None:
    recorder = recording(running)

    def observe(outcome: Outcome) -> None:
        running.metrics.observe(outcome)
        recorder.observe(outcome)

    try:
        consume(
            stage=stage,
            subscriber=running.cluster.log.subscriber(stage, topics),
            publisher=publishing(running.cluster.log),
            process=process,
            observe=observe,
            clock=running.cluster.clock,
            stop=running.stop,
            running=running.running,
        )
    finally:
        running.stop.set()
        with suppress(Unavailable):
            recorder.flush()
