"""Starts `serve` and `work`, starts again whichever dies, and ends both together.

The parent keeps the lock of the folder and the listening socket, so that neither is ever free
while a child is replaced: connections wait in the socket's queue instead of being refused.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import structlog

from rasad.up.child import Child
from rasad_core.errors import InUse, RasadError
from rasad_core.runtime import lock

# A child that was killed comes back at once; one that fails by itself less and less often.
_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 0.05, 30.0
# Who lived this long has started well, and the next pause is short again.
_SETTLED_SECONDS = 30.0
_WATCH_SECONDS = 0.1
# CONTRACT 2: SIGTERM ends the program within 10 s.
_END_SECONDS = 8.0
# Importing everything takes 1 to 2 s on an idle core.
_START_SECONDS = 60.0
# Orphans of a killed parent end after 2 s; see `child`.
_ORPHAN_PATIENCE_SECONDS = 6.0


class Watched:
    """A child that is replaced when it ends."""

    def __init__(self, start: Callable[[], Child]) -> None:
        self._start = start
        self.child = start()
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._due_at: float | None = None

    def look(self) -> None:
        """Replace the child if it ended and its pause is over."""
        now = time.monotonic()
        if self._due_at is None:
            status = self.child.ended()
            if status is None:
                return
            lived_seconds = now - self.child.started_at
            if status < 0 or lived_seconds > _SETTLED_SECONDS:
                self._pause_seconds = _FIRST_PAUSE_SECONDS
            structlog.get_logger().warning(
                "process ended, starting it again",
                process=self.child.module,
                pid=self.child.pid,
                status=status,
                lived_seconds=round(lived_seconds, 1),
            )
            self.child.end(wait_seconds=0.0)
            self._due_at = now + self._pause_seconds
            self._pause_seconds = min(self._pause_seconds * 2, _LAST_PAUSE_SECONDS)
        elif now >= self._due_at:
            self.child = self._start()
            self._due_at = None

    def running(self) -> bool:
        """Say whether there is a child to end."""
        return self._due_at is None


@contextmanager
def held(folder: Path, *, address: str) -> Iterator[int]:
    """Hold the folder, waiting a moment for orphans of a parent that was killed."""
    deadline = time.monotonic() + _ORPHAN_PATIENCE_SECONDS
    with ExitStack() as holding:
        while True:
            try:
                descriptor = holding.enter_context(lock.hold(folder, address=address))
                break
            except InUse as error:
                if _alive(error.pid) or time.monotonic() > deadline:
                    raise
            time.sleep(_WATCH_SECONDS)
        yield descriptor


def supervise(
    opened: socket.socket,
    lock_descriptor: int,
    environ: Mapping[str, str],
    stop: threading.Event,
    on_ready: Callable[[], None],
) -> None:
    """Run both processes until `stop` is set; `on_ready` is called once the API answers.

    Raises `RasadError` when they cannot be started at all.
    """
    number = opened.fileno()

    def serve() -> Child:
        return Child("rasad.up.serve", [str(number)], environ=environ, descriptors=[number])

    def work() -> Child:
        # It inherits the lock: a parent that is killed must not free the folder before it ends.
        return Child("rasad.up.work", [], environ=environ, descriptors=[lock_descriptor])

    watched = [Watched(work), Watched(serve)]
    try:
        _wait_until_ready(opened, watched, stop)
        if not stop.is_set():
            on_ready()
        while not stop.wait(_WATCH_SECONDS):
            for each in watched:
                each.look()
    finally:
        _end([each.child for each in watched if each.running()])


def _wait_until_ready(opened: socket.socket, watched: list[Watched], stop: threading.Event) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not stop.wait(0.05):
        for each in watched:
            status = each.child.ended()
            if status is not None and status > 0:
                raise RasadError(f"{each.child.module} does not start: it ended with {status}")
            each.look()
        if _answers(opened):
            return
        if time.monotonic() > deadline:
            raise RasadError(f"the API does not answer {_START_SECONDS:g} s after its start")


def _answers(opened: socket.socket) -> bool:
    host, port = opened.getsockname()[:2]
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  to reach it
    connection = HTTPConnection(reached, port, timeout=1.0)
    with suppress(OSError, HTTPException):
        connection.request("GET", "/livez", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    return False


def _end(children: list[Child]) -> None:
    deadline = time.monotonic() + _END_SECONDS
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(wait_seconds=deadline - time.monotonic())


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0
