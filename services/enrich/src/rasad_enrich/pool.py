"""Analysis in child processes: what takes too long or kills its process costs nothing else."""

import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

from rasad_core.codec import decode, encode
from rasad_core.errors import RasadError, Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleFetched
from rasad_core.runtime.handling import Stopped
from rasad_enrich.frames import READY, Analysed, read_frame, unpack_result, write_frame

Encoded = Analysed | Unprocessable
Result = ArticleAnalysed | Unprocessable
_WORKER = (sys.executable, "-m", "rasad_enrich.worker")
# Loading the word lists takes 2 s; on a machine that is starting everything at once, many more.
_START_SECONDS = 120.0
_CLOSE_SECONDS = 0.5
# How soon a pool notices that it shall stop.
_LOOK_SECONDS = 0.5
_FATAL = (Reason.TIMED_OUT, Reason.CRASHED)
# Once more for the same article: then it is the article, not the machine.
_ATTEMPTS = 2


class AnalysisFailed(RasadError):
    """The processes do not start, or fail outside any article: nothing can be analysed."""


class _Child:
    """One process and the article it works on."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self.output: IO[bytes] = self._process.stdout
        self.ready = False
        self.held: int | None = None  # number of the event at hand
        self.deadline = time.monotonic() + _START_SECONDS

    def give(self, number: int, event: bytes, timeout_seconds: float) -> None:
        """Hand out an article, to a child without one: it is reading and never blocks us."""
        self.held = number
        self.deadline = time.monotonic() + timeout_seconds
        # A child that is gone shows at its output, where every end is handled.
        with suppress(BrokenPipeError):
            write_frame(self._input, event)

    def dismiss(self) -> None:
        """Close the input, which ends a child that is not busy."""
        with suppress(BrokenPipeError):
            self._input.close()

    def end(self, *, wait_seconds: float = 0.0) -> None:
        """Kill the child unless it ends by itself in time."""
        self.dismiss()
        try:
            self._process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.output.close()


class AnalysisPool:
    """Child processes that analyse; a context manager. Not for use by two threads at once.

    A process works on one article at a time, which has `timeout_seconds` for itself. An article
    that runs out of time or kills its process is tried once more, then refused, `timed_out` or
    `crashed`. Children start with the first articles and end with the pool, or with this process.
    `stopping` is asked twice a second, and ends the work at hand with `Stopped` when it says so.
    """

    def __init__(
        self,
        workers: int,
        timeout_seconds: float = 30.0,
        *,
        command: Sequence[str] = _WORKER,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._workers = max(1, workers)
        self._timeout_seconds = timeout_seconds
        self._command = (*command, str(timeout_seconds))
        self._stopping = stopping
        self._children: list[_Child] = []
        # Articles that ended in a result, for whoever watches that it goes on.
        self.finished = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def analyse_many(self, events: Sequence[ArticleFetched]) -> Sequence[Result]:
        """Give the result of each event; see `analyse_encoded`."""
        results = self.analyse_encoded([encode(event) for event in events])
        return [
            decode(result.value, ArticleAnalysed) if isinstance(result, Analysed) else result
            for result in results
        ]

    def analyse_encoded(self, events: Sequence[bytes]) -> Sequence[Encoded]:
        """Give the result of each `ArticleFetched` as published, in the order of the events.

        Raises `AnalysisFailed` when the processes do not even start, and `Stopped`.
        """
        results: dict[int, Encoded] = {}
        failed: dict[int, int] = {}
        waiting = deque(range(len(events)))
        try:
            while len(results) < len(events):
                self._hand_out(events, waiting)
                for number, result in self._answers():
                    fatal = isinstance(result, Unprocessable) and result.reason in _FATAL
                    failed[number] = failed.get(number, 0) + fatal
                    if fatal and failed[number] < _ATTEMPTS:
                        waiting.append(number)
                    else:
                        results[number] = result
                        self.finished += 1
        except BaseException:
            self.close()  # else a later call would be given the answers of this one
            raise
        return [results[number] for number in range(len(events))]

    def close(self) -> None:
        """End the children, within a second."""
        children, self._children = self._children, []
        limit = time.monotonic() + _CLOSE_SECONDS
        for child in children:
            child.dismiss()
        for child in children:
            child.end(wait_seconds=max(0.0, limit - time.monotonic()))

    def _hand_out(self, events: Sequence[bytes], waiting: deque[int]) -> None:
        missing = min(self._workers, len(waiting)) - len(self._children)
        self._children.extend(_Child(self._command) for _ in range(missing))
        for child in self._children:
            if waiting and child.ready and child.held is None:
                number = waiting.popleft()
                child.give(number, events[number], self._timeout_seconds)

    def _answers(self) -> Iterator[tuple[int, Encoded]]:
        """Wait for the next answers or deadline, or a moment; give what is decided by then."""
        if self._stopping():
            raise Stopped
        at_work = [child for child in self._children if child.held is not None or not child.ready]
        with selectors.DefaultSelector() as selector:
            for child in at_work:
                selector.register(child.output, selectors.EVENT_READ, child)
            first = min(child.deadline for child in at_work)
            patience = min(max(0.0, first - time.monotonic()), _LOOK_SECONDS)
            answering = {key.fd for key, _ in selector.select(patience)}
        for child in at_work:
            if child.output.fileno() in answering:
                yield from self._read(child)
            elif time.monotonic() >= child.deadline:
                yield from self._lost(child, Reason.TIMED_OUT, f"{self._timeout_seconds:g} s")

    def _read(self, child: _Child) -> Iterator[tuple[int, Encoded]]:
        payload = read_frame(child.output)
        if payload is None:
            yield from self._lost(child, Reason.CRASHED, "the process ended")
        elif child.held is None:
            child.ready = payload == READY
        else:
            number, child.held = child.held, None
            yield number, unpack_result(payload)

    def _lost(self, child: _Child, reason: Reason, what: str) -> Iterator[tuple[int, Encoded]]:
        self._children.remove(child)
        child.end()
        if child.held is None:
            raise AnalysisFailed(f"a process for analysis did not start: {what}; see its errors")
        yield child.held, Unprocessable(reason, f"analysis of the article failed: {what}")
