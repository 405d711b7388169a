"""The addresses that teams read, and which of them are due; full states stay in the store."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from rasad_core.documents.sources import FeedState, Source, feed_id
from rasad_core.documents.table import Table
from rasad_core.kinds import FEED_STATES, SOURCES
from rasad_core.ports import Store
from rasad_ingest.live.schedule import is_due

Rows = tuple[Source, ...]


class Feeds:
    """Rows by address, in the order they were made, with what says when each is due.

    Ingest alone writes states, so they are read once and then kept, without their entries: those
    of 5,000 feeds have 150 MB, which is not to be read every second.
    """

    def __init__(self, store: Store) -> None:
        self._sources = Table(store, SOURCES, Source)
        self._states = Table(store, FEED_STATES, FeedState)
        self._rows: dict[str, Rows] = {}
        self._known: dict[str, FeedState | None] = {}

    def refresh(self) -> None:
        """Read the rows anew; raises `Unavailable`."""
        found: defaultdict[str, list[Source]] = defaultdict(list)
        for held in self._sources.all():
            found[feed_id(held.value.url, held.value.kind)].append(held.value)
        self._rows = {key: _in_order(rows) for key, rows in found.items()}
        # In place: threads write into it meanwhile.
        for key in [key for key in self._known if key not in found]:
            del self._known[key]
        unknown = [key for key in found if key not in self._known]
        for start in range(0, len(unknown), 100):
            part = unknown[start : start + 100]
            states = self._states.get_many(part)
            for key in part:
                self._known.setdefault(key, _slim(states.get(key)))

    def due(self, now: datetime) -> Iterator[tuple[str, Rows]]:
        """Give the addresses to poll, the longest due first."""
        due = [key for key, rows in self._rows.items() if is_due(rows, self._known[key], now)]
        for key in sorted(due, key=lambda each: _since(self._known[each])):
            yield key, self._rows[key]

    def state(self, key: str) -> FeedState | None:
        """Give the state as it is in the store; raises `Unavailable`."""
        held = self._states.get(key)
        return None if held is None else held.value

    def keep(self, state: FeedState) -> None:
        """Write a state; raises `Unavailable`."""
        self._states.put(state.feed_id, state)
        if state.feed_id in self._known:
            self._known[state.feed_id] = _slim(state)


def _in_order(rows: Sequence[Source]) -> Rows:
    return tuple(sorted(rows, key=lambda row: (row.created_at, row.source_id)))


def _slim(state: FeedState | None) -> FeedState | None:
    return None if state is None else replace(state, seen={}, recent=())


def _since(state: FeedState | None) -> float:
    return 0.0 if state is None else state.next_poll_at.timestamp()
