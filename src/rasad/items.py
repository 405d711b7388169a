"""What became of each item of the input, joined from what the stages report."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from rasad_core.documents.outcomes import Became, PushOutcome
from rasad_core.errors import Reason
from rasad_core.runtime.consume import Outcome

BECAME: tuple[Became, ...] = get_args(Became)

# The stages an article passes to be searchable; alerts and deliver come beside.
_WAY = frozenset({"enrich", "stories", "index"})
# Stories' word for it; what it says of an article it keeps holds once the index has it too.
_KEPT: Mapping[str, Became] = {"new": "new", "revised": "revised", "copy": "copy"}
_DROPPED: Mapping[str, tuple[Reason, str]] = {
    "stale": (Reason.STALE, "a newer version of this article is kept already"),
    "deleted": (Reason.DELETED, "this article was deleted, and stays so"),
}
# A settled item wakes who waits; this only bounds how late a stop is noticed.
_RECHECK_SECONDS = 0.25
_EXPIRED = "published longer ago than RASAD_RETENTION_DAYS keeps"


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


def is_end(outcome: Outcome) -> bool:
    """Say whether a stage's outcome is the last an article gets; alerts come beside the index."""
    if outcome.result == "dead":
        return outcome.stage in _WAY
    return outcome.stage == "index" or (outcome.stage == "stories" and not kept_as(outcome))


def kept_as(outcome: Outcome) -> Became | None:
    """Give what stories kept an article as, which holds once the index has it too."""
    return _KEPT.get(outcome.detail) if outcome.stage == "stories" else None


def end_of(outcome: Outcome, kept: Became | None) -> PushOutcome:
    """Say what became of an article by the last outcome it got."""
    if outcome.result == "dead":
        # The last line of a traceback is what went wrong; the rest is in the dead letter.
        said = f"{outcome.stage}: {outcome.message.strip().rpartition(chr(10))[2]}"
        return PushOutcome(outcome="refused", reason=outcome.reason, message=said)
    if outcome.result == "expired":
        return PushOutcome(outcome="refused", reason=Reason.EXPIRED, message=_EXPIRED)
    if outcome.detail == "deleted" or (kept is None and outcome.detail in _DROPPED):
        reason, message = _DROPPED[outcome.detail]
        return PushOutcome(outcome="refused", reason=reason, message=message)
    if kept is None:
        return PushOutcome(outcome="unchanged", reason=Reason.UNCHANGED)
    return PushOutcome(outcome=kept)
