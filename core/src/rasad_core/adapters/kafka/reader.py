"""Reading topics outside any group."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from kafka import KafkaConsumer, TopicPartition

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import NEWS_WAIT_MS, TIMEOUT_MS, asked, connected
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.errors import Unavailable
from rasad_core.ports import Message

_PAGE, _WAIT_MS = 500, 500
# Consumers that wait for the next read. A connection costs 20 to 50 ms, a read without one 2.
_KEPT = 8


class KafkaReader:
    """Reads any partition from any offset, for any threads; keeps its connections."""

    def __init__(self, access: KafkaAccess) -> None:
        self._access = access
        self._turn = threading.Lock()
        self._idle: list[KafkaConsumer] = []
        self._closed = False
        self._partitions: dict[str, int] = {}

    def read(self, topic: str, *, offset: int, partition: int) -> Iterator[Message]:
        """Give the messages from `offset` to the end as of the call, in order."""
        end = self.end_of(topic, partition=partition)
        if offset >= end:
            return iter(())
        return self._pages(topic, TopicPartition(self._access.topic(topic), partition), offset, end)

    def end_of(self, topic: str, *, partition: int) -> int:
        """Give the offset that the next message will have."""
        place = TopicPartition(self._access.topic(topic), partition)
        if partition >= self.partitions_of(topic):
            return 0
        with self._borrowed() as consumer:
            return int(asked(lambda: consumer.end_offsets([place], timeout_ms=TIMEOUT_MS))[place])

    def partitions_of(self, topic: str) -> int:
        """Give how many partitions a topic has."""
        name = self._access.topic(topic)
        with self._turn:
            known = self._partitions.get(name)
        if known is not None:
            return known
        with self._borrowed() as consumer:
            found = asked(lambda: consumer.partitions_for_topic(name))
        if not found:
            raise Unavailable(f"there is no topic {name} in Kafka; `rasad topics apply` makes it")
        with self._turn:
            self._partitions[name] = len(found)
        return len(found)

    def follow(self, places: Mapping[tuple[str, int], int]) -> "KafkaFollower":
        """Read on from these places, as messages come."""
        return KafkaFollower(self._access, places)

    def close(self) -> None:
        """End the connections; one that is in use ends with its read."""
        with self._turn:
            self._closed = True
            idle, self._idle = self._idle, []
        for consumer in idle:
            consumer.close(timeout_ms=0)

    def _pages(self, topic: str, place: TopicPartition, offset: int, end: int) -> Iterator[Message]:
        with self._borrowed() as consumer:
            consumer.assign([place])
            consumer.seek(place, offset)
            heard_at = time.monotonic()
            # Where compaction or retention left a gap there is no last message to wait for.
            while _position(consumer, place) < end:
                found = asked(lambda: consumer.poll(timeout_ms=_WAIT_MS, max_records=_PAGE))
                for record in found.get(place, ()):
                    if record.offset >= end:
                        break
                    yield message_of(record, topic)
                if found:
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at > TIMEOUT_MS / 1000:
                    raise Unavailable(f"Kafka gives nothing of {place.topic}")

    @contextmanager
    def _borrowed(self) -> Iterator[KafkaConsumer]:
        """Lend a consumer; one whose borrower failed or stopped half-way is not used again."""
        with self._turn:
            consumer = self._idle.pop() if self._idle else None
        if consumer is None:
            consumer = connected(self._access)
        try:
            yield consumer
            consumer.unsubscribe()
        except BaseException:
            consumer.close(timeout_ms=0)
            raise
        with self._turn:
            keep = len(self._idle) < _KEPT and not self._closed
            if keep:
                self._idle.append(consumer)
        if not keep:
            consumer.close(timeout_ms=0)


def _position(consumer: KafkaConsumer, place: TopicPartition) -> int:
    """Give where a consumer is; from the start while it looks for what is still there."""
    at: int | None = asked(lambda: consumer.position(place, timeout_ms=_WAIT_MS))
    return at or 0


class KafkaFollower:
    """Reads partitions on from given places. Not for two threads at once."""

    def __init__(self, access: KafkaAccess, places: Mapping[tuple[str, int], int]) -> None:
        self._ours = {access.topic(topic): topic for topic, _ in places}
        self._consumer = connected(access, wait_ms=NEWS_WAIT_MS)
        wanted = {TopicPartition(access.topic(t), p): at for (t, p), at in places.items()}
        self._consumer.assign(list(wanted))
        for place, offset in wanted.items():
            self._consumer.seek(place, offset)

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        """Give the next messages; empty after the timeout. Raises `Unavailable`."""
        wait_ms = int(timeout_seconds * 1000)
        found = asked(lambda: self._consumer.poll(timeout_ms=wait_ms, max_records=max_messages))
        return [
            message_of(record, self._ours[place.topic])
            for place, records in found.items()
            for record in records
        ]

    def close(self) -> None:
        """End the connection."""
        self._consumer.close(timeout_ms=0)
