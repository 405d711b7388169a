"""Threads that do one job each, never two of a kind at once, and few for one host."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue

from rasad_core.events import Frozen

# As many as `Hosts` lets ask one host at once: more would wait, and keep others from theirs.
_PER_HOST = 2


class Job(Frozen, frozen=True, kw_only=True):
    """Something to do; `do` raises nothing that anybody else would handle."""

    key: str
    host: str
    do: Callable[[], None]


class Crew:
    """A fixed number of threads. They are daemons: a fetch in progress keeps no program alive."""

    def __init__(self, threads: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._keys: set[str] = set()
        self._hosts: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def free(self) -> int:
        """How many jobs can begin at once."""
        with self._lock:
            return len(self._threads) - len(self._keys)

    def busy(self, key: str) -> bool:
        """Say whether a job of that key is being done."""
        with self._lock:
            return key in self._keys

    def begin(self, job: Job) -> bool:
        """Begin a job; False when it is being done, its host has enough, or no thread is free."""
        with self._lock:
            full = len(self._keys) == len(self._threads)
            if full or job.key in self._keys or self._hosts[job.host] >= _PER_HOST:
                return False
            self._keys.add(job.key)
            self._hosts[job.host] += 1
        self._jobs.put(job)
        return True

    def end(self, *, within_seconds: float) -> None:
        """Begin nothing more, and wait so long for what is being done."""
        until = time.monotonic() + within_seconds
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.do()
            finally:
                with self._lock:
                    self._keys.discard(job.key)
                    self._hosts[job.host] -= 1
                    if not self._hosts[job.host]:
                        del self._hosts[job.host]
