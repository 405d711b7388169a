"""How far groups are, asked from outside of them."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupIdNotFoundError,
    KafkaError,
)
from kafka.structs import OffsetAndMetadata

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import TIMEOUT_MS, administering, asked, connected
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.errors import Unavailable
from rasad_core.events import utc
from rasad_core.ports import Clock, Lag

# The age of the next message needs the message itself; one that does not come counts as new.
_AGE_SECONDS = 2.0
_ATTEMPTS, _PAUSE_SECONDS = 20, 0.25


class Offsets:
    """Tells the lag of groups, for any threads; keeps its connections."""

    def __init__(self, access: KafkaAccess, clock: Clock) -> None:
        self._access = access
        self._clock = clock
        self._turn = threading.Lock()
        self._consumer: KafkaConsumer | None = None
        self._admin: KafkaAdminClient | None = None

    def lags(self, group: str, topics: Sequence[str]) -> Sequence[Lag]:
        """Give how far a group is behind in every partition; raises `Unavailable`."""
        with self._turn:
            try:
                return self._lags(group, topics)
            except BaseException:
                self._close()
                raise

    def has_room(self, group: str, topics: Sequence[str]) -> bool:
        """Say whether a group has fewer members than partitions; raises `Unavailable`."""
        with self._turn:
            try:
                return len(self._members(group)) < len(self._places(topics))
            except BaseException:
                self._close()
                raise

    def close(self) -> None:
        """End the connections."""
        with self._turn:
            self._close()

    def _lags(self, group: str, topics: Sequence[str]) -> Sequence[Lag]:
        places = self._places(topics)
        consumer = self._connected()
        names = {self._access.topic(topic): topic for topic in topics}
        ends = asked(lambda: consumer.end_offsets(places, timeout_ms=TIMEOUT_MS))
        begins = asked(lambda: consumer.beginning_offsets(places, timeout_ms=TIMEOUT_MS))
        committed = self._committed(group)
        at = {place: max(begins[place], committed.get(place, 0)) for place in places}
        behind = {place: at[place] for place in places if at[place] < ends[place]}
        ages = self._ages(consumer, names, behind)
        return [
            Lag(
                topic=names[place.topic],
                partition=place.partition,
                messages=ends[place] - at[place],
                seconds=ages.get(place, 0.0),
            )
            for place in places
        ]

    def _places(self, topics: Sequence[str]) -> Sequence[TopicPartition]:
        consumer = self._connected()
        return [
            TopicPartition(name, partition)
            for name in map(self._access.topic, topics)
            for partition in asked(partial(_partitions, consumer, name))
        ]

    def _committed(self, group: str) -> Mapping[TopicPartition, int]:
        admin, name = self._administering(), self._access.group(group)
        found = asked(lambda: _patiently(admin, name))[name]
        return {place: kept.offset for place, kept in found.items() if kept.offset >= 0}

    def _members(self, group: str) -> Sequence[object]:
        admin, name = self._administering(), self._access.group(group)
        try:
            members: Sequence[object] = admin.describe_groups([name])[name]["members"]
        except GroupIdNotFoundError:
            return ()
        except KafkaError as error:
            raise Unavailable(f"Kafka does not answer: {error!r}") from error
        return members

    def _connected(self) -> KafkaConsumer:
        if self._consumer is None:
            self._consumer = connected(self._access)
        return self._consumer

    def _administering(self) -> KafkaAdminClient:
        if self._admin is None:
            self._admin = administering(self._access)
        return self._admin

    def _ages(
        self,
        consumer: KafkaConsumer,
        names: Mapping[str, str],
        behind: Mapping[TopicPartition, int],
    ) -> Mapping[TopicPartition, float]:
        """Give the age of the message at each place, in seconds."""
        ages: dict[TopicPartition, float] = {}
        if not behind:
            return ages
        consumer.assign(list(behind))
        for place, offset in behind.items():
            consumer.seek(place, offset)
        deadline = time.monotonic() + _AGE_SECONDS
        while len(ages) < len(behind) and time.monotonic() < deadline:
            found = asked(lambda: consumer.poll(timeout_ms=200, max_records=500))
            now = utc(self._clock.now())
            for place, records in found.items():
                at = message_of(records[0], names[place.topic]).at
                ages.setdefault(place, max(0.0, (now - at).total_seconds()))
                consumer.pause(place)
        consumer.unsubscribe()
        return ages

    def _close(self) -> None:
        consumer, self._consumer = self._consumer, None
        admin, self._admin = self._admin, None
        if consumer is not None:
            consumer.close(timeout_ms=0)
        if admin is not None:
            admin.close()


def _partitions(consumer: KafkaConsumer, name: str) -> Sequence[int]:
    return sorted(consumer.partitions_for_topic(name) or ())


def _patiently(
    admin: KafkaAdminClient, group: str
) -> Mapping[str, Mapping[TopicPartition, OffsetAndMetadata]]:
    """Ask for a group's offsets; with its first group a broker makes the topic for them first."""
    for _ in range(_ATTEMPTS):
        with suppress(CoordinatorNotAvailableError, CoordinatorLoadInProgressError):
            return _offsets(admin, group)
        time.sleep(_PAUSE_SECONDS)
    return _offsets(admin, group)


def _offsets(
    admin: KafkaAdminClient, group: str
) -> Mapping[str, Mapping[TopicPartition, OffsetAndMetadata]]:
    found: Mapping[str, Mapping[TopicPartition, OffsetAndMetadata]]
    found = admin.list_group_offsets(group)
    return found
