"""The event log in memory: what `sqlite.log` promises, but durability."""

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rasad_core.events import utc
from rasad_core.ports import Clock, Lag, Message, Outgoing
from rasad_core.topics import TOPICS


@dataclass
class _Topic:
    # The end rises with every publish; each message comes with its place among all topics.
    compacted: bool
    end: int = 0
    messages: list[tuple[int, Message]] = field(default_factory=list)
    newest: dict[str, tuple[int, Message]] = field(default_factory=dict)

    def append(self, position: int, message: Message) -> None:
        self.end += 1
        if not self.compacted:
            self.messages.append((position, message))
            return
        # Out and in again: a dict keeps the order in which keys came, here that of the offsets.
        self.newest.pop(message.key, None)
        if message.value:
            self.newest[message.key] = (position, message)

    def since(self, offset: int, limit: int | None = None) -> Iterator[tuple[int, Message]]:
        messages = list(self.newest.values()) if self.compacted else self.messages
        start = bisect_left(messages, offset, key=lambda each: each[1].offset)
        return iter(messages[start : None if limit is None else start + limit])


class MemoryLog:
    """Publisher and LogReader; every topic has the one partition 0. Safe for any threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._position = 0
        self._topics = {spec.name: _Topic(compacted=spec.compacted) for spec in TOPICS}
        self._committed: dict[tuple[str, str], int] = {}

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Append in order; raises KeyError for an unknown topic, and then appends nothing."""
        topics = [self._topics[message.topic] for message in messages]
        at = utc(self._clock.now())
        with self._changed:
            for message, topic in zip(messages, topics, strict=True):
                topic.append(self._position, _at(message, topic.end, at))
                self._position += 1
            self._changed.notify_all()

    def read(self, topic: str, *, offset: int = 0, partition: int = 0) -> Iterator[Message]:
        """Give the messages from `offset` to the end as of the call, in order."""
        found = self._topics[topic]
        with self._changed:
            messages = found.since(offset) if partition == 0 else iter(())
        return (message for _, message in messages)

    def end_of(self, topic: str, *, partition: int = 0) -> int:
        """Give the offset that the next message will have."""
        found = self._topics[topic]
        with self._changed:
            return found.end if partition == 0 else 0

    def partitions_of(self, topic: str) -> int:
        """Give how many partitions a topic has: one."""
        _ = self._topics[topic]
        return 1

    def follow(self, places: Mapping[tuple[str, int], int]) -> "MemoryFollower":
        """Read on from these places, as messages come."""
        return MemoryFollower(self, {topic: at for (topic, _), at in places.items()})

    def subscriber(self, group: str, topics: Sequence[str]) -> "MemorySubscriber":
        """Join a group; it begins at the oldest message it has not committed."""
        for topic in topics:
            _ = self._topics[topic]
        with self._changed:
            for topic in topics:
                self._committed.setdefault((group, topic), 0)
        return MemorySubscriber(self, group, topics)

    def fetch(self, at: dict[str, int], limit: int) -> list[Message]:
        """Give the oldest messages at or above the offsets, over all the topics."""
        with self._changed:
            found = [
                each
                for topic, offset in at.items()
                for each in self._topics[topic].since(offset, limit)
            ]
        found.sort(key=lambda each: each[0])
        return [message for _, message in found[:limit]]

    @property
    def end(self) -> int:
        """How many messages were ever published: what `wait` counts from."""
        return self._position

    def wait(self, after: int, timeout_seconds: float) -> None:
        """Return once more than `after` messages are published, or time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self._position > after, timeout=timeout_seconds)

    def commit(self, group: str, ends: dict[str, int]) -> None:
        """Move a group, never backwards."""
        with self._changed:
            for topic, end in ends.items():
                self._committed[group, topic] = max(self._committed[group, topic], end)

    def committed(self, group: str, topic: str) -> int:
        """Give the offset a group reads next after a restart."""
        with self._changed:
            return self._committed[group, topic]

    def lag(self, group: str, topic: str) -> Lag:
        """Give how far a group is behind in a topic."""
        committed = self.committed(group, topic)
        ahead = self.fetch({topic: committed}, 1)
        seconds = (utc(self._clock.now()) - ahead[0].at).total_seconds() if ahead else 0.0
        with self._changed:
            end = self._topics[topic].end
        return Lag(
            topic=topic,
            partition=0,
            messages=end - ahead[0].offset if ahead else 0,
            seconds=max(0.0, seconds),
        )


class MemoryFollower:
    """Reads topics on from given offsets."""

    def __init__(self, log: MemoryLog, places: Mapping[str, int]) -> None:
        self._log = log
        self._next = dict(places)

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        """Give the next messages, oldest first over all topics; empty after the timeout."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            end = self._log.end
            messages = self._log.fetch(self._next, max_messages)
            left = deadline - time.monotonic()
            if messages or left <= 0:
                break
            self._log.wait(end, left)
        for message in messages:
            self._next[message.topic] = message.offset + 1
        return messages

    def close(self) -> None:
        """Nothing is held between calls."""


class MemorySubscriber(MemoryFollower):
    """One member of a group; it alone reads the group's topics."""

    def __init__(self, log: MemoryLog, group: str, topics: Sequence[str]) -> None:
        super().__init__(log, {topic: log.committed(group, topic) for topic in topics})
        self._group = group
        self._topics = tuple(topics)

    def commit(self, messages: Sequence[Message]) -> None:
        """Move the group behind these messages; never backwards."""
        ends: dict[str, int] = {}
        for message in messages:
            ends[message.topic] = max(ends.get(message.topic, 0), message.offset + 1)
        self._log.commit(self._group, ends)

    def rewind(self) -> None:
        """Go back to what is committed."""
        self._next = {topic: self._log.committed(self._group, topic) for topic in self._topics}

    def lag(self) -> Sequence[Lag]:
        """Give the distance to the end of each topic."""
        return [self._log.lag(self._group, topic) for topic in self._topics]


def _at(message: Outgoing, offset: int, at: datetime) -> Message:
    return Message(
        topic=message.topic,
        partition=0,
        offset=offset,
        key=message.key,
        value=message.value,
        headers=dict(message.headers),
        at=at,
    )
