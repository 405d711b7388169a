"""The event log on Kafka: publisher, reader and subscribers over one broker."""

from collections.abc import Iterator, Mapping, Sequence

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.membership import SESSION_SECONDS, Membership
from rasad_core.adapters.kafka.offsets import Offsets
from rasad_core.adapters.kafka.publisher import KafkaPublisher
from rasad_core.adapters.kafka.reader import KafkaFollower, KafkaReader
from rasad_core.adapters.kafka.subscriber import KafkaSubscriber
from rasad_core.ports import Clock, Lag, Message, Outgoing
from rasad_core.runtime.clock import SystemClock

# A broker takes a batch in milliseconds; one that is being restarted is back in some seconds.
_PUBLISH_TIMEOUT_SECONDS = 10.0


class KafkaLog:
    """Publisher and LogReader. Safe for any threads; nothing is connected before it is needed.

    Times of messages are whole milliseconds. Messages of different partitions have no order, and
    a compacted topic shows old values of a key until the broker has compacted it.

    With an `instance`, which no two programs may share, its subscribers keep their partitions over
    a restart that is shorter than the session.
    """

    def __init__(
        self,
        access: KafkaAccess,
        clock: Clock | None = None,
        *,
        publish_timeout_seconds: float = _PUBLISH_TIMEOUT_SECONDS,
        session_seconds: float = SESSION_SECONDS,
        instance: str | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._access = access
        self._session_seconds = session_seconds
        self._instance = instance
        self._publisher = KafkaPublisher(access, clock, timeout_seconds=publish_timeout_seconds)
        self._reader = KafkaReader(access)
        self._offsets = Offsets(access, clock)

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Append in order; see `KafkaPublisher.publish`."""
        self._publisher.publish(messages)

    def read(self, topic: str, *, offset: int = 0, partition: int = 0) -> Iterator[Message]:
        """Give the messages from `offset` to the end as of the call, in order."""
        return self._reader.read(topic, offset=offset, partition=partition)

    def end_of(self, topic: str, *, partition: int = 0) -> int:
        """Give the offset that the next message will have."""
        return self._reader.end_of(topic, partition=partition)

    def partitions_of(self, topic: str) -> int:
        """Give how many partitions a topic has; raises `Unavailable` where it was never made."""
        return self._reader.partitions_of(topic)

    def follow(self, places: Mapping[tuple[str, int], int]) -> KafkaFollower:
        """Read on from these places, as messages come."""
        return self._reader.follow(places)

    def subscriber(self, group: str, topics: Sequence[str]) -> KafkaSubscriber:
        """Join a group, with the first poll; a new group begins at the oldest message."""
        membership = Membership(
            access=self._access,
            group=group,
            topics=topics,
            session_seconds=self._session_seconds,
            instance=self._instance,
        )
        return KafkaSubscriber(self._access, self._offsets, group, topics, join=membership)

    def lags(self, group: str, topics: Sequence[str]) -> Sequence[Lag]:
        """Give how far a group is behind in every partition, without joining it."""
        return self._offsets.lags(group, topics)

    def close(self) -> None:
        """End the connections; subscribers and followers have their own."""
        self._publisher.close()
        self._reader.close()
        self._offsets.close()
