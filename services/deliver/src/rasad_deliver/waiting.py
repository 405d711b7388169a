"""Deliveries whose time has come, by host, so that a dead one holds up nobody else."""

from collections import deque

from rasad_core.events import Frozen


class Waiting(Frozen, frozen=True, kw_only=True):
    """One entry of `kinds.DUE`; `host` is where it goes."""

    key: str
    delivery_id: str
    host: str


class Queues:
    """A queue a host, in memory: what is in here still stands in the store."""

    def __init__(self, *, total: int, per_host: int) -> None:
        self._total = total
        self._per_host = per_host
        self._queues: dict[str, deque[Waiting]] = {}
        self._busy: dict[str, int] = {}
        self._known: set[str] = set()

    @property
    def busy(self) -> int:
        """How many were taken and are not done."""
        return sum(self._busy.values())

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def add(self, entry: Waiting) -> None:
        """Put an entry that is not in here behind the others of its host."""
        self._known.add(entry.key)
        self._queues.setdefault(entry.host, deque()).append(entry)

    def take(self) -> Waiting | None:
        """Take the oldest entry of a host that has room; None when none has."""
        if self.busy >= self._total:
            return None
        free = (
            queue for host, queue in self._queues.items()
            if self._busy.get(host, 0) < self._per_host
        )  # fmt: skip
        queue = min(free, key=lambda queue: queue[0].key, default=None)
        if queue is None:
            return None
        entry = queue.popleft()
        if not queue:
            del self._queues[entry.host]
        self._busy[entry.host] = self._busy.get(entry.host, 0) + 1
        return entry

    def done(self, entry: Waiting) -> None:
        """Make room for the next of its host."""
        self._known.discard(entry.key)
        self._busy[entry.host] -= 1
        if not self._busy[entry.host]:
            del self._busy[entry.host]
