"""Enrich on Kafka: CPU seconds an article for one process and for two, memory, and what kills cost.

    python bench/enrich_cluster.py --kafka HOST:PORT --elasticsearch URL
        [--articles 3000] [--rounds 3] [--kills 0]

The same articles (about 3 kB each, no two alike) go through `python -m rasad_enrich`, one process
and two by turns, each with one child that analyses. Counted are the processor seconds of parents
and children from when all are ready to when the last article is committed. With `--kills N` the
last round kills a process N times, starts another each time, and counts what is lost and repeated.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kafka import KafkaAdminClient

from enrich import made_up
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.codec import encode
from rasad_core.ports import Outgoing
from rasad_core.topics import ANALYSED, RAW

TICKS = os.sysconf("SC_CLK_TCK")
PARTITIONS = 12


class Worker:
    """One process of enrich, with its child."""

    def __init__(self, given: argparse.Namespace, prefix: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rasad_enrich"],
            env={
                **os.environ,
                "RASAD_KAFKA_BOOTSTRAP": given.kafka,
                "RASAD_KAFKA_PREFIX": prefix,
                "RASAD_ELASTICSEARCH_URL": given.elasticsearch,
                "RASAD_ELASTICSEARCH_PREFIX": prefix,
                "RASAD_ENRICH_WORKERS": "1",
                "RASAD_ENRICH_PORT": "0",
            },
            stderr=subprocess.DEVNULL,
        )

    def pids(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [self.process.pid, *(int(pid) for task in tasks for pid in task.read_text().split())]

    def cpu_seconds(self) -> tuple[float, float]:
        """Give the parent's and the children's."""
        parent, *children = (_cpu_seconds(pid) for pid in self.pids())
        return parent, sum(children)

    def rss_mb(self) -> list[float]:
        return [_rss_mb(pid) for pid in self.pids()]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(40)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def names(given: argparse.Namespace) -> Iterator[tuple[str, KafkaLog]]:
    """Give a set of names of one round, and remove them after it."""
    prefix = f"bench{uuid.uuid4().hex[:8]}-"
    access = KafkaAccess(bootstrap=(given.kafka,), prefix=prefix)
    apply_topics(access, retention_days=3)
    log = KafkaLog(access)
    try:
        yield prefix, log
    finally:
        log.close()
        admin = KafkaAdminClient(bootstrap_servers=given.kafka)
        admin.delete_topics([name for name in admin.list_topics() if name.startswith(prefix)])
        admin.close()
        client = connect(ElasticsearchAccess(urls=(given.elasticsearch,)))
        for line in client.cat.indices(index=f"{prefix}*", h="index").body.split():
            client.indices.delete(index=line)
        client.close()


def raw(count: int) -> list[Outgoing]:
    return [
        Outgoing(
            topic=RAW,
            key=one.article_id,
            value=encode(one),
            headers={"trace_id": one.trace_id},
        )
        for one in made_up("ar", count)
    ]


def behind(log: KafkaLog) -> int:
    return sum(lag.messages for lag in log.lags("enrich", (RAW,)))


def wait_until_done(log: KafkaLog, workers: Sequence[Worker]) -> None:
    while behind(log):
        assert all(worker.process.poll() is None for worker in workers), "a process ended"
        time.sleep(0.25)


def round_of(given: argparse.Namespace, articles: Sequence[Outgoing], count: int) -> float:
    """Give the CPU milliseconds an article of so many processes."""
    with names(given) as (prefix, log):
        workers = [Worker(given, prefix) for _ in range(count)]
        # One each to load the word lists, which is not what is counted.
        log.publish([*articles[:100]])
        wait_until_done(log, workers)
        time.sleep(8)
        before = [worker.cpu_seconds() for worker in workers]
        began = time.monotonic()
        log.publish(articles)
        wait_until_done(log, workers)
        took_seconds = time.monotonic() - began
        after = [worker.cpu_seconds() for worker in workers]
        memory = [worker.rss_mb() for worker in workers]
        for worker in workers:
            worker.stop()
    parents = sum(b[0] - a[0] for a, b in zip(before, after, strict=True))
    children = sum(b[1] - a[1] for a, b in zip(before, after, strict=True))
    each_ms = (parents + children) / len(articles) * 1000
    shown = "; ".join(" + ".join(f"{each:.0f}" for each in one) for one in memory)
    print(
        f"{count} processes: {each_ms:.2f} ms CPU an article (parents "
        f"{parents / len(articles) * 1000:.2f}, children {children / len(articles) * 1000:.2f}), "
        f"{len(articles) / took_seconds:.0f} articles/s, peak MB {shown}",
        flush=True,
    )
    return each_ms


def round_of_kills(given: argparse.Namespace, articles: Sequence[Outgoing]) -> None:
    with names(given) as (prefix, log):
        workers = [Worker(given, prefix) for _ in range(2)]
        log.publish(articles)
        for number in range(1, given.kills + 1):
            target = number * len(articles) // (given.kills + 1)
            while log.end_of(ANALYSED) < target:
                time.sleep(0.05)
            workers.pop(0).kill()
            workers.append(Worker(given, prefix))
        with suppress(AssertionError):
            wait_until_done(log, workers)
        keys = [message.key for message in log.read(ANALYSED)]
        for worker in workers:
            worker.stop()
    lost = len({each.key for each in articles} - set(keys))
    print(f"{given.kills} kills: {lost} lost, {len(keys) - len(set(keys))} repeated")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--elasticsearch", required=True)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=0)
    given = parser.parse_args()
    articles = raw(given.articles)
    found: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(given.rounds):
        for count, each in found.items():
            each.append(round_of(given, articles, count))
    if given.rounds:
        one, two = (statistics.median(each) for each in found.values())
        print(f"two processes take {two / one - 1:+.1%} CPU of what one takes (bar: +10%)")
    if given.kills:
        round_of_kills(given, articles)


if __name__ == "__main__":
    main()
