"""What a member does when its group, or it, is not well; some by a consumer that plays along."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Protocol

import msgspec
import pytest
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.consumer.group import ConsumerGroupMetadata
from kafka.errors import KafkaConnectionError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

import live_servers
from kafka_proxy import brokers_here
from kafka_topics import kafka_access, share, together
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.membership import Join, Membership
from rasad_core.adapters.kafka.offsets import Offsets
from rasad_core.adapters.kafka.subscriber import OUTSIDE_SECONDS, KafkaSubscriber
from rasad_core.ports import Message, Outgoing
from rasad_core.runtime.clock import SystemClock
from rasad_core.topics import RAW
from tcp_proxy import Proxy, proxied

# The shortest session that a broker allows.
SESSION_SECONDS = 6.0


class Played:
    """A consumer of kafka-python as far as a subscriber uses it, in a state that takes bad luck."""

    def __init__(self, *, generation: int, held: int = 0, refusals: int = 0) -> None:
        self._generation = generation
        self._held = {TopicPartition(RAW, number) for number in range(held)}
        self._refusals = refusals
        self.broken = False
        self.closed = False
        self.committed_to: dict[TopicPartition, int] = {}
        self.listener: ConsumerRebalanceListener | None = None

    def poll(self, **_: object) -> dict[TopicPartition, list[object]]:
        if self.broken:
            raise KafkaConnectionError
        return {}

    def assignment(self) -> set[TopicPartition]:
        return self._held

    def group_metadata(self) -> ConsumerGroupMetadata:
        return ConsumerGroupMetadata(group_id="g", generation_id=self._generation)

    def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata], **_: object) -> None:
        if self._refusals:
            self._refusals -= 1
            raise RebalanceInProgressError
        self.committed_to.update({place: each.offset for place, each in offsets.items()})

    def close(self, **_: object) -> None:
        self.closed = True


class Joins:
    """Joins with one consumer after another, and counts."""

    def __init__(self, *joins: Join | Played) -> None:
        self._joins = list(joins)
        self.count = 0

    def __call__(
        self, *, timeout_seconds: float, listener: ConsumerRebalanceListener
    ) -> KafkaConsumer | Played:
        self.count += 1
        join = self._joins.pop(0) if len(self._joins) > 1 else self._joins[0]
        if isinstance(join, Played):
            join.listener = listener
            return join
        return join(timeout_seconds=timeout_seconds, listener=listener)


class Member(Protocol):
    def __call__(
        self, access: KafkaAccess, joins: Joins, *, outside_seconds: float = 60
    ) -> KafkaSubscriber: ...


@pytest.fixture
def member() -> Iterator[Member]:
    """Make members of a group, and have all of them leave after the test."""
    with ExitStack() as ending:

        def make(
            access: KafkaAccess, joins: Joins, *, outside_seconds: float = 60
        ) -> KafkaSubscriber:
            offsets = ending.enter_context(closing(Offsets(access, SystemClock())))
            made = KafkaSubscriber(
                access, offsets, "g", [RAW], join=joins, outside_seconds=outside_seconds
            )
            return ending.enter_context(closing(made))

        yield make


def polled(subscriber: KafkaSubscriber, until: Callable[[list[Message]], bool]) -> list[Message]:
    """Poll until it is enough; only a defect takes so long.

    A busy machine may leave a member outside its group, which is what it is tested for; then it
    joins anew after `OUTSIDE_SECONDS`.
    """
    found: list[Message] = []
    deadline = time.monotonic() + 2 * OUTSIDE_SECONDS
    while not until(found):
        assert time.monotonic() < deadline, f"only {len(found)} came"
        found += subscriber.poll(100, timeout_seconds=0.1)
    return found


def message(offset: int) -> Message:
    return Message(
        topic=RAW, partition=0, offset=offset, key="a", value=b"v", at=SystemClock().now()
    )


NOWHERE = KafkaAccess(bootstrap=("127.0.0.1:1",))


def test_member_that_stays_outside_its_group_joins_anew(member: Member) -> None:
    outside = Played(generation=-1, held=1)
    joins = Joins(outside, Played(generation=3, held=1))
    subscriber = member(NOWHERE, joins, outside_seconds=0)

    for _ in range(3):
        subscriber.poll(1, timeout_seconds=0)

    assert (joins.count, outside.closed, subscriber.joined) == (2, True, True)


def test_member_has_its_time_to_join(member: Member) -> None:
    joins = Joins(Played(generation=-1))
    subscriber = member(NOWHERE, joins)

    for _ in range(3):
        subscriber.poll(1, timeout_seconds=0)

    assert joins.count == 1


def test_member_whose_consumer_only_fails_joins_anew(member: Member) -> None:
    failing = Played(generation=-1)
    failing.broken = True
    joins = Joins(failing, Played(generation=1, held=1))
    subscriber = member(NOWHERE, joins, outside_seconds=0)

    for _ in range(2):
        subscriber.poll(1, timeout_seconds=0)

    assert joins.count == 2


def test_commit_while_the_group_is_shared_out_is_done_later_for_what_stays(member: Member) -> None:
    consumer = Played(generation=1, held=1, refusals=2)
    subscriber = member(NOWHERE, Joins(consumer))
    subscriber.poll(1, timeout_seconds=0)
    subscriber.commit([message(4)])
    before = dict(consumer.committed_to)

    for _ in range(2):
        subscriber.poll(1, timeout_seconds=0)

    assert before == {}
    assert consumer.committed_to == {TopicPartition(RAW, 0): 5}


@pytest.mark.parametrize(("comes_back", "committed_to"), [(True, 5), (False, None)])
def test_what_is_done_of_a_partition_is_remembered_as_long_as_it_stays(
    member: Member, comes_back: bool, committed_to: int | None
) -> None:
    consumer = Played(generation=1, held=1, refusals=1)
    subscriber = member(NOWHERE, Joins(consumer))
    subscriber.poll(1, timeout_seconds=0)
    subscriber.commit([message(4)])
    assert consumer.listener is not None
    consumer.listener.on_partitions_revoked(consumer.assignment())
    consumer.listener.on_partitions_assigned(consumer.assignment() if comes_back else set())

    subscriber.poll(1, timeout_seconds=0)

    assert consumer.committed_to.get(TopicPartition(RAW, 0)) == committed_to


@pytest.mark.live("kafka")
def test_member_without_a_partition_that_there_would_be_joins_anew(member: Member) -> None:
    with kafka_access(partitions=1) as access:
        joins = Joins(Played(generation=1), Membership(access=access, group="g", topics=[RAW]))
        subscriber = member(access, joins, outside_seconds=0)
        with closing(KafkaLog(access)) as log:
            log.publish([Outgoing(topic=RAW, key="a", value=b"v")])
        subscriber.poll(1, timeout_seconds=0)
        subscriber._outside_seconds = 60
        found = polled(subscriber, bool)

    assert [each.key for each in found] == ["a"]
    assert joins.count >= 2


@pytest.mark.live("kafka")
def test_standby_stays_where_it_is(member: Member) -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access)
        first = log.subscriber("g", [RAW])
        share(first, partitions=1)
        joins = Joins(Membership(access=access, group="g", topics=[RAW]))
        standby = member(access, joins)
        together(first, standby, until=lambda: standby.joined)
        standby._outside_seconds = 0
        standby.poll(1, timeout_seconds=0.05)
        had = standby.assigned
        first.close()
        log.close()

    assert (joins.count, had) == (1, frozenset())


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    host, port = live_servers.kafka().split(":")
    with proxied(host, int(port), rewrite=brokers_here) as before_kafka:
        yield before_kafka


@pytest.mark.live("kafka")
@pytest.mark.slow
def test_partitions_of_a_member_that_is_cut_off_move_within_its_session(proxy: Proxy) -> None:
    with kafka_access(partitions=4) as access:
        through = msgspec.structs.replace(access, bootstrap=(f"127.0.0.1:{proxy.port}",))
        log = KafkaLog(access, session_seconds=SESSION_SECONDS)
        lost = KafkaLog(through, session_seconds=SESSION_SECONDS).subscriber("g", [RAW])
        other = log.subscriber("g", [RAW])
        share(lost, other, partitions=4)
        keys = {f"k{number}" for number in range(100)}
        log.publish([Outgoing(topic=RAW, key=key, value=b"v") for key in keys])
        held = polled(lost, bool)
        proxy.hang()
        began = time.monotonic()
        found = polled(other, lambda found: {each.key for each in found} == keys)
        took_seconds = time.monotonic() - began
        other.commit(found)
        proxy.go_on()
        # It wakes up and says that its first batch is done, which nobody asks it any more.
        lost.commit(held)
        left = sum(lag.messages for lag in log.lags("g", [RAW]))
        lost.close()
        other.close()
        log.close()

    assert held
    assert took_seconds < SESSION_SECONDS + 4
    assert left == 0


@pytest.mark.live("kafka")
def test_static_member_finds_its_partitions_after_a_restart_and_nobody_elses_move() -> None:
    with kafka_access(partitions=4) as access:
        named = [KafkaLog(access, instance=f"worker-{number}") for number in range(2)]
        first, second = (log.subscriber("g", [RAW]) for log in named)
        share(first, second, partitions=4)
        firsts, seconds = first.assigned, second.assigned
        second.close()
        first.poll(1, timeout_seconds=0.5)
        kept = first.assigned
        again = named[1].subscriber("g", [RAW])
        share(first, again, partitions=4)
        returned = again.assigned
        first.close()
        again.close()

    assert (kept, returned) == (firsts, seconds)
