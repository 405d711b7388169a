"""What a stream missed and the hub no longer keeps: read from the log itself, a part at a time.

No reader of the log is held between parts: who reads slowly holds nothing but a part.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from rasad_api.live_news import Entry, entry_of
from rasad_api.live_places import Places
from rasad_core.ports import LogReader, Message

T = TypeVar("T")
# Threads that may read the past, and wait for a log that hangs; the others answer requests.
_MOST_AT_ONCE = 4
_room = threading.BoundedSemaphore(_MOST_AT_ONCE)
_ASK_AGAIN_SECONDS = 0.05
# Of one part: about what a stream takes from the hub at once, so that 50 streams hold 50 MB.
_PART_BYTES = 1024 * 1024
_PART_ENTRIES = 5_000
_BATCH = 200
# A log that has more gives some within this, the time to find its partitions' leaders included.
_PATIENCE_SECONDS = 2.0


async def in_turn(work: Callable[[], T]) -> T:
    """Do what may wait for the log in one of the few threads that may."""
    while not _room.acquire(blocking=False):  # noqa: ASYNC110  asyncio's own are of one loop
        await asyncio.sleep(_ASK_AGAIN_SECONDS)
    return await _released(run_in_threadpool(work))


async def _released(working: Awaitable[T]) -> T:
    try:
        return await working
    finally:
        _room.release()


def fitting(reader: LogReader, places: Places, known: Places) -> dict[tuple[str, int], int]:
    """Give places that are not beyond the end: there they are from before the log was made anew.

    `known` is an end that was seen; only who is beyond it has the log asked.
    """
    fit = dict(places)
    for (topic, partition), offset in places.items():
        if offset > known[topic, partition]:
            fit[topic, partition] = min(offset, reader.end_of(topic, partition=partition))
    return fit


def read_past(reader: LogReader, places: Places, until: Places) -> tuple[Sequence[Entry], Places]:
    """Give the next entries after `places`, in partitions that are behind `until`.

    With them the places behind them. Raises `Unavailable`.
    """
    reached = dict(places)
    found: list[Entry] = []
    size = 0
    with _follower(reader, reached, until) as poll:
        while size < _PART_BYTES and len(found) < _PART_ENTRIES and behind(reached, until):
            messages = poll()
            for message in messages:
                entry = entry_of(message)
                found.append(entry)
                size += len(entry.told)
                reached[entry.place] = entry.offset + 1
            if not messages and not _pass_gaps(reader, reached, until):
                break
    return found, reached


def behind(places: Places, until: Places) -> Places:
    """Give those that have not come so far."""
    return {each: places.get(each, 0) for each, end in until.items() if places.get(each, 0) < end}


@contextmanager
def _follower(
    reader: LogReader, places: Places, until: Places
) -> Iterator[Callable[[], Sequence[Message]]]:
    with closing(reader.follow(behind(places, until))) as follower:
        yield lambda: follower.poll(_BATCH, timeout_seconds=_PATIENCE_SECONDS)


def _pass_gaps(reader: LogReader, reached: dict[tuple[str, int], int], until: Places) -> bool:
    """Go to the end of partitions of which nothing is left; say whether there was one."""
    passed = False
    for place, offset in behind(reached, until).items():
        topic, partition = place
        if next(iter(reader.read(topic, offset=offset, partition=partition)), None) is None:
            reached[place] = until[place]
            passed = True
    return passed
