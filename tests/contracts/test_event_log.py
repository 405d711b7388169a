"""What every event log must do, whatever it is made of."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kafka_topics import kafka_log
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.log import SqliteLog
from rasad_core.ports import LogReader, Message, Outgoing, Publisher, Subscriber
from rasad_core.topics import ANALYSED, RAW, RAW_BACKFILL, STORIES_STATE

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


class ManualClock:
    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at


class Log(Publisher, LogReader, Protocol):
    def subscriber(self, group: str, topics: list[str]) -> Subscriber: ...


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


KAFKA = pytest.param("kafka", marks=pytest.mark.live("kafka"))


@pytest.fixture(params=["memory", "sqlite", KAFKA])
def log(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Log]:
    if request.param == "memory":
        yield MemoryLog(clock)
        return
    if request.param == "kafka":
        with kafka_log(clock) as opened:
            yield opened
        return
    database = Database(tmp_path / "rasad.db")
    yield SqliteLog(database, clock)
    database.close()


def cannot(request: pytest.FixtureRequest, name: str, reason: str) -> None:
    """Expect a test to fail with an adapter, for a reason; one that does not is an error."""
    if name in request.node.callspec.params.values():
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))


def out(key: str, value: bytes = b"v", topic: str = RAW, **headers: str) -> Outgoing:
    return Outgoing(topic=topic, key=key, value=value, headers=headers)


def keys(subscriber: Subscriber, limit: int = 1000) -> list[str]:
    return [message.key for message in subscriber.poll(limit, timeout_seconds=0)]


def test_messages_come_in_the_order_they_were_published(log: Log) -> None:
    log.publish([out("a"), out("b")])
    log.publish([out("c")])

    messages = log.subscriber("g", [RAW]).poll(10, timeout_seconds=0)

    assert [(m.key, m.offset, m.partition) for m in messages] == [
        ("a", 0, 0), ("b", 1, 0), ("c", 2, 0),
    ]  # fmt: skip
    assert {m.at for m in messages} == {AT}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(value=st.binary(max_size=200), key=st.text(max_size=20), header=st.text(max_size=20))
def test_key_value_and_headers_arrive_as_they_were_sent(
    log: Log, value: bytes, key: str, header: str
) -> None:
    reader = log.subscriber("g", [RAW])
    reader.poll(1000, timeout_seconds=0)
    log.publish([out(key, value, trace_id=header)])

    (message,) = reader.poll(10, timeout_seconds=0)

    assert (message.key, message.value, message.headers) == (key, value, {"trace_id": header})


def test_polled_is_not_polled_again_and_limits_hold(log: Log) -> None:
    log.publish([out(key) for key in "abcde"])
    subscriber = log.subscriber("g", [RAW])

    assert keys(subscriber, 2) == ["a", "b"]
    assert keys(subscriber, 2) == ["c", "d"]
    assert keys(subscriber, 2) == ["e"]
    assert keys(subscriber, 2) == []


def test_uncommitted_messages_come_again_after_a_crash(log: Log) -> None:
    log.publish([out(key) for key in "abc"])
    crashed = log.subscriber("g", [RAW])
    crashed.commit(crashed.poll(1, timeout_seconds=0))
    crashed.poll(2, timeout_seconds=0)

    assert keys(log.subscriber("g", [RAW])) == ["b", "c"]


def test_rewind_gives_back_what_was_not_committed(log: Log) -> None:
    log.publish([out(key) for key in "abc"])
    subscriber = log.subscriber("g", [RAW])
    subscriber.commit(subscriber.poll(1, timeout_seconds=0))
    subscriber.poll(2, timeout_seconds=0)

    subscriber.rewind()

    assert keys(subscriber) == ["b", "c"]


def test_commit_never_moves_backwards(log: Log) -> None:
    log.publish([out(key) for key in "abc"])
    subscriber = log.subscriber("g", [RAW])
    messages = subscriber.poll(3, timeout_seconds=0)
    subscriber.commit(messages)
    subscriber.commit(messages[:1])

    assert keys(log.subscriber("g", [RAW])) == []


def test_each_group_reads_everything(log: Log) -> None:
    log.publish([out("a")])
    first = log.subscriber("first", [RAW])
    first.commit(first.poll(10, timeout_seconds=0))

    assert keys(log.subscriber("second", [RAW])) == ["a"]


def test_several_topics_come_oldest_first(log: Log, request: pytest.FixtureRequest) -> None:
    cannot(request, "kafka", "partitions have no order among each other")
    log.publish([out("a"), out("b", topic=RAW_BACKFILL), out("c")])
    log.publish([out("d", topic=RAW_BACKFILL)])

    assert keys(log.subscriber("g", [RAW, RAW_BACKFILL])) == ["a", "b", "c", "d"]


def test_lag_counts_what_is_not_committed(log: Log, clock: ManualClock) -> None:
    log.publish([out("a"), out("b")])
    subscriber = log.subscriber("g", [RAW])
    subscriber.commit(subscriber.poll(1, timeout_seconds=0))
    clock.at += timedelta(seconds=7)

    (lag,) = subscriber.lag()

    assert (lag.topic, lag.messages, lag.seconds) == (RAW, 1, 7.0)


def test_no_lag_when_everything_is_committed(log: Log) -> None:
    (lag,) = log.subscriber("g", [RAW]).lag()

    assert (lag.messages, lag.seconds) == (0, 0.0)


def test_poll_wakes_when_something_is_published(log: Log) -> None:
    subscriber = log.subscriber("g", [RAW])
    publisher = threading.Thread(target=lambda: log.publish([out("a")]))

    publisher.start()
    messages = subscriber.poll(1, timeout_seconds=30)
    publisher.join()

    assert [message.key for message in messages] == ["a"]


def test_unknown_topic_is_an_error_and_nothing_is_written(log: Log) -> None:
    with pytest.raises(KeyError):
        log.publish([out("a"), out("b", topic="articles.typo")])

    assert list(log.read(RAW)) == []


def test_poll_of_nothing_returns_after_its_timeout(log: Log) -> None:
    subscriber = log.subscriber("g", [RAW])
    began = time.monotonic()

    assert list(subscriber.poll(1, timeout_seconds=0.05)) == []
    assert 0.05 <= time.monotonic() - began < 5


def test_time_of_publishing_is_kept_to_the_microsecond(
    log: Log, clock: ManualClock, request: pytest.FixtureRequest
) -> None:
    cannot(request, "kafka", "it keeps milliseconds")
    moments = [AT + timedelta(microseconds=step * 7919) for step in range(200)]
    for moment in moments:
        clock.at = moment
        log.publish([out("a")])

    assert [message.at for message in log.read(RAW)] == moments


def test_lag_counts_only_what_is_still_there(log: Log, request: pytest.FixtureRequest) -> None:
    cannot(request, "kafka", "the broker compacts in its own time")
    log.publish([out("a", b"1", STORIES_STATE), out("a", b"2", STORIES_STATE)])

    (lag,) = log.subscriber("g", [STORIES_STATE]).lag()

    assert lag.messages == 1


def test_reading_sees_the_end_as_of_the_call(log: Log) -> None:
    log.publish([out("a")])
    reading = log.read(RAW)
    log.publish([out("b")])

    assert [message.key for message in reading] == ["a"]


def test_unknown_topic_cannot_be_read(log: Log) -> None:
    with pytest.raises(KeyError):
        log.read("articles.typo")


def test_unknown_topic_cannot_be_subscribed(log: Log) -> None:
    with pytest.raises(KeyError):
        log.subscriber("g", ["articles.typo"])


def test_reader_sees_a_topic_from_any_offset_without_a_group(log: Log) -> None:
    log.publish([out(key) for key in "abc"])

    assert [message.key for message in log.read(RAW, offset=1)] == ["b", "c"]
    assert list(log.read(RAW, partition=1)) == []
    assert list(log.read(ANALYSED)) == []


def test_compacted_topic_keeps_the_newest_value_of_a_key(
    log: Log, request: pytest.FixtureRequest
) -> None:
    cannot(request, "kafka", "the broker compacts in its own time")
    log.publish([out("a", b"1", STORIES_STATE), out("b", b"1", STORIES_STATE)])
    log.publish([out("a", b"2", STORIES_STATE)])

    assert [(m.key, m.value) for m in log.read(STORIES_STATE)] == [("b", b"1"), ("a", b"2")]


def test_empty_value_removes_a_key_of_a_compacted_topic(
    log: Log, request: pytest.FixtureRequest
) -> None:
    cannot(request, "kafka", "the broker compacts in its own time")
    log.publish([out("a", b"1", STORIES_STATE), out("a", b"", STORIES_STATE)])
    log.publish([out("b", b"1", STORIES_STATE)])

    assert [(m.key, m.offset) for m in log.read(STORIES_STATE)] == [("b", 2)]


def test_publishing_beside_reading_loses_and_doubles_nothing(log: Log) -> None:
    wanted = [f"{writer}-{number}" for writer in range(3) for number in range(60)]

    def write(writer: int) -> None:
        for number in range(0, 60, 5):
            log.publish([out(f"{writer}-{number + step}") for step in range(5)])

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in writers:
        thread.start()
    subscriber = log.subscriber("g", [RAW])
    read: list[str] = []
    while len(read) < len(wanted) and (messages := subscriber.poll(7, timeout_seconds=30)):
        subscriber.commit(messages)
        read += [message.key for message in messages]
    for thread in writers:
        thread.join()

    assert sorted(read) == sorted(wanted)
    assert [key for key in read if key.startswith("1-")] == [f"1-{number}" for number in range(60)]


Reopen = Callable[[], SqliteLog]


@pytest.fixture
def reopen(tmp_path: Path, clock: ManualClock) -> Iterator[Reopen]:
    opened: list[Database] = []

    def again() -> SqliteLog:
        while opened:
            opened.pop().close()
        opened.append(Database(tmp_path / "rasad.db"))
        return SqliteLog(opened[0], clock)

    yield again
    while opened:
        opened.pop().close()


def test_sqlite_keeps_messages_and_offsets_over_a_restart(reopen: Reopen) -> None:
    log = reopen()
    log.publish([out("a"), out("b")])
    subscriber = log.subscriber("g", [RAW])
    subscriber.commit(subscriber.poll(1, timeout_seconds=0))

    assert keys(reopen().subscriber("g", [RAW])) == ["b"]


def test_sqlite_forgets_old_messages_that_every_group_has_done(
    reopen: Reopen, clock: ManualClock
) -> None:
    log = reopen()
    log.publish([out(key) for key in "abc"])
    slow, fast = log.subscriber("slow", [RAW]), log.subscriber("fast", [RAW])
    fast.commit(fast.poll(3, timeout_seconds=0))
    slow.commit(slow.poll(1, timeout_seconds=0))
    clock.at += timedelta(days=4)
    log.publish([out("d")])

    removed = log.trim(retention_days=3)

    assert removed == 1
    assert [(m.key, m.offset) for m in log.read(RAW)] == [("b", 1), ("c", 2), ("d", 3)]
    assert keys(log.subscriber("slow", [RAW])) == ["b", "c", "d"]


def test_sqlite_keeps_what_nobody_has_read_however_old(reopen: Reopen, clock: ManualClock) -> None:
    log = reopen()
    log.publish([out("a")])
    clock.at += timedelta(days=400)

    assert log.trim(retention_days=3, max_bytes=0) == 0


def test_sqlite_drops_the_oldest_beyond_its_size(reopen: Reopen) -> None:
    log = reopen()
    log.publish([out(str(number), b"x" * 100) for number in range(1200)])
    subscriber = log.subscriber("g", [RAW])
    subscriber.commit(subscriber.poll(2000, timeout_seconds=0))

    log.trim(retention_days=3, max_bytes=60_000)

    left = [message.offset for message in log.read(RAW)]
    assert 0 < len(left) <= 600
    assert left[-1] == 1199


def test_sqlite_keeps_dead_letters_thirty_days(reopen: Reopen, clock: ManualClock) -> None:
    log = reopen()
    log.publish([out("a", topic="enrich.dead")])
    clock.at += timedelta(days=29)
    assert log.trim() == 0

    clock.at += timedelta(days=2)
    assert log.trim() == 1


def test_end_is_the_offset_of_the_next_message(log: Log) -> None:
    before = log.end_of(RAW)
    log.publish([out("a"), out("b"), out("c", topic=ANALYSED)])
    end = log.end_of(RAW)
    log.publish([out("d")])

    assert (before, end) == (0, 2)
    assert [message.key for message in log.read(RAW, offset=end)] == ["d"]


def test_end_of_a_compacted_topic_counts_what_was_replaced(log: Log) -> None:
    log.publish([out("a", topic=STORIES_STATE), out("a", topic=STORIES_STATE)])

    assert log.end_of(STORIES_STATE) == 2


def test_follower_reads_on_from_its_places_without_a_group(log: Log) -> None:
    log.publish([out(key) for key in "abc"])
    log.publish([out("d", topic=ANALYSED)])
    following = log.follow({(RAW, 0): 1, (ANALYSED, 0): 0})
    first: list[Message] = []
    while len(first) < 3:
        first += following.poll(10, timeout_seconds=5)
    log.publish([out("e")])
    (second,) = following.poll(10, timeout_seconds=5)
    following.close()

    assert sorted(each.key for each in first) == ["b", "c", "d"]
    assert (second.key, second.offset) == ("e", 3)


def test_topic_says_how_many_partitions_it_has(log: Log) -> None:
    assert log.partitions_of(RAW) == 1
    with pytest.raises(KeyError):
        log.partitions_of("articles.typo")
