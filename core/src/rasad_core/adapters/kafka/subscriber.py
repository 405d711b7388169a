"""One member of a consumer group."""

import time
from collections.abc import Collection, Sequence
from contextlib import suppress

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
from rasad_core.adapters.kafka.connections import TIMEOUT_MS
from rasad_core.adapters.kafka.membership import Join
from rasad_core.adapters.kafka.offsets import Offsets
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.errors import Unavailable
from rasad_core.ports import Lag, Message

# Under CPU pressure a member was seen outside its group for good, polling nothing.
OUTSIDE_SECONDS = 60.0
_PAUSE_SECONDS = 0.5
_LEAVE_MS = 3_000
# The group is being shared out anew, or has gone on without this member.
_MOVED = (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)


class KafkaSubscriber:
    """Reads topics for one group, with those partitions that the group gives it.

    While Kafka is away `poll` gives nothing, and joins again by itself. Poll with timeouts, and do
    little between: kafka-python 3.0.12 forgets a place in the group that it got between two polls,
    and begins another round for everybody.
    """

    def __init__(
        self,
        access: KafkaAccess,
        offsets: Offsets,
        group: str,
        topics: Sequence[str],
        *,
        join: Join,
        outside_seconds: float = OUTSIDE_SECONDS,
    ) -> None:
        self._access = access
        self._offsets = offsets
        self._group = group
        self._ours = {access.topic(topic): topic for topic in topics}
        self._join = join
        self._outside_seconds = outside_seconds
        self._consumer: KafkaConsumer | None = None
        self._due: dict[TopicPartition, int] = {}
        self._committed: dict[TopicPartition, int] = {}
        self._inside_at = 0.0  # monotonic: when it last had a partition, or had a reason for none

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
        to whoever has them now. What cannot be committed because the group is just being shared
        out is committed with one of the next polls. Raises `Unavailable` while Kafka is away.
        """
        if self._consumer is None:
            return
        for message in messages:
            place = TopicPartition(self._access.topic(message.topic), message.partition)
            self._due[place] = max(self._due.get(place, 0), message.offset + 1)
        try:
            self._commit(self._consumer)
        except KafkaError as error:
            raise Unavailable(f"Kafka did not take the commit: {error!r}") from error

    def rewind(self) -> None:
        """Go back to what is committed; raises `Unavailable` while Kafka is away."""
        if self._consumer is None:
            return
        try:
            for place in self._consumer.assignment():
                at = self._consumer.committed(place, timeout_ms=TIMEOUT_MS)
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
        held = self._consumer.assignment()
        return frozenset((self._ours[each.topic], each.partition) for each in held)

    @property
    def joined(self) -> bool:
        """Whether it is a member of its group, with partitions or as a standby."""
        if self._consumer is None:
            return False
        return int(self._consumer.group_metadata().generation_id) > 0

    def close(self) -> None:
        """Leave the group; nothing is committed by it."""
        consumer, self._consumer = self._consumer, None
        self._due.clear()
        self._committed.clear()
        if consumer is not None:
            consumer.close(autocommit=False, timeout_ms=_LEAVE_MS)

    def _polled(self, max_messages: int, timeout_seconds: float) -> Sequence[Message]:
        try:
            consumer = self._joined(timeout_seconds)
            # Short waits: a member that has no partition yet must not sleep through getting some.
            wait_ms = int(min(timeout_seconds, _PAUSE_SECONDS) * 1000)
            found = consumer.poll(timeout_ms=wait_ms, max_records=max_messages)
        except (KafkaError, Unavailable) as error:
            self._log("kafka does not answer", error)
            time.sleep(min(timeout_seconds, _PAUSE_SECONDS))
            found = {}
        if self._due and self._consumer is not None:
            with suppress(KafkaError):  # it stays due
                self._commit(self._consumer)
        self._watch()
        return [
            message_of(record, self._ours[place.topic])
            for place, records in found.items()
            for record in records
        ]

    def _joined(self, timeout_seconds: float) -> KafkaConsumer:
        if self._consumer is None:
            listener = _Forget(self._due, self._committed)
            self._consumer = self._join(timeout_seconds=timeout_seconds, listener=listener)
            self._inside_at = time.monotonic()
        return self._consumer

    def _commit(self, consumer: KafkaConsumer) -> None:
        """Commit what is due and still ours; it stays due where the group is being shared out."""
        held = consumer.assignment()
        due = {
            place: end
            for place, end in self._due.items()
            if place in held and end > self._committed.get(place, 0)
        }
        try:
            if due:
                offsets = {place: OffsetAndMetadata(end, "", -1) for place, end in due.items()}
                consumer.commit(offsets, timeout_ms=TIMEOUT_MS)
        except _MOVED as error:
            self._log("the group is shared out anew; what is still ours is committed later", error)
        else:
            self._due.clear()
            self._committed.update(due)

    def _watch(self) -> None:
        """Join anew after too long without a partition that there would be."""
        if self._consumer is None:
            return
        now = time.monotonic()
        if self.joined and self._consumer.assignment():
            self._inside_at = now
        elif now - self._inside_at >= self._outside_seconds:
            self._inside_at = now
            if not self.joined or self._has_room():
                self._log("without a partition for too long; joins anew", None)
                self.close()

    def _has_room(self) -> bool:
        try:
            return self._offsets.has_room(self._group, tuple(self._ours.values()))
        except Unavailable:
            return False

    def _log(self, event: str, error: Exception | None) -> None:
        problem = "" if error is None else repr(error)
        structlog.get_logger().warning(event, group=self._group, problem=problem)


class _Forget(ConsumerRebalanceListener):  # type: ignore[misc]
    """Forgets what was done of partitions that go: it is done again, by whoever has them next.

    Of those that stay nothing is read again, so what was done of them must not be forgotten.
    """

    def __init__(self, *done: dict[TopicPartition, int]) -> None:
        self._done = done

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Nothing yet: at the start of a round these are all that there are."""

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        for each in self._done:
            for place in set(each).difference(assigned):
                del each[place]

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        for each in self._done:
            for place in lost:
                each.pop(place, None)
