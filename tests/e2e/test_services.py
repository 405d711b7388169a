"""Services as programs on real servers: an event put into the log comes out as a notification."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from cluster_programs import Cluster, cluster
from rasad_core import codec
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert, Webhook
from rasad_core.documents.outcomes import PushOutcome, outcome_key
from rasad_core.events import AlertDefined, ArticleAnalysed
from rasad_core.kinds import ALERTS, OUTCOMES
from rasad_core.ports import Outgoing
from rasad_core.runtime.clock import SystemClock
from rasad_core.topics import ANALYSED, DEFINITIONS, ENRICHED
from story_articles import article
from up_program import until
from up_rounds import HookServer, hooked

pytestmark = pytest.mark.live

SERVICES = ("stories", "index", "alerts", "deliver")
SECRET = "whsec_" + "c2l4IGFuZCB0aGlydHkgYnl0ZXMgZm9yIHRoaXMgdGVz"


class World:
    """Four services, the servers they work on, and somebody who is told."""

    def __init__(self, running: Cluster, hook: HookServer) -> None:
        self.cluster = running
        self.hook = hook
        self.log = KafkaLog(KafkaAccess(bootstrap=(running.kafka,), prefix=running.prefix))
        self._client = connect(
            ElasticsearchAccess(urls=(running.elasticsearch,), prefix=running.prefix)
        )
        self.store = ElasticsearchStore(self._client, prefix=running.prefix)
        self.index = ElasticsearchIndex(self._client, running.prefix, clock=SystemClock())

    def close(self) -> None:
        self.log.close()
        self._client.close()

    def arm(self, query: str) -> None:
        now = datetime.now(UTC)
        url = f"http://127.0.0.1:{self.hook.server_port}/told"
        alert = Alert(
            alert_id="a1", team_id=DEFAULT_TEAM, name="Quay", query=query, version=1,
            state="armed", created_at=now, updated_at=now, group_by="none",
            channels=(Webhook(url=url, secret=SECRET),),
        )  # fmt: skip
        self.store.put(ALERTS, alert.alert_id, msgspec.json.encode(alert))
        event = AlertDefined(
            trace_id="t", alert_id=alert.alert_id, team_id=DEFAULT_TEAM, version=1,
            state="armed", query=query,
        )  # fmt: skip
        self.log.publish([Outgoing(topic=DEFINITIONS, key="a1", value=codec.encode(event))])

    def analysed(self, events: Sequence[ArticleAnalysed]) -> None:
        self.log.publish(
            [
                Outgoing(
                    topic=ANALYSED,
                    key=event.article_id,
                    value=codec.encode(event),
                    headers={"trace_id": event.trace_id},
                )
                for event in events
            ]
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with cluster(tmp_path) as running, hooked() as hook:
        running.start_all(SERVICES)
        made = World(running, hook)
        yield made
        made.close()


def fresh(number: int, said: str = "the quay number") -> ArticleAnalysed:
    now = datetime.now(UTC).replace(microsecond=0)
    made = article(
        f"{number}",
        range(number * 100, number * 100 + 60),
        text=f"{said} {number}",
        trace_id=f"push-{number}",
    )
    return replace(made, published=now - timedelta(seconds=5), fetched_at=now)


def test_articles_are_indexed_matched_and_delivered_and_every_service_counts_it(
    world: World,
) -> None:
    world.arm("quay")
    events = [fresh(number) for number in range(20)]
    world.log.publish([Outgoing(topic=ANALYSED, key="deep", value=b'{"a":' * 100_000)])
    world.analysed(events)

    wanted = {event.article_id for event in events}
    until(lambda: wanted <= world.hook.articles())
    until(lambda: all(world.index.get(article_id) is not None for article_id in wanted))

    stories, index, alerts, deliver = map(world.cluster.one, SERVICES)
    assert [letter.key for letter in world.log.read("stories.dead")] == ["deep"]
    assert stories.metrics("rasad_events_total") == {
        '{outcome="dead",reason="too_deep",stage="stories"}': 1,
        '{outcome="done",reason="",stage="stories"}': 20,
    }
    assert index.metrics("rasad_published_to_searchable_seconds_count") == {"": 20}
    assert alerts.metrics("rasad_engine_alerts") == {"": 1}
    assert alerts.metrics("rasad_engine_matched_total") == {"": 20}
    # A notification's attempt is counted right after its answer.
    delivered = '{channel="webhook",outcome="delivered"}'
    until(lambda: deliver.metrics("rasad_deliveries_total").get(delivered) == 20)
    assert deliver.metrics("rasad_published_to_delivered_seconds_count") == {"": 20}
    until(lambda: set(index.metrics("rasad_lag_messages").values()) == {0.0})
    key = outcome_key(events[0].article_id, events[0].trace_id)
    kept = until(lambda: world.store.get(OUTCOMES, key))
    assert msgspec.json.decode(kept.value, type=PushOutcome).outcome == "new"
    sys.stdout.write(f"{ {each.name: round(each.rss_mb()) for each in world.cluster.running} }\n")


@pytest.mark.slow
def test_successor_of_stories_goes_on_where_the_killed_one_was(world: World) -> None:
    first = world.cluster.one("stories")
    world.analysed([fresh(number) for number in range(5)])
    until(lambda: len(_revisions(world)) == 5)
    world.cluster.kill(first)
    second = world.cluster.start(
        "stories", RASAD_DATA=str(world.cluster.folder / "another"), RASAD_LOG_LEVEL="debug"
    )
    world.analysed([fresh(number, "corrected: the quay") for number in range(5)])
    # The group notices after a session of 20 s that the first is gone.
    until(lambda: len(_revisions(world)) == 10, patience_seconds=60)

    assert {revision for _, revision in _revisions(world)} == {1, 2}
    assert second.is_ready()


def _revisions(world: World) -> set[tuple[str, int]]:
    found = set()
    for partition in range(world.log.partitions_of(ENRICHED)):
        for message in world.log.read(ENRICHED, partition=partition):
            event = msgspec.json.decode(message.value)
            if "revision" in event:
                found.add((event["article_id"], event["revision"]))
    return found
