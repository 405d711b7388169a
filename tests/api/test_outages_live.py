"""The API while Elasticsearch or Kafka is away: told in time, and right once they are back."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from kafka import KafkaAdminClient

import live_servers
from in_process import client_of
from kafka_proxy import brokers_here
from rasad_alerts.armed import ArmedAlerts
from rasad_alerts.definitions import Definitions
from rasad_api.app import create_app
from rasad_api.readiness import LOG
from rasad_api.wiring import wired
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.kinds import KEYS
from rasad_core.query.engine import engine
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.readiness import Dependency
from rasad_core.runtime.settings import read_settings
from rasad_core.topics import DEFINITIONS, RAW
from tcp_proxy import Proxy, proxied
from up_program import until

pytestmark = [pytest.mark.live, pytest.mark.slow]

ADMIN_KEY = "the-first-key"
PUBLISH_SECONDS = 1.0
# What an answer may take beyond the limits of the clients: the machine is busy.
SLACK_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class World:
    """An API behind proxies, and what it writes to."""

    client: httpx.Client
    viewer: dict[str, str]
    elastic: Proxy
    kafka: Proxy
    store: ElasticsearchStore
    log: KafkaLog


@contextmanager
def names() -> Iterator[str]:
    """Give a prefix with its topics, and take both away again."""
    prefix = live_servers.new_prefix()
    apply_topics(KafkaAccess(bootstrap=(live_servers.kafka(),), prefix=prefix), retention_days=1)
    yield prefix
    admin = KafkaAdminClient(bootstrap_servers=live_servers.kafka())
    admin.delete_topics([name for name in admin.list_topics() if name.startswith(prefix)])
    admin.close()
    with closing(connect(ElasticsearchAccess(urls=(live_servers.elasticsearch(),)))) as client:
        for each in client.cat.indices(index=f"{prefix}*", format="json").body:
            assert isinstance(each, dict)
            client.indices.delete(index=str(each["index"]))
        for name in (f"{prefix}rasad-store", f"{prefix}articles"):
            with suppress(Exception):
                client.indices.delete_index_template(name=name)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    server, broker = urlsplit(live_servers.elasticsearch()), live_servers.kafka().split(":")
    assert server.hostname is not None
    assert server.port is not None
    stopping = threading.Event()
    with (
        names() as prefix,
        proxied(server.hostname, server.port) as elastic,
        proxied(broker[0], int(broker[1]), rewrite=brokers_here) as kafka,
        closing(connect(ElasticsearchAccess(urls=(f"http://127.0.0.1:{elastic.port}",)))) as es,
        closing(
            KafkaLog(
                KafkaAccess(bootstrap=(f"127.0.0.1:{kafka.port}",), prefix=prefix),
                publish_timeout_seconds=PUBLISH_SECONDS,
            )
        ) as log,
    ):
        store = ElasticsearchStore(es, prefix=prefix)
        ports = wired(
            read_settings({
                "RASAD_API_ADMIN_KEY": ADMIN_KEY,
                "RASAD_API_PUBLISH_TIMEOUT_SECONDS": str(PUBLISH_SECONDS),
            }),
            index=ElasticsearchIndex(es, prefix),
            store=store,
            log=log,
            clock=SystemClock(),
            loopback=False,
            stopping=stopping,
            dependencies=(
                Dependency(name="elasticsearch", check=lambda: store.get(KEYS, "-")),
                Dependency(name=LOG, check=lambda: log.end_of(DEFINITIONS), needed=False),
            ),
        )  # fmt: skip
        client = client_of(create_app(ports))
        client.headers["authorization"] = f"Bearer {ADMIN_KEY}"
        made = client.post("/v1/keys", json={"name": "Ada", "role": "analyst"})
        viewer = {"authorization": f"Bearer {made.json()['key']}"}
        yield World(
            client=client, viewer=viewer, elastic=elastic, kafka=kafka, store=store, log=log
        )
        stopping.set()


def timed(ask: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    begun = time.monotonic()
    return ask(), time.monotonic() - begun


def readiness(client: httpx.Client, away: str) -> httpx.Response:
    """Ask until something is away: for a second the answer may be that of the test before."""

    def told() -> httpx.Response | None:
        found = client.get("/readyz")
        return found if found.json()["checks"][away] == "away" else None

    found: httpx.Response = until(told, patience_seconds=2.0)
    return found


READS = ("/v1/search?q=ferry", "/v1/articles/a", "/v1/alerts", "/v1/keys", "/v1/matches",
         "/v1/sources", "/v1/deliveries", "/v1/search/histogram", "/v1/export", "/v1/stories/a",
         "/v1/explain?alert=a&article=b", "/v1/articles/a/outcome?trace_id=x",
         "/v1/sources.opml")  # fmt: skip
PAGES = ("/search?q=ferry", "/alerts", "/inbox", "/sources", "/operations", "/articles/a")
STEADY = ("/livez", "/metrics", "/openapi.json", "/docs", "/docs/problems")


@pytest.fixture(autouse=True)
def recovered(world: World) -> None:
    """Wait until nothing remembers the outage of the test before."""
    until(
        lambda: all(world.client.get(path).status_code < 500 for path in READS),
        patience_seconds=5.0,
    )


def test_elasticsearch_away_is_503_with_every_key_and_nothing_hangs(world: World) -> None:
    world.elastic.cut()
    try:
        for key in ({}, world.viewer):
            for path in (*READS, *PAGES):
                answer, seconds = timed(lambda p=path, k=key: world.client.get(p, headers=k))  # type: ignore[misc]

                assert answer.status_code == 503, (path, answer.text[:300])
                assert int(answer.headers["retry-after"]) >= 1, path
                assert seconds < SLACK_SECONDS, path
                if path in PAGES:
                    assert "<main" in answer.text, path
                else:
                    assert answer.headers["content-type"] == "application/problem+json"
        saved = world.client.post("/v1/alerts", json={"name": "A", "query": "ferry"})
        pushed = world.client.post("/v1/articles", json={"title": "No address, no look-up"})
        steady = {path: world.client.get(path).status_code for path in STEADY}
        ready = readiness(world.client, "elasticsearch")
    finally:
        world.elastic.restore()

    assert saved.status_code == 503
    assert pushed.status_code in {202, 503}
    assert set(steady.values()) == {200}
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"elasticsearch": "away", "kafka": "ok"}
    assert world.client.get("/v1/alerts").status_code == 200


def test_elasticsearch_that_hangs_is_told_within_its_limit_and_then_at_once(world: World) -> None:
    world.elastic.hang()
    try:
        first, first_seconds = timed(lambda: world.client.get("/v1/alerts", headers=world.viewer))
        _, again_seconds = timed(lambda: world.client.get("/v1/alerts", headers=world.viewer))
        lives, lives_seconds = timed(lambda: world.client.get("/livez", headers=world.viewer))
        ready, ready_seconds = timed(lambda: world.client.get("/readyz"))
    finally:
        world.elastic.go_on()

    assert first.status_code == 503
    assert first_seconds < 10 + SLACK_SECONDS
    assert again_seconds < SLACK_SECONDS
    assert (lives.status_code, ready.status_code) == (200, 503)
    assert lives_seconds < SLACK_SECONDS
    assert ready_seconds < 2 + SLACK_SECONDS


def test_kafka_away_refuses_articles_in_time_and_reads_go_on(world: World) -> None:
    kept = world.client.post("/v1/articles", json={"title": "Before"}).json()["accepted"]
    world.kafka.cut()
    try:
        pushed, seconds = timed(lambda: world.client.post("/v1/articles", json={"title": "During"}))
        reads = {path: world.client.get(path).status_code for path in READS}
        pages, page_seconds = timed(lambda: world.client.get("/operations"))
        stream = world.client.get("/v1/stream")
        ready = readiness(world.client, LOG)
    finally:
        world.kafka.restore()
    after = world.client.post("/v1/articles", json={"title": "After"})
    held = {
        message.key
        for partition in range(world.log.partitions_of(RAW))
        for message in world.log.read(RAW, partition=partition)
    }

    assert pushed.status_code == 503
    assert int(pushed.headers["retry-after"]) >= 1
    assert seconds < PUBLISH_SECONDS + SLACK_SECONDS
    assert not [path for path, status in reads.items() if status >= 500]
    assert (pages.status_code, page_seconds < 2 + SLACK_SECONDS) == (200, True)
    assert stream.status_code == 503
    assert (ready.status_code, ready.json()["checks"]["kafka"]) == (200, "away")
    assert after.status_code == 202
    assert {each["article_id"] for each in (*kept, *after.json()["accepted"])} <= held


def test_alert_saved_while_kafka_is_away_is_matched_against_by_the_next_comparison(
    world: World,
) -> None:
    definitions = Definitions(world.store, world.log, SystemClock(), ArmedAlerts(engine("python")))
    definitions.refresh()
    before = len(definitions.armed)
    world.kafka.cut()
    try:
        saved, seconds = timed(
            lambda: world.client.post("/v1/alerts", json={"name": "A", "query": "ferry"})
        )
    finally:
        world.kafka.restore()
    definitions.refresh()
    announced = len(definitions.armed)
    compared = Definitions(world.store, world.log, SystemClock(), ArmedAlerts(engine("python")))
    compared.refresh()

    assert saved.status_code == 201
    assert seconds < PUBLISH_SECONDS + SLACK_SECONDS
    assert announced == before
    assert len(compared.armed) == before + 1
