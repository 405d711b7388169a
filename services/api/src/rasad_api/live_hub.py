"""One reader of the log for all streams of a program: it follows the end and keeps the newest.

Streams read from what is kept, each at its own pace; whoever falls behind it reads the log itself.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import structlog

from rasad_api.live_news import Entry, entry_of
from rasad_api.live_places import STREAMED, Places, ends
from rasad_core.errors import Unavailable
from rasad_core.ports import Follower, LogReader

# A reader that was away for a minute at 50 articles/s goes on without asking the log.
MOST_ENTRIES = 5_000
# What that many articles take is 3 MB; a match with a thousand places takes 300 kB.
MOST_BYTES = 16 * 1024 * 1024
# A read gives at most so much, so that 50 slow readers hold 25 MB.
_TAKEN_BYTES = 512 * 1024
_TAKEN_ENTRIES = 500
_BATCH = 200
# The log wakes who waits for it; this is how late the end of the program is noticed.
_POLL_SECONDS = 0.5
# A browser that opens the next page is back within it, and finds what it missed kept.
_LINGER_SECONDS = 30.0
_RETRY_SECONDS = 0.25
# Topics get new partitions about never.
_LOOK_AT_PARTITIONS_SECONDS = 60.0
# An entry without anything to tell takes about this.
_ENTRY_BYTES = 200


class Hub:
    """Follows both topics while there is a stream. Safe for any threads and event loops."""

    def __init__(self, reader: LogReader, stopping: threading.Event) -> None:
        self.reader = reader
        self.stopping = stopping
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._members = 0
        self._left_at = 0.0
        self._wakes: set[Callable[[], object]] = set()
        self._clear({})

    def enter(self) -> None:
        """Count one stream, and follow the log from its present end if nobody did."""
        with self._turn:
            self._members += 1
            if self._thread is None:
                self._clear({})
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()

    def leave(self) -> None:
        """Count one less."""
        with self._turn:
            self._members -= 1
            self._left_at = time.monotonic()

    @contextmanager
    def waking(self, wake: Callable[[], object]) -> Iterator[None]:
        """Call this from another thread whenever there is more, and when the program ends."""
        with self._turn:
            self._wakes.add(wake)
        try:
            yield
        finally:
            with self._turn:
                self._wakes.discard(wake)

    def end(self) -> Places:
        """Give the place behind all that was read; empty while the log has not answered."""
        with self._turn:
            return dict(self._end)

    def base(self) -> Places:
        """Give the place before the oldest entry that is kept."""
        with self._turn:
            return dict(self._base)

    def since(self, cursor: int | None, places: Places) -> tuple[Sequence[Entry], int] | None:
        """Give the next entries and the cursor behind them; at first there is no cursor.

        They may begin before `places`. None where some that come after it are not kept any more.
        """
        with self._turn:
            if cursor is None or cursor < self._first:
                if any(places.get(each, 0) < least for each, least in self._base.items()):
                    return None
                cursor = self._first
            start = cursor - self._first
            taken = _limited(self._entries[start : start + _TAKEN_ENTRIES])
            return taken, cursor + len(taken)

    def _clear(self, end: Places) -> None:
        self._base, self._end = dict(end), dict(end)
        self._entries: list[Entry] = []
        self._first = 0
        self._bytes = 0

    def _run(self) -> None:
        told = False
        while self._wanted():
            try:
                self._look_at_partitions()
                with closing(self.reader.follow(self.end())) as follower:
                    self._follow(follower)
                told = False
            except Exception as error:  # noqa: BLE001  streams outlive whatever the log does
                if not isinstance(error, Unavailable):
                    structlog.get_logger().exception("bug", thread="live")
                elif not told:
                    structlog.get_logger().warning("streams wait for the log", problem=str(error))
                told = True
                self.stopping.wait(_RETRY_SECONDS)

    def _wanted(self) -> bool:
        with self._turn:
            lingering = time.monotonic() - self._left_at < _LINGER_SECONDS
            if not self.stopping.is_set() and (self._members or lingering):
                return True
            self._thread = None
        self._wake_all()
        return False

    def _look_at_partitions(self) -> None:
        known = self.end()
        if not known:
            first = ends(self.reader)
            with self._turn:
                self._clear(first)
            self._wake_all()
            return
        there = {
            (topic, partition): 0
            for topic in STREAMED
            for partition in range(self.reader.partitions_of(topic))
        }
        with self._turn:
            self._base = {**there, **self._base}
            self._end = {**there, **self._end}

    def _follow(self, follower: Follower) -> None:
        until = time.monotonic() + _LOOK_AT_PARTITIONS_SECONDS
        while self._wanted() and time.monotonic() < until:
            messages = follower.poll(_BATCH, timeout_seconds=_POLL_SECONDS)
            if messages:
                self._keep([entry_of(each) for each in messages])
                self._wake_all()

    def _keep(self, entries: Sequence[Entry]) -> None:
        with self._turn:
            for entry in entries:
                self._end[entry.place] = entry.offset + 1
            self._entries += entries
            self._bytes += sum(map(_size, entries))
            if len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES:
                self._forget()

    def _forget(self) -> None:
        # Half at once, so that it is seldom: what is behind moves up in the list each time.
        count = 0
        while len(self._entries) - count > MOST_ENTRIES // 2 or self._bytes > MOST_BYTES // 2:
            entry = self._entries[count]
            self._base[entry.place] = entry.offset + 1
            self._bytes -= _size(entry)
            count += 1
        del self._entries[:count]
        self._first += count

    def _wake_all(self) -> None:
        with self._turn:
            wakes = list(self._wakes)
        for wake in wakes:
            wake()


def _limited(entries: Sequence[Entry]) -> Sequence[Entry]:
    size = 0
    for count, entry in enumerate(entries):
        size += _size(entry)
        if count and size > _TAKEN_BYTES:
            return entries[:count]
    return entries


def _size(entry: Entry) -> int:
    return _ENTRY_BYTES + len(entry.told)
