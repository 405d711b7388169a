"""What only a log with members, partitions and a network can do wrong."""

import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from kafka_topics import kafka_access, kafka_admin, share
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.subscriber import KafkaSubscriber
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.errors import Unavailable, Unprocessable
from rasad_core.ports import Message, Outgoing
from rasad_core.topics import RAW, STORIES_STATE
from up_program import until

STAYS = {"unchanged"}

# The shortest session that a broker allows.
SESSION_SECONDS = 6.0


def out(key: str, value: bytes = b"v", topic: str = RAW) -> Outgoing:
    return Outgoing(topic=topic, key=key, value=value)


def polled(subscriber: KafkaSubscriber, until: Callable[[list[Message]], bool]) -> list[Message]:
    """Poll until it is enough; only a defect takes half a minute."""
    found: list[Message] = []
    deadline = time.monotonic() + 30
    while not until(found):
        assert time.monotonic() < deadline, f"only {len(found)} came"
        found += subscriber.poll(100, timeout_seconds=0.1)
    return found


def nowhere() -> KafkaAccess:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return KafkaAccess(bootstrap=(f"127.0.0.1:{port}",))


def test_publishing_to_nobody_says_so_in_time() -> None:
    log = KafkaLog(nowhere(), publish_timeout_seconds=0.5)
    began = time.monotonic()

    with pytest.raises(Unavailable):
        log.publish([out("a")])
    assert time.monotonic() - began < 5


def test_polling_nobody_gives_nothing_and_goes_on() -> None:
    subscriber = KafkaLog(nowhere()).subscriber("g", [RAW])

    assert list(subscriber.poll(1, timeout_seconds=0.2)) == []
    assert not subscriber.joined


@pytest.mark.live("kafka")
def test_what_no_broker_takes_is_refused_before_anything_is_sent() -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access)
        with pytest.raises(Unprocessable):
            log.publish([out("a"), out("too large", bytes(3_000_000))])
        log.publish([out("b")])
        found = [message.key for message in log.read(RAW)]
        log.close()

    assert found == ["b"]


@pytest.mark.live("kafka")
def test_key_that_is_no_text_goes_through_unharmed() -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access)
        log.publish([out("\udcff\udcfe", b"1")])
        (message,) = log.read(RAW)
        log.publish([out(message.key, b"2")])
        keys = [each.key for each in log.read(RAW)]
        log.close()

    assert keys == ["\udcff\udcfe"] * 2


@pytest.mark.live("kafka")
def test_empty_value_on_a_compacted_topic_is_a_tombstone_to_kafka() -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access)
        log.publish([out("a", b"", STORIES_STATE)])
        consumer = KafkaConsumer(
            access.topic(STORIES_STATE),
            bootstrap_servers=list(access.bootstrap), auto_offset_reset="earliest", group_id=None,
        )  # fmt: skip
        record = next(consumer)
        consumer.close()
        log.close()

    assert record.value is None


@pytest.mark.live("kafka")
@pytest.mark.slow
def test_two_members_share_and_one_that_leaves_hands_over_what_it_had_not_committed() -> None:
    with kafka_access(partitions=4) as access:
        log = KafkaLog(access, session_seconds=SESSION_SECONDS)
        first, second = log.subscriber("g", [RAW]), log.subscriber("g", [RAW])
        share(first, second, partitions=4)
        log.publish([out(f"k{number}") for number in range(100)])
        taken = polled(second, bool)
        # It leaves without a commit: what it held comes again, to the other.
        second.close()
        rest = polled(first, lambda found: len({each.key for each in found}) == 100)
        first.commit(rest)
        left = sum(lag.messages for lag in log.lags("g", [RAW]))
        first.close()
        log.close()

    assert taken
    assert {each.key for each in rest} == {f"k{number}" for number in range(100)}
    assert left == 0


