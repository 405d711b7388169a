"""The live stream: what is new in two topics, resumable on any replica from where a reader was."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog
from starlette.concurrency import run_in_threadpool

from rasad_api.live_hub import Hub
from rasad_api.live_news import Entry, LiveArticle, LiveMatch
from rasad_api.live_past import fitting, in_turn, read_past
from rasad_api.live_places import LONGEST_ID, Places, fitted, read_places, write_places
from rasad_api.problems import bad_field
from rasad_core.errors import Unavailable

__all__ = ["LONGEST_ID", "LiveArticle", "LiveMatch", "Places", "begin", "told"]

# Proxies close what is silent for 30 s or a minute; research asks for 15 at most.
_BEAT_SECONDS = 10.0
# A log that is there answers in well below a second; then the reader is told to come again.
_OPENING_SECONDS = 5.0
_RETRY_SECONDS = 0.25
# Sent at once; half of what the server holds for a connection before it waits for the reader.
_CHUNK_BYTES = 32 * 1024
_COME_AGAIN_SECONDS = 2.0


async def begin(
    hub: Hub, last_event_id: str | None, *, patience_seconds: float = _OPENING_SECONDS
) -> Places:
    """Give where to begin: after the last event seen, else at the present end.

    A place beyond the end, from before the log was made anew, is the end. Raises `Problem` 422 for
    what is no id, `Unavailable` while the log is away.
    """
    seen = None if not last_event_id else _read(last_event_id)
    end = await _end(hub, patience_seconds)
    if seen is None or not end:
        return end
    places = fitted(seen, end)
    if all(places[each] <= end[each] for each in places):
        return places
    return await in_turn(lambda: fitting(hub.reader, places, end))


async def told(
    hub: Hub,
    team_id: str,
    begun: Places,
    holds: Callable[[], bool],
    *,
    beat_seconds: float = _BEAT_SECONDS,
) -> AsyncIterator[bytes]:
    """Give the stream's bytes until the program stops; whoever reads ends it by closing it.

    `holds` is asked at every beat whether its reader may go on; it may raise `Unavailable`.
    """
    places = dict(begun)
    yield b"retry: 1000\n\n" + (_beat(places) if places else b"")
    spoke = asked = time.monotonic()
    cursor: int | None = None
    with _woken(hub) as wait:
        while not hub.stopping.is_set():
            held = hub.since(cursor, places)
            if held is None:
                entries, cursor = await _past(hub, places), None
            else:
                entries, cursor = held
            for chunk in _chunks(entries, places, team_id):
                spoke = time.monotonic()
                yield chunk
            if held is not None and not entries:
                await wait(max(0.0, spoke + beat_seconds - time.monotonic()))
            now = time.monotonic()
            if now - spoke >= beat_seconds:
                spoke = now
                yield _beat(places)
            if now - asked >= beat_seconds:
                asked = now
                if not await _holding(holds):
                    return


async def _holding(holds: Callable[[], bool]) -> bool:
    try:
        return await run_in_threadpool(holds)
    except Unavailable:
        return True  # nobody said that it ended


def _read(last_event_id: str) -> Places:
    try:
        return read_places(last_event_id.strip())
    except ValueError:
        detail = "`Last-Event-ID` is none of this stream's ids"
        raise bad_field("/Last-Event-ID", detail) from None


async def _end(hub: Hub, patience_seconds: float) -> Places:
    deadline = time.monotonic() + patience_seconds
    with _woken(hub) as wait:
        while not (end := hub.end()) and not hub.stopping.is_set():
            left = deadline - time.monotonic()
            if left <= 0:
                raise Unavailable("the log is away", retry_after_seconds=_COME_AGAIN_SECONDS)
            await wait(left)
    return end


async def _past(hub: Hub, places: dict[tuple[str, int], int]) -> Sequence[Entry]:
    """Read from the log; while it is away there is nothing, and the places stay."""
    until = hub.base()
    try:
        entries, reached = await in_turn(lambda: read_past(hub.reader, places, until))
    except Unavailable as error:
        structlog.get_logger().warning("a stream waits for the log", problem=str(error))
        await asyncio.sleep(_RETRY_SECONDS)
        return ()
    if not entries:
        places.update(reached)
    return entries


def _chunks(
    entries: Sequence[Entry], places: dict[tuple[str, int], int], team_id: str
) -> Iterator[bytes]:
    """Write what is new to this reader, and move its places."""
    chunk = bytearray()
    for entry in entries:
        if entry.offset < places.get(entry.place, 0):
            continue
        places[entry.place] = entry.offset + 1
        if entry.told and entry.team_id in {None, team_id}:
            chunk += entry.told
            chunk += f"id: {write_places(places)}\n\n".encode()
            if len(chunk) >= _CHUNK_BYTES:
                yield bytes(chunk)
                chunk.clear()
    if chunk:
        yield bytes(chunk)


@contextmanager
def _woken(hub: Hub) -> Iterator[Callable[[float], Awaitable[None]]]:
    """Give a way to wait, for so long at most, until the hub has more."""
    loop = asyncio.get_running_loop()
    more = asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop of a reader that is gone
            loop.call_soon_threadsafe(more.set)

    async def wait(seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(more.wait(), seconds)
        more.clear()

    with hub.waking(wake):
        yield wait


def _beat(places: Places) -> bytes:
    """Give an event without data: it tells a reader nothing but where it is."""
    return f": beat\nid: {write_places(places)}\n\n".encode()
