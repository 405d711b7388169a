"""Alert changes: from the API's answer to the article that meets the change, in two workers.

    TEST_KAFKA=… TEST_ELASTICSEARCH=… python bench/alert_change.py [--changes 300] [--alerts 2000]

On real servers: the API over TCP, alerts in Elasticsearch, announcements through Kafka, and the
definitions of two `alerts` workers that hold so many alerts already. Each alert is made, then
paused. Timed is, from the moment the API's answer is there, until each worker has called `refresh`
and asked which alerts an article may match; a change that the first call does not bring is counted
as missed. The comparison with the store, every 30 s, is timed apart: it holds up a batch. Names on
the servers are this run's own, and are deleted.
"""

import argparse
import os
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import httpx
from kafka import KafkaAdminClient

from rasad_alerts.armed import ArmedAlerts
from rasad_alerts.definitions import Definitions
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_api.serving import serve
from rasad_api.sockets import address_of, listening
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert
from rasad_core.events import ArticleEnriched
from rasad_core.kinds import ALERTS
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import FetchLimits, HttpFetcher, user_agent
from rasad_core.query.engine import engine
from rasad_core.runtime.clock import SystemClock

WORKERS = 2
KEY = "the-key-of-a-bench"


class Ahead:
    """A clock that can be put forward, so that a comparison with the store falls due."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=300)
    parser.add_argument("--alerts", type=int, default=2_000)
    asked = parser.parse_args()
    prefix = f"b{uuid.uuid4().hex[:10]}-"
    kafka = KafkaAccess(bootstrap=(os.environ["TEST_KAFKA"],), prefix=prefix)
    elastic = ElasticsearchAccess(urls=(os.environ["TEST_ELASTICSEARCH"],), prefix=prefix)
    with servers(kafka, elastic) as store:
        fill(store, asked.alerts)
        with api(store, kafka) as client:
            run(client, store, kafka, asked.changes)


def fill(store: ElasticsearchStore, count: int) -> None:
    import msgspec

    now = datetime.now(UTC)
    held = (
        Alert(
            alert_id=f"al_{number}", team_id=DEFAULT_TEAM, name=f"al_{number}", version=1,
            query=f"harbour{number} AND (ferry OR quay{number})", created_at=now, updated_at=now,
        )
        for number in range(count)
    )  # fmt: skip
    store.create_many(ALERTS, {each.alert_id: msgspec.json.encode(each) for each in held})


def run(client: httpx.Client, store: ElasticsearchStore, kafka: KafkaAccess, changes: int) -> None:
    clock = Ahead()
    logs = [KafkaLog(kafka) for _ in range(WORKERS)]
    workers = [Definitions(store, log, clock, ArmedAlerts(engine("compiled"))) for log in logs]
    compared = [timed(each.refresh) for each in workers]
    sys.stdout.write(
        f"{len(workers[0].armed)} alerts held; read at the start in {compared[0]:.0f} ms\n"
    )
    answered: list[float] = []
    known: dict[str, list[float]] = {"made": [], "paused": []}
    missed = 0
    for number in range(changes):
        word = f"zymurgy{number}x"
        begun = time.perf_counter()
        alert_id = client.post("/v1/alerts", json={"name": word, "query": word}).json()["alert_id"]
        answered.append((time.perf_counter() - begun) * 1000)
        missed += meet(workers, word, expected=True, known=known["made"])
        client.post(f"/v1/alerts/{alert_id}/pause").raise_for_status()
        missed += meet(workers, word, expected=False, known=known["paused"])
    tell("API's answer to a new alert", answered)
    for name, taken in known.items():
        tell(f"{name}: from the answer to the article that meets it", taken)
    clock.ahead = timedelta(minutes=1)
    tell("comparison with the store", [timed(each.refresh) for each in workers])
    sys.stdout.write(f"missed by the first refresh: {missed} of {4 * changes}\n")
    for log in logs:
        log.close()


def meet(workers: Sequence[Definitions], word: str, *, expected: bool, known: list[float]) -> int:
    """Have an article come to each worker at once, each in its thread; give how many erred."""
    answered = time.perf_counter()
    come = article(word)
    wrong: list[bool] = []

    def match(definitions: Definitions) -> None:
        definitions.refresh()
        found = bool(definitions.armed.matching(come))
        known.append((time.perf_counter() - answered) * 1000)
        if found is not expected:
            wrong.append(found)

    threads = [threading.Thread(target=match, args=(each,)) for each in workers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(wrong)


def article(word: str) -> ArticleEnriched:
    now = datetime.now(UTC)
    return ArticleEnriched(
        trace_id=word, article_id=word, form="record", fetched_at=now, published=now, title=word,
        text=f"The {word} left the port.", language="en", revision=1, seq=1, story_id=word,
        month=f"{now:%Y.%m}",
    )  # fmt: skip


def timed(work: object) -> float:
    assert callable(work)
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def tell(what: str, taken: Sequence[float]) -> None:
    ordered = sorted(taken)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    sys.stdout.write(f"{what}: p50 {statistics.median(ordered):.1f} ms, p99 {p99:.1f} ms\n")


@contextmanager
def api(store: ElasticsearchStore, kafka: KafkaAccess) -> Iterator[httpx.Client]:
    stop = threading.Event()
    with closing(KafkaLog(kafka)) as log, listening("127.0.0.1", 0, remedy="") as opened:
        ports = Ports(
            index=MemoryArticleIndex(), store=store, publisher=log, reader=log,
            clock=SystemClock(), loopback=True, admin_key=KEY, target_rules=AddressRules(),
            fetcher=HttpFetcher(AddressRules(), FetchLimits(), user_agent=user_agent(None)),
            source_rules=AddressRules(), publish_timeout_seconds=10.0, stopping=stop,
        )  # fmt: skip
        serving = threading.Thread(
            target=serve, args=(create_app(ports), opened, stop), kwargs={"grace_seconds": 2}
        )
        serving.start()
        headers: Mapping[str, str] = {"authorization": f"Bearer {KEY}"}
        address = address_of(opened)
        with httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False) as client:
            yield client
        stop.set()
        serving.join()


@contextmanager
def servers(kafka: KafkaAccess, elastic: ElasticsearchAccess) -> Iterator[ElasticsearchStore]:
    apply_topics(kafka, retention_days=1)
    client = connect(elastic)
    try:
        yield ElasticsearchStore(client, prefix=elastic.prefix)
    finally:
        admin = KafkaAdminClient(bootstrap_servers=list(kafka.bootstrap))
        names = admin.list_topics()
        admin.delete_topics([name for name in names if name.startswith(kafka.prefix)])
        admin.close()
        for each in client.cat.indices(index=f"{elastic.prefix}*", format="json").body:
            assert isinstance(each, dict)
            client.indices.delete(index=str(each["index"]))
        client.close()


if __name__ == "__main__":
    main()
