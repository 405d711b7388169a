"""What publishing costs while Kafka takes connections and says nothing."""

import os
import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

import live_servers
from kafka_proxy import brokers_here
from kafka_topics import kafka_access
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.errors import Unavailable
from rasad_core.ports import Outgoing
from rasad_core.topics import RAW
from tcp_proxy import Proxy, proxied

TIMEOUT_SECONDS = 0.5
MESSAGES = [Outgoing(topic=RAW, key=str(number), value=os.urandom(50_000)) for number in range(40)]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    host, port = live_servers.kafka().split(":")
    with proxied(host, int(port), rewrite=brokers_here) as before_kafka:
        yield before_kafka


def log_through(proxy: Proxy, access: KafkaAccess) -> KafkaLog:
    through = msgspec.structs.replace(access, bootstrap=(f"127.0.0.1:{proxy.port}",))
    return KafkaLog(through, publish_timeout_seconds=TIMEOUT_SECONDS)


def seconds_to_be_refused(log: KafkaLog) -> float:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        log.publish(MESSAGES)
    return time.monotonic() - began


def held_mebibytes() -> float:
    with open("/proc/self/statm", encoding="ascii") as numbers:  # noqa: PTH123  no file of a disk
        return int(numbers.read().split()[1]) * 4096 / 2**20


def of_kafka() -> list[str]:
    """Name the threads of clients."""
    return [each.name for each in threading.enumerate() if "kafka" in each.name.lower()]


@pytest.mark.live("kafka")
def test_everybody_is_told_in_time_and_the_log_comes_back_by_itself(proxy: Proxy) -> None:
    with kafka_access(partitions=1) as access:
        log = log_through(proxy, access)
        log.publish(MESSAGES[:1])
        proxy.hang()
        took: list[float] = []
        callers = [
            threading.Thread(target=lambda: took.append(seconds_to_be_refused(log)))
            for _ in range(8)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        proxy.go_on()
        log.publish([Outgoing(topic=RAW, key="after", value=b"v")])
        keys = [message.key for message in log.read(RAW)]
        log.close()

    assert len(took) == 8
    # They wait beside each other, not one after the other.
    assert max(took) < 3 * TIMEOUT_SECONDS
    assert "after" in keys


@pytest.mark.live("kafka")
def test_a_refusal_leaves_neither_threads_nor_memory(proxy: Proxy) -> None:
    with kafka_access(partitions=1) as access:
        log = log_through(proxy, access)
        log.publish(MESSAGES[:1])
        proxy.hang()
        seconds_to_be_refused(log)
        threads, mebibytes = of_kafka(), held_mebibytes()
        for _ in range(4):
            seconds_to_be_refused(log)
        more_threads, more_mebibytes = of_kafka(), held_mebibytes()
        proxy.go_on()
        log.close()

    assert len(more_threads) <= len(threads)
    # Four batches are 8 MB.
    assert more_mebibytes - mebibytes < 4
