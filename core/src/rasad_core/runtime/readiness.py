"""What the program depends on, and whether it answers: asked seldom, and never waited for long."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final, Literal

import structlog

from rasad_core.events import Frozen

# Returns when the dependency answers; raises when not.
Check = Callable[[], object]
# Strangers may ask: why it is away stands in the log.
State = Literal["ok", "away"]
# The event log's name, where it is something of its own.
LOG: Final = "kafka"
# Balancers ask every few seconds, from several places at once.
_KEPT_SECONDS = 1.0
# What does not answer by then is no help to a request either.
LIMIT_SECONDS = 2.0


class Dependency(Frozen, frozen=True, kw_only=True):
    """Something that is asked. Without one that is `needed` nothing at all can be answered."""

    name: str
    check: Check
    needed: bool = True


class Found(Frozen, frozen=True, kw_only=True):
    """Whether the program can answer, and how each dependency is, by name."""

    ready: bool
    checks: Mapping[str, State]


class Readiness:
    """Asks all at once, each in a thread, and keeps what it found for a second. For any threads."""

    def __init__(
        self, dependencies: tuple[Dependency, ...], *, limit_seconds: float = LIMIT_SECONDS
    ) -> None:
        self._asking = tuple(_Asking(each) for each in dependencies)
        self._limit_seconds = limit_seconds
        self._turn = threading.Lock()
        self._found: Found | None = None
        self._found_at = 0.0

    def look(self) -> Found:
        """Say how things are: known after 2 s at the latest, and then up to a second old."""
        with self._turn:
            if self._found is None or time.monotonic() - self._found_at > _KEPT_SECONDS:
                self._found = self._look()
                self._found_at = time.monotonic()
            return self._found

    def _look(self) -> Found:
        until = time.monotonic() + self._limit_seconds
        for each in self._asking:
            each.begin()
        checks = {each.of.name: each.end(until) for each in self._asking}
        needed = [each.of.name for each in self._asking if each.of.needed]
        return Found(ready=all(checks[name] == "ok" for name in needed), checks=checks)


class _Asking:
    """One dependency; what is still being asked is not asked once more."""

    def __init__(self, of: Dependency) -> None:
        self.of = of
        self._thread: threading.Thread | None = None
        self._problem: str | None = None
        self._told: str | None = None

    def begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._ask, name="check", daemon=True)
            self._thread.start()

    def end(self, until: float) -> State:
        assert self._thread is not None
        self._thread.join(max(0.0, until - time.monotonic()))
        late = "no answer in time" if self._thread.is_alive() else None
        problem = late or self._problem
        if problem is not None and self._told is None:
            structlog.get_logger().warning("away", dependency=self.of.name, problem=problem)
        self._told = problem
        return "ok" if problem is None else "away"

    def _ask(self) -> None:
        try:
            self.of.check()
        except Exception as error:  # noqa: BLE001  a driver's own error says as much
            self._problem = str(error) or repr(error)
        else:
            self._problem = None
