"""Events in any order and number give the same archive."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cluster_programs import Cluster, cluster, pushed
from rasad_core import codec
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.ports import Outgoing, Write
from rasad_core.topics import ENRICHED
from up_program import until

pytestmark = [pytest.mark.live, pytest.mark.slow]

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path) as made:
        yield made


def revision(number: int, of: int) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t",
        article_id=f"a{of}",
        form="record",
        fetched_at=AT + timedelta(minutes=number),
        published=AT,
        title=f"Harbour notice {of}, edition {number}",
        text=f"The harbour master wrote edition {number} of notice {of}.",
        lead=f"The harbour master wrote edition {number} of notice {of}.",
        language="en",
        revision=number,
        seq=1_000_000 + number * 10,
        story_id=f"s{of}",
        month="2026.03",
    )


def publish(cluster: Cluster, events: list[Write]) -> None:
    log = KafkaLog(KafkaAccess(bootstrap=(cluster.kafka,), prefix=cluster.prefix))
    log.publish(
        [Outgoing(topic=ENRICHED, key=each.article_id, value=codec.encode(each)) for each in events]
    )
    log.close()


def settle(cluster: Cluster) -> None:
    """Wait until the index has done everything that was published."""
    log = KafkaLog(KafkaAccess(bootstrap=(cluster.kafka,), prefix=cluster.prefix))
    until(lambda: not any(lag.messages for lag in log.lags("index", [ENRICHED])))
    log.close()


def documents(cluster: Cluster) -> dict[str, Any]:
    """Give every document of the archive, without the time it was written."""
    client = connect(ElasticsearchAccess(urls=(cluster.elasticsearch,)))
    alias = f"{cluster.prefix}articles"
    client.indices.refresh(index=alias)
    found = client.search(index=alias, size=10_000)["hits"]["hits"]
    client.close()
    return {
        each["_id"]: {
            name: value for name, value in each["_source"].items() if name != "indexed_at"
        }
        for each in found
    }


def test_twenty_revisions_of_many_articles_in_any_order_leave_the_last(running: Cluster) -> None:
    events: list[Write] = [revision(number, of) for of in range(100) for number in range(1, 21)]
    random.Random(5).shuffle(events)
    running.start_all(["index"])
    publish(running, events)
    settle(running)
    found = documents(running)

    assert len(found) == 100
    assert {each["revision"] for each in found.values()} == {20}
    assert "edition 20" in found["a7"]["title"]


def test_topic_replayed_shuffled_changes_nothing(running: Cluster) -> None:
    events: list[Write] = [revision(number, of) for of in range(50) for number in range(1, 4)]
    events += [
        ArticleMoved(
            trace_id="t", article_id=f"a{of}", seq=1_000_035, month="2026.03", story_id="s0",
            from_story_id=f"s{of}",
        )
        for of in range(1, 10)
    ]  # fmt: skip
    events += [
        ArticleDeleted(trace_id="t", article_id=f"a{of}", seq=2_000_000, month="2026.03")
        for of in range(40, 50)
    ]
    running.start_all(["index"])
    publish(running, events)
    settle(running)
    before = documents(running)
    random.Random(6).shuffle(events)
    publish(running, events + events)
    settle(running)

    assert before["a5"]["story_id"] == "s0"
    assert documents(running) == before


def test_revision_that_moves_the_date_over_the_end_of_a_month_is_one_document(
    running: Cluster,
) -> None:
    record = {
        "url": "https://wharf.example/border",
        "title": "Notice of the border",
        "text": "The harbour master posted a notice about the border of the month.",
        "published": "2026-03-31T23:30:00Z",
    }
    later = {
        **record,
        "text": "The harbour master posted another notice about the border of the month.",
        "published": "2026-04-01T00:30:00Z",
    }
    running.start_all(["enrich", "stories", "index", "api"])
    with running.api() as client:
        pushed(client, record)
        until(lambda: client.get("/v1/search?q=border").json()["total"] == 1)
        pushed(client, later)
        until(lambda: client.get("/v1/search?q=another").json()["total"] == 1)
        found = client.get("/v1/search?q=border").json()

    assert found["total"] == 1
    assert found["hits"][0]["revision"] == 2
    assert found["hits"][0]["published"].startswith("2026-04-01")
    assert len(documents(running)) == 1
