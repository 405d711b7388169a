"""A stage as a program of its own: it consumes until it is asked to stop, and tells its health."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

import structlog

from rasad_core.errors import RasadError, Unavailable
from rasad_core.ports import Clock, Lag, Publisher, Subscriber
from rasad_core.runtime.consume import Consumer
from rasad_core.runtime.handling import Observe, Process, Stopped
from rasad_core.runtime.health import serving_health
from rasad_core.runtime.metrics import Metrics
from rasad_core.runtime.readiness import Dependency
from rasad_core.runtime.settings import Settings
from rasad_core.topics import Stage

# Lag is a matter of minutes; asking for it takes 10 ms.
_LAG_SECONDS = 5.0
_POLL_SECONDS = 1.0
_PAUSE_SECONDS = 2.0


@runtime_checkable
class Member(Protocol):
    """A subscriber that shares its topics with others."""

    @property
    def joined(self) -> bool:
        """Whether its group knows it, with messages to take or as a standby."""


class Lags(Protocol):
    """Where lag is asked for."""

    def lags(self, group: str, topics: Sequence[str]) -> Sequence[Lag]:
        """Say how far a group is behind, from outside of it."""


def consume(
    *,
    stage: Stage,
    subscriber: Subscriber,
    publisher: Publisher,
    process: Process,
    observe: Observe,
    clock: Clock,
    stop: threading.Event,
    running: threading.Event,
) -> None:
    """Do rounds until asked to stop; then the round at hand is finished, and the group is left.

    `running` is set while there is no reason to think that it does not work. Raises `TooManyBugs`,
    with nothing of its round committed.
    """
    consumer = Consumer(
        stage=stage,
        subscriber=subscriber,
        publisher=publisher,
        process=process,
        observe=observe,
        clock=clock,
        wait=stop.wait,
    )
    try:
        while not stop.is_set():
            consumer.step(timeout_seconds=_POLL_SECONDS)
            if isinstance(subscriber, Member) and not subscriber.joined:
                running.clear()
            else:
                running.set()
    except Stopped:
        return
    finally:
        running.clear()
        subscriber.close()


@contextmanager
def healthy(
    service: str,
    settings: Settings,
    metrics: Metrics,
    dependencies: Sequence[Dependency],
    running: threading.Event,
) -> Iterator[None]:
    """Answer for the service's health until the block ends."""

    def check() -> None:
        if not running.is_set():
            raise RasadError("it does not take messages")

    own = Dependency(name=service, check=check)
    host, port = settings.cluster.host[service], settings.cluster.port[service]
    with serving_health(host, port, metrics, (own, *dependencies)) as bound:
        structlog.get_logger().info("answers for its health", host=host, port=bound)
        yield


@contextmanager
def watching_lag(
    stage: Stage, group: str, topics: Sequence[str], log: Lags, metrics: Metrics
) -> Iterator[None]:
    """Keep the lag of a stage in the metrics until the block ends."""
    over = threading.Event()

    def watch() -> None:
        while True:
            try:
                metrics.lags(stage, log.lags(group, topics))
            except Unavailable as error:
                structlog.get_logger().debug("lag is not known", problem=str(error))
            if over.wait(_LAG_SECONDS):
                return

    threading.Thread(target=watch, name="lag", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def waited_for(what: str, action: Callable[[], object], stop: threading.Event) -> bool:
    """Do a step of the start, again while something is away; False when asked to stop first."""
    while True:
        try:
            action()
        except Unavailable as error:
            structlog.get_logger().warning("waits", step=what, problem=str(error))
            if stop.wait(_PAUSE_SECONDS):
                return False
        else:
            return True
