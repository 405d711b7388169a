"""One member of a consumer group."""

import time
from collections.abc import Sequence

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from kafka.structs import OffsetAndMetadata

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import reached
from rasad_core.adapters.kafka.offsets import Offsets
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.errors import Unavailable
from rasad_core.ports import Lag, Message

# reliability: a dead member's partitions move after the session; three missed beats are no death.
SESSION_SECONDS = 20.0
_HEARTBEAT_SECONDS = 3.0
# A batch may take as long as analysing its slowest article, many times over.
_MAX_POLL_INTERVAL_SECONDS = 300.0
# Under CPU pressure a member was seen outside its group for good, polling nothing.
_OUTSIDE_SECONDS = 60.0
_PAUSE_SECONDS = 0.5
# The batch is somebody else's by now; it comes again, to him.
_LOST = (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)


class KafkaSubscriber:
    """Reads topics for one group, with those partitions that the group gives it.

    While Kafka is away `poll` gives nothing, and joins again by itself.
    """

    def __init__(
        self,
        access: KafkaAccess,
        offsets: Offsets,
        group: str,
        topics: Sequence[str],
        *,
        session_seconds: float = SESSION_SECONDS,
        outside_seconds: float = _OUTSIDE_SECONDS,
    ) -> None:
        self._access = access
        self._offsets = offsets
        self._group = group
        self._ours = {access.topic(topic): topic for topic in topics}
        self._session_seconds = session_seconds
        self._outside_seconds = outside_seconds
        self._consumer: KafkaConsumer | None = None
        self._committed: dict[TopicPartition, int] = {}
        self._member_at = 0.0  # monotonic: when it was last seen inside its group

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        """Give the next messages; in order within a partition, not between them."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            left_seconds = max(0.0, deadline - time.monotonic())
            messages = self._polled(max_messages, left_seconds)
            if messages or time.monotonic() >= deadline:
                return messages

    def commit(self, messages: Sequence[Message]) -> None:
        """Move the group behind these messages; never backwards.

        Partitions that the group has taken away meanwhile are left out: their messages come again,
        to whoever has them now. Raises `Unavailable` while Kafka is away.
        """
        if self._consumer is None:
            return
        ends: dict[TopicPartition, int] = {}
        for message in messages:
            place = TopicPartition(self._access.topic(message.topic), message.partition)
            ends[place] = max(ends.get(place, 0), message.offset + 1)
        try:
            held = self._consumer.assignment()
            due = {
                place: end
                for place, end in ends.items()
                if place in held and end > self._committed.get(place, 0)
            }
            if due:
                self._consumer.commit(
                    {place: OffsetAndMetadata(end, "", -1) for place, end in due.items()},
                    timeout_ms=10_000,
                )
        except _LOST as error:
            self._log("partitions moved before the commit; their messages come again", error)
        except KafkaError as error:
            raise Unavailable(f"Kafka did not take the commit: {error!r}") from error
        else:
            self._committed.update(due)

    def rewind(self) -> None:
        """Go back to what is committed; raises `Unavailable` while Kafka is away."""
        if self._consumer is None:
            return
        try:
            for place in self._consumer.assignment():
                at = self._consumer.committed(place, timeout_ms=10_000)
                if at is None:
                    self._consumer.seek_to_beginning(place)
                else:
                    self._consumer.seek(place, at)
        except KafkaError as error:
            raise Unavailable(f"Kafka does not answer: {error!r}") from error

    def lag(self) -> Sequence[Lag]:
        """Give the distance to the end of each partition that this member has.

        Of each that there is, before it joined.
        """
        lags = self._offsets.lags(self._group, tuple(self._ours.values()))
        if self._consumer is None:
            return lags
        mine = self.assigned
        return [lag for lag in lags if (lag.topic, lag.partition) in mine]

    @property
    def assigned(self) -> frozenset[tuple[str, int]]:
        """Topic and partition of what this member has now; empty for a standby."""
        if self._consumer is None:
            return frozenset()
        return frozenset((self._ours[each.topic], each.partition) for each in self._assignment())

    @property
    def joined(self) -> bool:
        """Whether it is a member of its group, with partitions or as a standby."""
        return self._consumer is not None and self._is_member(self._consumer)

    def close(self) -> None:
        """Leave the group; nothing is committed by it."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close(autocommit=False, timeout_ms=3_000)

    def _polled(self, max_messages: int, timeout_seconds: float) -> Sequence[Message]:
        try:
            consumer = self._joined(timeout_seconds)
            # Short waits: a member that has no partition yet must not sleep through getting some.
            wait_ms = int(min(timeout_seconds, _PAUSE_SECONDS) * 1000)
            found = consumer.poll(timeout_ms=wait_ms, max_records=max_messages)
        except (KafkaError, Unavailable) as error:
            self._log("kafka does not answer", error)
            time.sleep(min(timeout_seconds, _PAUSE_SECONDS))
            return []
        self._watch(consumer)
        return [
            message_of(record, self._ours[place.topic])
            for place, records in found.items()
            for record in records
        ]

    def _joined(self, timeout_seconds: float) -> KafkaConsumer:
        if self._consumer is None:
            reached(self._access, timeout_seconds=max(1.0, timeout_seconds))
            beat_seconds = min(_HEARTBEAT_SECONDS, self._session_seconds / 3)
            consumer = KafkaConsumer(
                **self._access.options(),
                group_id=self._access.group(self._group),
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                bootstrap_timeout_ms=max(1_000, int(timeout_seconds * 1000)),
                session_timeout_ms=int(self._session_seconds * 1000),
                heartbeat_interval_ms=int(beat_seconds * 1000),
                max_poll_interval_ms=int(_MAX_POLL_INTERVAL_SECONDS * 1000),
                max_partition_fetch_bytes=2 * 1024 * 1024,
                fetch_max_wait_ms=500,
            )
            # Subscribed before it knows the cluster, a consumer was seen to read nothing for good.
            consumer.bootstrap(timeout_ms=max(1_000, int(timeout_seconds * 1000)))
            consumer.subscribe(list(self._ours), listener=_Forget(self._committed))
            # A leader that has not heard of the topics yet hands out nothing, for a minute.
            for name in self._ours:
                consumer.partitions_for_topic(name)
            self._consumer = consumer
            self._member_at = time.monotonic()
        return self._consumer

    def _watch(self, consumer: KafkaConsumer) -> None:
        """Join anew after too long outside the group."""
        if self._is_member(consumer):
            self._member_at = time.monotonic()
        elif time.monotonic() - self._member_at > self._outside_seconds:
            self._log("outside its group for too long; joins anew", None)
            self.close()

    def _is_member(self, consumer: KafkaConsumer) -> bool:
        try:
            return int(consumer.group_metadata().generation_id) > 0
        except KafkaError:
            return False

    def _assignment(self) -> set[TopicPartition]:
        return set() if self._consumer is None else set(self._consumer.assignment())

    def _log(self, event: str, error: Exception | None) -> None:
        problem = "" if error is None else repr(error)
        structlog.get_logger().warning(event, group=self._group, problem=problem)


class _Forget(ConsumerRebalanceListener):  # type: ignore[misc]
    """Forgets what was committed of partitions that go: others may set it back."""

    def __init__(self, committed: dict[TopicPartition, int]) -> None:
        self._committed = committed

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        for place in revoked:
            self._committed.pop(place, None)

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Nothing: positions come from what is committed."""
