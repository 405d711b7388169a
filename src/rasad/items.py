"""What became of each item of the input, joined from what the stages report."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import get_args

import msgspec

from rasad_core.documents.outcomes import Became
from rasad_core.errors import Reason
from rasad_core.runtime.consume import Outcome
from rasad_core.runtime.outcomes import end_of, is_end, kept_as

BECAME: tuple[Became, ...] = get_args(Became)

# A settled item wakes who waits; this only bounds how late a stop is noticed.
_RECHECK_SECONDS = 0.25


class ItemLine(msgspec.Struct, kw_only=True):
    """One line of `rasad ingest --json`. `outcome` is None while it is on its way."""

    outcome: Became | None = None
    article_id: str | None = None
    url: str | None = None
    what: str
    line: int | None = None
    reason: Reason | None = None
    message: str | None = None


class Items:
    """Items on their way, in the order of the input. Stages report from their own threads."""

    def __init__(self, *, room: int) -> None:
        self._room = room
        self._changed = threading.Condition()
        self._order: deque[ItemLine] = deque()
        self._on_way: dict[tuple[str, str], ItemLine] = {}
        self._kept: dict[tuple[str, str], Became] = {}

    def add(self, item: ItemLine) -> None:
        """Give an item its place in the report; `expect` or `refuse` follows."""
        with self._changed:
            self._order.append(item)

    def expect(self, trace_id: str, item: ItemLine) -> None:
        """Wait for what the stages say of an item; call it before publishing."""
        assert item.article_id is not None
        with self._changed:
            self._on_way[trace_id, item.article_id] = item

    def refuse(self, item: ItemLine, reason: Reason, message: str) -> None:
        """Settle an item that was refused at the door."""
        with self._changed:
            item.outcome, item.reason, item.message = "refused", reason, message

    def observe(self, outcome: Outcome) -> None:
        """Take note of an outcome; a `consume.Observe`."""
        key = (outcome.trace_id, outcome.key)
        with self._changed:
            item = self._on_way.get(key)
            if item is None:
                return
            if (kept := kept_as(outcome)) is not None:
                self._kept[key] = kept
            elif is_end(outcome):
                self._settle(item, outcome, self._kept.pop(key, None))
                del self._on_way[key]
                self._changed.notify_all()

    def wait_for_room(self, stop: threading.Event) -> None:
        """Return when fewer than `room` items are on their way, or when stopped."""
        with self._changed:
            while len(self._on_way) >= self._room and not stop.is_set():
                self._changed.wait(_RECHECK_SECONDS)

    def wait(self) -> None:
        """Return when an item settles, or soon."""
        with self._changed:
            self._changed.wait(_RECHECK_SECONDS)

    def settled(self, *, skip_unfinished: bool = False) -> Iterator[ItemLine]:
        """Take out the items whose fate is known, up to the first that is still on its way."""
        while True:
            with self._changed:
                if skip_unfinished:
                    self._order = deque(item for item in self._order if item.outcome is not None)
                if not self._order or self._order[0].outcome is None:
                    return
                item = self._order.popleft()
            yield item

    def on_way(self) -> int:
        """Count the items whose fate is not known yet."""
        with self._changed:
            return len(self._on_way)

    def _settle(self, item: ItemLine, outcome: Outcome, kept: Became | None) -> None:
        end = end_of(outcome, kept)
        item.outcome, item.reason, item.message = end.outcome, end.reason, end.message
