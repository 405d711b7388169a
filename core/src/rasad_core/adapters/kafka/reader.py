"""Reading topics outside any group."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from kafka import KafkaConsumer, TopicPartition

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import TIMEOUT_MS, asked, connected
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.errors import Unavailable
from rasad_core.ports import Message

_PAGE = 500
# Consumers that wait for the next read. A connection costs 20 to 50 ms, a read without one 2.
_KEPT = 8


class KafkaReader:
    """Reads any partition from any offset, for any threads; keeps its connections."""

    def __init__(self, access: KafkaAccess) -> None:
        self._access = access
        self._turn = threading.Lock()
        self._idle: list[KafkaConsumer] = []
        self._partitions: dict[str, int] = {}

    def read(self, topic: str, *, offset: int, partition: int) -> Iterator[Message]:
        """Give the messages from `offset` to the end as of the call, in order."""
        place = TopicPartition(self._access.topic(topic), partition)
        if partition >= self.partitions_of(topic):
            return iter(())
        consumer = self._taken()
        try:
            end = asked(lambda: consumer.end_offsets([place], timeout_ms=TIMEOUT_MS))[place]
            if offset >= end:
                self._give_back(consumer)
                return iter(())
            consumer.assign([place])
            consumer.seek(place, offset)
        except BaseException:
            consumer.close(timeout_ms=0)
            raise
        return self._pages(consumer, place, topic, end)

    def end_of(self, topic: str, *, partition: int) -> int:
        """Give the offset that the next message will have."""
        place = TopicPartition(self._access.topic(topic), partition)
        if partition >= self.partitions_of(topic):
            return 0
        consumer = self._taken()
        try:
            end = asked(lambda: consumer.end_offsets([place], timeout_ms=TIMEOUT_MS))[place]
        except BaseException:
            consumer.close(timeout_ms=0)
            raise
        self._give_back(consumer)
        return int(end)

    def partitions_of(self, topic: str) -> int:
        """Give how many partitions a topic has."""
        name = self._access.topic(topic)
        with self._turn:
            known = self._partitions.get(name)
        if known is not None:
            return known
        consumer = self._taken()
        found = asked(lambda: consumer.partitions_for_topic(name))
        self._give_back(consumer)
        if not found:
            raise Unavailable(f"there is no topic {name} in Kafka; `rasad topics apply` makes it")
        with self._turn:
            self._partitions[name] = len(found)
        return len(found)

    def follow(self, places: Mapping[tuple[str, int], int]) -> "KafkaFollower":
        """Read on from these places, as messages come."""
        return KafkaFollower(self._access, places)

    def close(self) -> None:
        """End the connections."""
        with self._turn:
            idle, self._idle = self._idle, []
        for consumer in idle:
            consumer.close(timeout_ms=0)

    def _pages(
        self, consumer: KafkaConsumer, place: TopicPartition, topic: str, end: int
    ) -> Iterator[Message]:
        done = False
        try:
            waited_since = time.monotonic()
            # Where compaction or retention left a gap there is no last message to wait for.
            while consumer.position(place) < end:
                found = asked(lambda: consumer.poll(timeout_ms=500, max_records=_PAGE))
                for record in found.get(place, ()):
                    if record.offset >= end:
                        break
                    yield message_of(record, topic)
                if found:
                    waited_since = time.monotonic()
                elif time.monotonic() - waited_since > TIMEOUT_MS / 1000:
                    raise Unavailable(f"Kafka gives nothing of {place.topic}")
            done = True
        finally:
            if done:
                self._give_back(consumer)
            else:
                consumer.close(timeout_ms=0)

    def _taken(self) -> KafkaConsumer:
        with self._turn:
            if self._idle:
                return self._idle.pop()
        return connected(self._access)

    def _give_back(self, consumer: KafkaConsumer) -> None:
        consumer.unsubscribe()
        with self._turn:
            if len(self._idle) < _KEPT:
                self._idle.append(consumer)
                return
        consumer.close(timeout_ms=0)


class KafkaFollower:
    """Reads partitions on from given places. Not for two threads at once."""

    def __init__(self, access: KafkaAccess, places: Mapping[tuple[str, int], int]) -> None:
        self._ours = {access.topic(topic): topic for topic, _ in places}
        self._consumer = connected(access)
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
