"""What Faust would lose, and does not: each trap with the test that falls into it."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from kafka import KafkaProducer

import live_servers
from faust_reader import (
    SESSION_SECONDS,
    Reader,
    answer,
    messages,
    process,
    publish,
    reading,
    until,
    values,
    waiting,
)
from kafka_proxy import brokers_here
from kafka_topics import kafka_access
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.codec import encode
from rasad_core.events import ArticleFetched
from rasad_core.ports import Message, Outgoing
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.handling import Handling, Stopped, TooManyBugs
from rasad_core.topics import ANALYSED, RAW
from rasad_enrich import run
from rasad_enrich.pool import AnalysisPool
from tcp_proxy import proxied

pytestmark = [pytest.mark.live("kafka"), pytest.mark.slow]


@pytest.fixture
def access() -> Iterator[KafkaAccess]:
    with kafka_access(partitions=3) as given:
        yield given


@pytest.fixture
def log(access: KafkaAccess) -> Iterator[KafkaLog]:
    opened = KafkaLog(access)
    yield opened
    opened.close()


class Taken:
    """A `Take` that keeps what it was given."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, messages: Sequence[Message]) -> None:
        self.keys.extend(message.key for message in messages)


def test_a_failure_ends_the_reading_and_its_batch_is_not_committed(
    access: KafkaAccess, log: KafkaLog
) -> None:
    publish(log, ["a", "b"])
    taken = Taken()
    with reading(access, taken):
        until(lambda: not waiting(log))

    def fail(_: Sequence[Message]) -> None:
        raise TooManyBugs("broken deployment")

    publish(log, [f"k{number}" for number in range(30)])
    reader = Reader(access, fail)
    reader.wait()

    assert isinstance(reader.ended, TooManyBugs)
    assert sorted(taken.keys) == ["a", "b"]
    assert waiting(log) == 30


def test_a_batch_that_is_given_up_at_the_end_comes_again(
    access: KafkaAccess, log: KafkaLog
) -> None:
    began = threading.Event()
    publish(log, ["a", "b", "c"])

    def give_up(_: Sequence[Message]) -> None:
        began.set()
        reader.stop.wait()
        raise Stopped

    reader = Reader(access, give_up)
    began.wait(30)
    took_seconds = reader.end()
    taken = Taken()
    with reading(access, taken):
        until(lambda: not waiting(log))

    assert reader.ended is None
    assert took_seconds < 10
    assert sorted(taken.keys) == ["a", "b", "c"]


def test_the_batch_at_hand_is_finished_and_committed_at_the_end(
    access: KafkaAccess, log: KafkaLog
) -> None:
    began = threading.Event()
    publish(log, ["a", "b", "c"])

    def finish(_: Sequence[Message]) -> None:
        began.set()
        reader.stop.wait()
        time.sleep(1.0)  # stands for an analysis under way

    reader = Reader(access, finish)
    began.wait(30)
    reader.end()

    assert reader.ended is None
    assert waiting(log) == 0


def test_kills_in_the_middle_of_a_batch_lose_nothing_and_commit_nothing_unanswered(
    access: KafkaAccess, log: KafkaLog
) -> None:
    keys = [f"k{number}" for number in range(400)]
    publish(log, keys)
    victim, heir = (process(access, seconds_each=0.01) for _ in range(2))
    try:
        until(lambda: len(values(log, ANALYSED)) > 60)
        victim.kill()
        victim.wait()
        killed_at = time.monotonic()
        committed = len(keys) - waiting(log)
        answered = len(set(values(log, ANALYSED)))
        until(lambda: not waiting(log))
        took_seconds = time.monotonic() - killed_at
    finally:
        for each in (victim, heir):
            each.kill()
            each.wait()
    answers = values(log, ANALYSED)

    assert committed <= answered
    assert set(answers) == {key.encode() for key in keys}
    assert len(answers) <= len(keys) + 2 * 64
    # Session and rebalance; 20 s in production.
    assert took_seconds < SESSION_SECONDS + 10


def test_neither_a_long_batch_nor_a_lane_that_waits_costs_the_membership(
    access: KafkaAccess, log: KafkaLog
) -> None:
    keys = [f"k{number}" for number in range(300)]
    gate, one, other = threading.Event(), Taken(), Taken()

    def slowly(messages: Sequence[Message]) -> None:
        if not one.keys:
            time.sleep(SESSION_SECONDS + 2)  # longer than a member may be silent
        one(messages)

    publish(log, keys)
    with (
        reading(access, slowly),
        reading(access, other, group="enrich-backfill", may_take=gate.is_set) as waiter,
    ):
        until(lambda: waiter.reading.assigned)
        until(lambda: not waiting(log))
        held = list(other.keys)
        gate.set()
        until(lambda: not waiting(log, group="enrich-backfill"))

    assert held == []
    assert sorted(one.keys) == sorted(other.keys) == sorted(keys)


