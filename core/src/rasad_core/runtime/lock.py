"""`DIR/rasad.lock`: one program at a time works in a data folder.

The kernel holds the lock (flock on the file), so a program that was killed holds nothing, whatever
the file says and whoever has its pid now. The JSON inside only says who to ask.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from rasad_core.errors import InUse, RasadError
from rasad_core.events import Frozen

LOCK_NAME = "rasad.lock"
# Between taking the lock and writing who took it lie microseconds; a reader waits that out.
_READ_ATTEMPTS, _READ_PAUSE_SECONDS = 10, 0.01


class Holder(Frozen, frozen=True, kw_only=True):
    """Who works in the folder; `address` is where it answers, None for a command."""

    pid: int
    address: str | None = None


class _Held:
    """The locked file. A forked child closes its copy, so that it never outlives its parent."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        os.register_at_fork(after_in_child=self.close)

    def write(self, content: bytes) -> None:
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, content, 0)

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@contextmanager
def hold(folder: Path, *, address: str | None = None) -> Iterator[int]:
    """Hold the folder, which must exist; raises `InUse` with pid and address if somebody does.

    Gives the descriptor of the file: a child process that inherits it holds the folder too, until
    the last of them ends. The file stays when the lock goes: removing it would let two programs
    lock two files.
    """
    held = _Held(_opened(folder / LOCK_NAME))
    try:
        _take(held.descriptor, folder)
        held.write(msgspec.json.encode(Holder(pid=os.getpid(), address=address)))
        try:
            yield held.descriptor
        finally:
            held.write(b"")
    finally:
        held.close()


def holder(folder: Path) -> Holder | None:
    """Say who holds the folder now, or None. Pid 0 where the holder has not said so yet."""
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RasadError(f"cannot read {folder / LOCK_NAME}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _who(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RasadError(f"cannot write in {path.parent}: {error.strerror}") from error


def _take(descriptor: int, folder: Path) -> None:
    # A reader in `holder` has it shared for microseconds; that is nobody to give way to.
    for attempt in range(_READ_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = _who(descriptor)
            if who.pid or attempt == _READ_ATTEMPTS - 1:
                break
        else:
            return
    at = f" at {who.address}" if who.address else ""
    raise InUse(
        f"process {who.pid}{at} works in {folder}; wait for it to end, or stop it",
        pid=who.pid,
        address=who.address,
    )


def _who(descriptor: int) -> Holder:
    for _ in range(_READ_ATTEMPTS):
        try:
            return msgspec.json.decode(os.pread(descriptor, 4096, 0), type=Holder)
        except msgspec.DecodeError:
            time.sleep(_READ_PAUSE_SECONDS)
    return Holder(pid=0)
