"""Reading a topic through Faust, batch by batch, without losing what Faust would lose.

It acknowledges what an agent failed on, and what it cancels; it calls a message sent that is not;
its producer repeats itself. Here nothing counts as acknowledged until all that its batch caused is
durable, and nothing is sent through it.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from rasad_core.ports import Message
from rasad_core.runtime.handling import Stopped
from rasad_core.runtime.service import waited_for
from rasad_enrich.faust_app import Source, new_app

# A second of work for one core: what is done twice when a process is killed.
_BATCH_MESSAGES, _BATCH_BYTES = 64, 4 * 1024 * 1024
# What a batch waits for its next message; the first one never waits for a second.
_TOGETHER_SECONDS = 0.02
_LOOK_SECONDS = 0.1
# Of the 25 s that a program has to end: the batch at hand, its commit, and leaving the group.
_FINISH_SECONDS, _COMMIT_SECONDS, _LEAVE_SECONDS = 10.0, 2.0, 5.0
# Some batches' time; meanwhile the whole group waits for this member.
_REVOKE_SECONDS = 5.0
_PAUSE_SECONDS = 2.0
# More batches in a row than a rebalance can spoil: Faust has lost count of what is done.
_MOST_UNCOMMITTED = 20

# Does all that a batch asks for; on return it may be committed.
Take = Callable[[Sequence[Message]], object]


@dataclass(kw_only=True)
class Record:
    """A message as it lies on the broker; `timestamp` is in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class Reading:
    """Reads a topic as a member of a group, batch by batch, each in one thread and in order.

    `take` blocks in that thread. Between batches `may_take` is asked; while it says no, the group
    is not left. `answers` raises `Unavailable` while Kafka or the topic is not there, which Faust
    would break down at. `assigned` are the partitions of this member; None before it has joined.
    """

    def __init__(
        self,
        source: Source,
        *,
        take: Take,
        message_of: Callable[[Record], Message],
        may_take: Callable[[], bool],
        answers: Callable[[], object],
        stop: threading.Event,
    ) -> None:
        self._source = source
        self._take = take
        self._message_of = message_of
        self._may_take = may_take
        self._answers = answers
        self._stop = stop
        self._failure: BaseException | None = None
        self._lost = False
        self._busy = False
        self._uncommitted = 0
        self._thread = ThreadPoolExecutor(1, "enrich")
        self.assigned: frozenset[int] | None = None

    def run(self) -> None:
        """Read until asked to stop; the batch at hand is finished if it can be in some seconds.

        Raises what `take` raised, with nothing of its batch committed. When Faust breaks down it
        is begun anew.
        """
        # Nobody closes what `take` works with while it still does.
        with self._thread:
            while waited_for("topic", self._answers, self._stop):
                loop = asyncio.new_event_loop()
                # Not `asyncio.run`, which waits for every task, however long.
                loop.run_until_complete(self._life())
                loop.close()
                if self._failure is not None:
                    raise self._failure
                if self._stop.wait(_PAUSE_SECONDS):
                    break
                structlog.get_logger().warning("reading is begun anew")

    async def _life(self) -> None:
        self._lost, self._uncommitted = False, 0
        app = new_app(self._source, self._read, self._note, self._let_go)
        started = asyncio.create_task(app.start())
        await _until(lambda: self._ends() or app.crashed or _failed(started) is not None)
        if (broken := app.crash_reason or _failed(started)) is not None:
            structlog.get_logger().warning("faust broke down", problem=repr(broken))
        await _bounded(_until(lambda: not self._busy), _FINISH_SECONDS)
        if started.done() and not app.crashed:
            await _bounded(app.consumer.commit(), _COMMIT_SECONDS)
        started.cancel()
        await _bounded(app.stop(), _LEAVE_SECONDS)
        await _cleared()
        self.assigned = None

    def _ends(self) -> bool:
        return self._stop.is_set() or self._failure is not None or self._lost

    def _note(self, assigned: frozenset[int]) -> None:
        self.assigned = assigned

    async def _let_go(self) -> None:
        """Finish the batch at hand before its partitions go; too late, it is done twice."""
        await _bounded(_until(lambda: not self._busy), _REVOKE_SECONDS)

    async def _read(self, app: Any, stream: Any) -> None:
        stream.enable_acks = False
        batches = _Batches(stream)
        while await self._may() and (events := await batches.next()) and not self._ends():
            self._busy = True
            # Shielded: what is durable is to be acknowledged even if Faust gives up this agent.
            await asyncio.shield(self._done(app, events))
        # Were this to end, Faust would begin it again.
        await asyncio.Event().wait()

    async def _may(self) -> bool:
        await _until(lambda: self._ends() or self._may_take())
        return not self._ends()

    async def _done(self, app: Any, events: Sequence[Any]) -> None:
        loop = asyncio.get_running_loop()
        try:
            messages = [self._message_of(_record(event.message)) for event in events]
            await loop.run_in_executor(self._thread, self._take, messages)
            await self._committed(app, events)
        except Stopped:
            self._stop.set()
        except Exception as error:  # noqa: BLE001  nothing may leave an agent; `run` raises it
            self._failure = error
        finally:
            self._busy = False

    async def _committed(self, app: Any, events: Sequence[Any]) -> None:
        for event in events:
            event.finished = True
            event.ack()
        committed = False
        with suppress(Exception):  # of an app that has broken down meanwhile
            # At once, not by the clock: then a kill repeats one batch and no more.
            committed = await app.consumer.commit()
        self._uncommitted = 0 if committed else self._uncommitted + 1
        self._lost = self._uncommitted > _MOST_UNCOMMITTED


class _Batches:
    """Cuts a stream into batches, without ever letting go of an event that it was given."""

    def __init__(self, stream: Any) -> None:
        self._events = aiter(stream.events())
        self._next: asyncio.Task[Any] | None = None

    async def next(self) -> Sequence[Any]:
        """Give the next events; none when the stream ends."""
        try:
            found = [await self._pulled()]
        except StopAsyncIteration:
            return []
        size = len(found[0].message.value or b"")
        self._next = None
        while len(found) < _BATCH_MESSAGES and size < _BATCH_BYTES:
            done, _ = await asyncio.wait({self._pulled()}, timeout=_TOGETHER_SECONDS)
            if not done:
                break
            if self._pulled().exception() is not None:
                break  # the stream ends; it says so again
            event = self._pulled().result()
            self._next = None
            found.append(event)
            size += len(event.message.value or b"")
        return found

    def _pulled(self) -> "asyncio.Task[Any]":
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._events))
            self._next.add_done_callback(_failed)  # else asyncio complains that nobody asked
        return self._next


def _record(message: Any) -> Record:
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        timestamp=round((message.timestamp or 0) * 1000),
        key=message.key,
        value=message.value,
        headers=list(message.headers or ()),
    )


def _failed(task: "asyncio.Task[Any]") -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None


async def _until(condition: Callable[[], bool]) -> None:
    """Wait for what other threads change, and signals."""
    while not condition():  # noqa: ASYNC110  none of them knows of this loop
        await asyncio.sleep(_LOOK_SECONDS)


async def _bounded(action: Coroutine[Any, Any, Any], limit_seconds: float) -> None:
    """Do it if it can be done in time, and leave it behind if not.

    Not waited for even when it is cancelled: services of Faust swallow that.
    """
    task = asyncio.ensure_future(action)
    await asyncio.wait({task}, timeout=limit_seconds)
    task.cancel()
    task.add_done_callback(_failed)


async def _cleared() -> None:
    """Cancel whatever is still under way in this loop."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=_COMMIT_SECONDS)
