"""Sends what is due, several at once and few to one host, and keeps to the schedule.

Guarantee: at least once, with the same id every time. Killed between an answer and its record, a
delivery is made once more; nothing else is made after one that succeeded.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import NamedTuple

from rasad_core.documents.matches import Attempt, Delivery
from rasad_core.errors import Unavailable
from rasad_core.net.failure import FetchFailed
from rasad_core.net.messages import Fetcher, Request
from rasad_core.ports import Clock, Store
from rasad_deliver.attempt import Verdict, answered, failed_here, next_attempt_at, unanswered
from rasad_deliver.outbox import Outbox
from rasad_deliver.waiting import Queues, Waiting

# The API may ask for an attempt from another process, which wakes nobody here.
_STEP_SECONDS = 1.0
# Four hosts that answer nothing must be dead at once before the others wait for one of them.
_THREADS = 8
_PER_HOST = 2


class _Sent(NamedTuple):
    entry: Waiting
    verdict: Verdict


class Sender:
    """Sends the notifications of one store; only one may run on it.

    All documents are read and written in the thread that runs it; others only ask the network, and
    may be left alone when it is asked to stop. `observe` gets every attempt once it is recorded;
    `jitter` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        clock: Clock,
        *,
        retry_seconds: tuple[float, ...],
        jitter: Callable[[], float] = random.random,
        observe: Callable[[Delivery, Attempt], None] = lambda _delivery, _attempt: None,
        threads: int = _THREADS,
    ) -> None:
        self._outbox = Outbox(store)
        self._fetcher = fetcher
        self._clock = clock
        self._retry_seconds = retry_seconds
        self._jitter = jitter
        self._observe = observe
        self._queues = Queues(total=threads, per_host=_PER_HOST)
        self._inbox: SimpleQueue[_Sent | None] = SimpleQueue()
        self._woken = threading.Event()
        self._results: deque[_Sent] = deque()
        self._read_at = 0.0  # monotonic

    def wake(self) -> None:
        """Say that something new may be due; from any thread."""
        # Once until it is heard: a storm of matches must not fill the inbox.
        if not self._woken.is_set():
            self._woken.set()
            self._inbox.put(None)

    def run(self, stop: threading.Event) -> None:
        """Send until asked to stop, then end within 2 s; what is unanswered is sent again later."""
        cursor: str | None = ""
        while not stop.is_set():
            try:
                if cursor is not None:
                    cursor = self._outbox.requeue(cursor)
                self._round()
            except Unavailable as error:
                self._read_at = 0.0
                stop.wait(min(error.retry_after_seconds, _STEP_SECONDS))
        self._leave()

    def send_due(self) -> int:
        """Make one attempt for all that is due now; give how many were made."""
        self._read()
        self._start_all()
        made = 0
        while self._queues.busy:
            self._listen(None)
            made += self._record_all()
            self._start_all()
        return made

    def _round(self) -> None:
        self._record_all()  # what the store was away for
        if time.monotonic() >= self._read_at:
            self._read()
        self._start_all()
        self._listen(max(0.0, self._read_at - time.monotonic()))
        self._record_all()

    def _read(self) -> None:
        now = self._clock.now()
        found, next_due = self._outbox.due(now, self._queues.__contains__)
        for entry in found:
            self._queues.add(entry)
        self._read_again(now, next_due)

    def _read_again(self, now: datetime, due: datetime | None) -> None:
        seconds = _STEP_SECONDS if due is None else (due - now).total_seconds()
        self._read_at = time.monotonic() + min(seconds, _STEP_SECONDS)

    def _start_all(self) -> None:
        taken: list[Waiting] = []
        while (entry := self._queues.take()) is not None:
            taken.append(entry)
        if not taken:
            return
        now = self._clock.now()
        try:
            prepared = self._outbox.prepare(taken, now)
        except Unavailable:
            for entry in taken:
                self._queues.done(entry)
            raise
        for entry, work in zip(taken, prepared, strict=True):
            self._start(entry, work, now)
        if None in prepared:
            self._start_all()  # nothing was due there, and others may have its place

    def _start(self, entry: Waiting, work: Request | Verdict | None, now: datetime) -> None:
        if work is None:
            self._queues.done(entry)
        elif isinstance(work, Verdict):
            self._inbox.put(_Sent(entry, work))
        else:
            arguments = (entry, work, now)
            threading.Thread(target=self._ask, args=arguments, name="webhook", daemon=True).start()

    def _ask(self, entry: Waiting, request: Request, at: datetime) -> None:
        started = time.perf_counter()
        try:
            response = self._fetcher.fetch(request)
        except FetchFailed as error:
            verdict = unanswered(error, at, _since_ms(started))
        except Exception:  # noqa: BLE001  a bug must not keep the place of its host for ever
            verdict = failed_here(at)
        else:
            verdict = answered(response, at, self._clock.now(), _since_ms(started))
        self._inbox.put(_Sent(entry, verdict))

    def _listen(self, seconds: float | None) -> None:
        """Take in what came, waiting for the first that long."""
        try:
            self._hear(self._inbox.get(timeout=seconds))
            for _ in range(self._inbox.qsize()):
                self._hear(self._inbox.get_nowait())
        except Empty:
            return

    def _hear(self, news: _Sent | None) -> None:
        if news is None:
            self._woken.clear()
            self._read_at = 0.0
        else:
            self._results.append(news)

    def _record_all(self) -> int:
        """Record what was answered, all together; it stays until that is done."""
        sent = list(self._results)
        if not sent:
            return 0
        now = self._clock.now()

        def plan(delivery: Delivery, verdict: Verdict) -> datetime | None:
            return next_attempt_at(
                verdict,
                attempts_before=len(delivery.attempts),
                retry_seconds=self._retry_seconds,
                now=now,
                jitter=self._jitter(),
            )

        recorded = self._outbox.record([(each.entry, each.verdict) for each in sent], plan)
        for each, delivery in zip(sent, recorded, strict=True):
            self._results.popleft()
            self._queues.done(each.entry)
            if delivery is not None:
                self._recorded(delivery, each.verdict, now)
        return len(sent)

    def _recorded(self, delivery: Delivery, verdict: Verdict, now: datetime) -> None:
        if delivery.next_attempt_at is not None:
            pause = (delivery.next_attempt_at - now).total_seconds()
            self._read_at = min(self._read_at, time.monotonic() + pause)
        self._observe(delivery, verdict.attempt)

    def _leave(self) -> None:
        # A second for what is under way; a silent host would take longer than we may.
        until = time.monotonic() + 1.0
        try:
            while self._queues.busy and (left := until - time.monotonic()) > 0:
                self._listen(left)
                self._record_all()
        except Unavailable:
            return


def _since_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