@pytest.mark.live("kafka")
def test_commit_of_a_partition_that_moved_changes_nothing() -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access, session_seconds=SESSION_SECONDS)
        log.publish([out("a"), out("b")])
        first = log.subscriber("g", [RAW])
        held = polled(first, lambda found: len(found) == 2)
        first.close()
        second = log.subscriber("g", [RAW])
        again = polled(second, lambda found: len(found) == 2)
        first.commit(held)
        left = sum(lag.messages for lag in log.lags("g", [RAW]))
        second.commit(again)
        done = sum(lag.messages for lag in log.lags("g", [RAW]))
        second.close()
        log.close()

    assert (left, done) == (2, 0)


@pytest.mark.live("kafka")
def test_age_of_the_next_message_is_the_lag_in_seconds() -> None:
    class Clock:
        at = datetime(2026, 3, 1, tzinfo=UTC)

        def now(self) -> datetime:
            return self.at

    clock = Clock()
    with kafka_access(partitions=3) as access:
        log = KafkaLog(access, clock)
        log.publish([out("a")])
        clock.at += timedelta(seconds=9)
        lags = log.lags("nobody yet", [RAW])
        log.close()

    assert sorted((lag.messages, lag.seconds) for lag in lags) == [(0, 0.0), (0, 0.0), (1, 9.0)]


@pytest.mark.live("kafka")
def test_what_retention_took_is_passed_over() -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access)
        log.publish([out(key) for key in "abcd"])
        with kafka_admin() as admin:
            admin.delete_records({TopicPartition(access.topic(RAW), 0): 2})
        left = [message.key for message in log.read(RAW)]
        log.close()

    assert left == ["c", "d"]


@pytest.mark.live("kafka")
def test_reading_on_does_not_wait_for_what_was_asked_ahead() -> None:
    with kafka_access(partitions=4) as access:
        log = KafkaLog(access)
        log.publish([out(str(number), bytes(500)) for number in range(4000)])
        list(log.read(RAW, partition=0))
        began = time.monotonic()
        read = [len(list(log.read(RAW, partition=number))) for number in (1, 2, 3)]
        took_seconds = time.monotonic() - began
        log.close()

    assert min(read) > 500
    assert took_seconds < 1.0  # half a second each where it does, 20 ms where not


@pytest.mark.live("kafka")
def test_reader_that_was_in_use_when_its_log_was_closed_ends_with_what_it_read() -> None:
    with kafka_access(partitions=1) as access:
        log = KafkaLog(access)
        log.publish([out("a"), out("b")])
        before = set(threading.enumerate())
        reading = log.read(RAW)
        first = next(reading)
        log.close()
        rest = list(reading)
        left = [each for each in set(threading.enumerate()) - before if each.is_alive()]

    assert [first.key, *(each.key for each in rest)] == ["a", "b"]
    assert left == []


@pytest.mark.live("kafka")
def test_what_an_operator_set_stays_when_topics_are_mended() -> None:
    with kafka_access(partitions=1) as access, kafka_admin() as admin:
        name = access.topic(RAW)
        theirs = {"retention.ms": "1000", "segment.ms": "3600000"}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=theirs)])
        changes = apply_topics(access, retention_days=3, partitions=1)
        resource = ConfigResource(ConfigResourceType.TOPIC, name)
        held = admin.describe_configs([resource], config_filter="all")["topic"][name]

    assert [each.detail for each in changes if each.action == "altered"] == [
        "retention.ms=259200000"
    ]
    assert held["segment.ms"]["value"] == "3600000"
    assert held["max.message.bytes"]["value"] == str(2 * 1024 * 1024)


@pytest.mark.live("kafka")
def test_topics_are_applied_once_and_mended_after() -> None:
    with kafka_access() as access:
        again = apply_topics(access, retention_days=3)
        longer = apply_topics(access, retention_days=4)
        # A change is seen by the next look a moment after it was made.
        until(lambda: {each.action for each in apply_topics(access, retention_days=4)} == STAYS)
        other = apply_topics(access, retention_days=4, partitions=5)

    assert {change.action for change in again} == STAYS
    assert {change.action for change in longer} == {"altered", "unchanged"}
    assert {change.action for change in other} == {"partitions", "unchanged"}
