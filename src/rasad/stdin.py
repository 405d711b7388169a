"""Standard input that a signal can end: a plain read would wait on a terminal for ever."""

import io
import os
import select
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

_RECHECK_SECONDS = 0.2


class _Stoppable(io.RawIOBase):
    """Reads a descriptor; at its end, for the reader, once `stop` is set."""

    def __init__(self, descriptor: int, stop: threading.Event) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._stop = stop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer", /) -> int:
        view = memoryview(buffer).cast("B")
        while not self._stop.is_set():
            ready, _, _ = select.select([self._descriptor], [], [], _RECHECK_SECONDS)
            if ready:
                return os.readv(self._descriptor, [view])
        return 0


def stoppable_stdin(stop: threading.Event) -> BinaryIO:
    """Give standard input, which ends early when `stop` is set."""
    try:
        descriptor = sys.stdin.fileno()
    except OSError:  # not a file at all, but something a program put there
        return sys.stdin.buffer
    return io.BufferedReader(_Stoppable(descriptor, stop), buffer_size=1 << 16)