def test_members_that_come_and_go_lose_nothing_and_leave_nothing_uncommitted(
    access: KafkaAccess, log: KafkaLog
) -> None:
    keys = [f"k{number}" for number in range(600)]
    publish(log, keys)

    def work(messages: Sequence[Message]) -> None:
        for message in messages:
            time.sleep(0.004)  # stands for an analysis
            log.publish([answer(message)])

    with reading(access, work):
        until(lambda: len(values(log, ANALYSED)) > 50)
        with reading(access, work) as second:
            until(lambda: second.reading.assigned)
            before = len(values(log, ANALYSED))
            until(lambda: len(values(log, ANALYSED)) > min(before + 50, 590))
        until(lambda: not waiting(log))
    answers = values(log, ANALYSED)

    assert set(answers) == {key.encode() for key in keys}
    # Each finishes its batch before its partitions go to the other.
    assert len(answers) <= len(keys) + 64


def test_keys_and_values_that_are_nothing_or_no_text_reach_us_as_they_are(
    access: KafkaAccess, log: KafkaLog
) -> None:
    found: list[Message] = []
    producer = KafkaProducer(bootstrap_servers=live_servers.kafka())
    for key, value in ((None, b"1"), (b"\xff\xfe", b"\xff"), (b"k", None)):
        producer.send(access.topic(RAW), key=key, value=value, headers=[("h", b"\xff")])
    producer.close()

    with reading(access, found.extend):
        until(lambda: not waiting(log) and len(found) == 3)

    assert sorted(message.value for message in found) == [b"", b"1", b"\xff"]
    assert {message.key for message in found} == {"", "\udcff\udcfe", "k"}
    assert {message.headers["h"] for message in found} == {"\udcff"}


_WORKER = """
import os, sys
from rasad_core.events import ArticleAnalysed
from rasad_enrich.worker import serve

def analyse(fetched):
    while fetched.title == "hang":
        pass
    if fetched.title == "crash":
        os.kill(os.getpid(), 9)
    return ArticleAnalysed(trace_id="", article_id=fetched.article_id, form="record",
        fetched_at=fetched.fetched_at, published=fetched.fetched_at, title="", text="")

serve(analyse, timeout_seconds=float(sys.argv[1]))
"""


def test_an_analysis_that_hangs_or_kills_its_process_ends_in_a_dead_letter(
    access: KafkaAccess, log: KafkaLog
) -> None:
    now = datetime.now(UTC)
    log.publish(
        [
            Outgoing(topic=RAW, key=title, value=encode(ArticleFetched(
                trace_id="", article_id=title, form="record", fetched_at=now, title=title
            )))
            for title in ("one", "hang", "two", "crash", "three")
        ]
    )  # fmt: skip

    with AnalysisPool(1, 0.5, command=(sys.executable, "-c", _WORKER)) as pool:
        clock = SystemClock()
        handling = Handling(
            stage="enrich",
            publisher=log,
            process=run.process(pool, clock=clock),
            observe=lambda _: None,
            clock=clock,
            wait=lambda _: False,
        )
        with reading(access, handling.finish):
            until(lambda: not waiting(log))

    letters = {each.key: each.headers["dead.reason"] for each in messages(log, "enrich.dead")}
    assert letters == {"hang": "timed_out", "crash": "crashed"}
    assert len(values(log, ANALYSED)) == 3


def test_kafka_away_at_the_start_and_later_and_at_the_end_is_waited_for(
    access: KafkaAccess, log: KafkaLog
) -> None:
    host, port = live_servers.kafka().split(":")
    late = [f"late-{number}" for number in range(20)]
    with proxied(host, int(port), rewrite=brokers_here) as proxy:
        proxy.cut()
        behind = KafkaAccess(bootstrap=(f"127.0.0.1:{proxy.port}",), prefix=access.prefix)
        publish(log, ["early"])
        member = process(behind, seconds_each=0)
        try:
            time.sleep(2.0)  # it finds nobody
            proxy.restore()
            until(lambda: not waiting(log))
            proxy.cut()
            # Most in partitions of which nothing is committed yet: Faust passed those by.
            publish(log, late)
            time.sleep(SESSION_SECONDS + 1)  # it is thrown out of its group
            proxy.restore()
            until(lambda: not waiting(log))
            proxy.cut()
            member.terminate()
            status = member.wait(25)
        finally:
            member.kill()
            member.wait()

    assert set(values(log, ANALYSED)) == {b"early", *(key.encode() for key in late)}
    assert status == 0
