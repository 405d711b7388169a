"""Reading documents in a process of its own, as a hostile one takes seconds or all memory.

A process on a pipe and no pool: a pool's processes outlive a program that is killed.
"""

import multiprocessing
import os
import resource
import signal
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.intake.items import Limits
from rasad_ingest.live.documents import Answer, Document, read_document

# Of 2 MB, an honest feed of 4,000 entries takes 1.7 s; made to hurt, some take minutes.
_TIMEOUT_SECONDS = 10.0
# Until a new process has loaded its modules: 1 s alone, 10 s on a machine that does much else.
_START_SECONDS = 60.0
# A feed of 20 MB, the most that is fetched, takes up to 1 GB while its entries are made.
_MAX_MEMORY_BYTES = 2 * 1024**3


class Parser:
    """Reads one document at a time in a child process, started when first needed.

    Safe for any threads. A document that takes too long or kills the process is
    `Unprocessable(timed_out, crashed)`, and the next one gets a new process.
    """

    def __init__(self, limits: Limits, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        self._limits = limits
        self._timeout_seconds = timeout_seconds
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._child: tuple[SpawnProcess, Connection] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, answer: Answer) -> Document:
        """Give what a body holds; raises `Unprocessable`, and `Unavailable` once closed."""
        with self._turn:
            child = self._started()
            try:
                found = self._asked(child[1], answer)
            except (OSError, EOFError):
                self._end()
                if self._closed.is_set():
                    raise Unavailable("the parser is closed") from None
                raise Unprocessable(Reason.CRASHED, "reading it ended its process") from None
            except BaseException:
                # What was asked may still be answered, to whoever asks next.
                self._end()
                raise
        if isinstance(found, Document):
            return found
        raise Unprocessable(*found)

    def close(self) -> None:
        """End the process, in the middle of a document too; leaves none behind."""
        self._closed.set()
        # Without its turn: a document may have seconds left.
        if (child := self._child) is not None:
            with suppress(ValueError):  # it has just been ended by another
                child[0].kill()
        with self._turn:
            self._end()

    @property
    def pid(self) -> int | None:
        """Give the number of the process, where there is one."""
        child = self._child
        return None if child is None else child[0].pid

    def _asked(self, pipe: Connection, answer: Answer) -> "Document | tuple[Reason, str]":
        pipe.send(answer)
        if not pipe.poll(self._timeout_seconds):
            message = f"reading it takes longer than {self._timeout_seconds:g} s"
            raise Unprocessable(Reason.TIMED_OUT, message)
        found = pipe.recv()
        assert isinstance(found, Document | tuple)
        return found

    def _started(self) -> tuple[SpawnProcess, Connection]:
        if self._closed.is_set():
            raise Unavailable("the parser is closed")
        if self._child is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._limits), daemon=True)
            process.start()
            theirs.close()
            self._child = process, ours
            self._await(ours)
        return self._child

    def _await(self, pipe: Connection) -> None:
        """Wait until the process has loaded, which is no document's fault."""
        try:
            if pipe.poll(_START_SECONDS):
                pipe.recv()
                return
        except (OSError, EOFError):
            pass
        self._end()
        raise Unavailable("the process that reads documents does not start")

    def _end(self) -> None:
        if self._child is None:
            return
        process, pipe = self._child
        self._child = None
        process.kill()
        process.join()
        process.close()
        pipe.close()


def _serve(pipe: Connection, limits: Limits) -> None:
    """Read documents until the pipe ends."""
    # Ctrl-C reaches every process of a terminal; this one ends when its parent does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError, OSError):  # systems that know no such limit, or allow less
        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Ended, or reset where whoever asked was killed before it read an answer.
    with suppress(EOFError, ConnectionError):
        pipe.send("ready")
        while True:
            answer: Answer = pipe.recv()
            pipe.send(_outcome(answer, limits))


def _end_with_parent() -> None:
    """End in the middle of a document too, however the program ended that asked for it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _outcome(answer: Answer, limits: Limits) -> "Document | tuple[Reason, str]":
    try:
        return read_document(answer, limits)
    except Unprocessable as error:
        return error.reason, error.message
    except MemoryError:
        return Reason.TOO_LARGE, "reading it takes more memory than it may"
    except Exception as error:  # noqa: BLE001  a bug is told to whoever asked, as the process stays
        at = traceback.extract_tb(error.__traceback__)[-1]
        return Reason.BUG, f"bug: {type(error).__name__} in {at.name}:{at.lineno}"
