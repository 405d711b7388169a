"""A child process of `rasad up`: started by its parent, ended with it.

The parent holds the writing end of a pipe; when it is killed the pipe closes, and the child ends
itself, so that nothing works on in a folder that nobody holds.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rasad_core.runtime.shutdown import stop_on_signals

# Between the end of the parent and of an orphan that does not end by itself. Everything is safe to
# kill; a new `rasad up` waits for this.
_ORPHAN_SECONDS = 2.0


class Child:
    """One process. `descriptors` are inherited under their own numbers."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        environ: Mapping[str, str],
        descriptors: Sequence[int],
    ) -> None:
        self.module = module
        self.started_at = time.monotonic()
        self._reading, self._writing = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", module, str(self._reading), *arguments],
            env=dict(environ),
            pass_fds=[self._reading, *descriptors],
            stdin=subprocess.DEVNULL,
        )
        os.close(self._reading)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ended(self) -> int | None:
        """Give the exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        self._process.terminate()

    def end(self, *, wait_seconds: float) -> None:
        """Wait for its end, and kill it when that takes too long."""
        try:
            self._process.wait(max(0.0, wait_seconds))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._writing)


@contextmanager
def stop_with_parent(reading: int) -> Iterator[threading.Event]:
    """Give an event that a signal sets, and the end of the parent too; for a child's main thread.

    An orphan that does not end in time is ended.
    """
    with stop_on_signals() as stop:

        def watch() -> None:
            os.read(reading, 1)
            stop.set()
            time.sleep(_ORPHAN_SECONDS)
            os._exit(1)

        threading.Thread(target=watch, name="parent", daemon=True).start()
        yield stop
