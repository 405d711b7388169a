"""`rasad index rebuild` on real servers: from what is held, and from the log."""

import pytest

import live_index
import live_servers
from command_line import rasad
from kafka_topics import kafka_access
from rasad_core import codec
from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.events import ArticleEnriched, ArticleMoved
from rasad_core.ports import Outgoing, Write
from rasad_core.runtime.clock import SystemClock
from rasad_core.topics import ENRICHED
from strategies import NOW

pytestmark = pytest.mark.live


def article(number: int) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t", article_id=f"a{number}", form="record", fetched_at=NOW, published=NOW,
        title=f"Harbour {number}", revision=1, seq=1, story_id=f"s{number}",
        month=f"2026.0{number % 3 + 1}",
    )  # fmt: skip


EVENTS: list[Write] = [
    *(article(number) for number in range(40)),
    ArticleMoved(trace_id="t", article_id="a1", seq=2, month="2026.02", story_id="s0",
                 from_story_id="s1"),
]  # fmt: skip


@pytest.mark.slow
def test_month_that_was_lost_is_rebuilt_from_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    client = live_index.client()
    with live_index.installed() as prefix, kafka_access(partitions=3) as access:
        log = KafkaLog(access, SystemClock())
        log.publish(
            [Outgoing(topic=ENRICHED, key=each.article_id, value=codec.encode(each))
             for each in EVENTS]
        )  # fmt: skip
        log.publish([Outgoing(topic=ENRICHED, key="a9", value=b"no event")])
        log.close()
        index = ElasticsearchIndex(client, prefix, refresh=True)
        index.write(EVENTS)
        lifecycle.drop(client, Names(prefix=prefix).index(1, "2026.02"))
        assert index.get("a1") is None
        monkeypatch.setenv("RASAD_KAFKA_BOOTSTRAP", live_servers.kafka())
        monkeypatch.setenv("RASAD_KAFKA_PREFIX", access.prefix)
        monkeypatch.setenv("RASAD_ELASTICSEARCH_URL", live_servers.elasticsearch())
        monkeypatch.setenv("RASAD_ELASTICSEARCH_PREFIX", prefix)

        from_log = rasad("index", "rebuild", "--from-log", "--wait", "0", "--json")
        again = rasad("index", "rebuild", "--wait", "0")
        cancelled = rasad("index", "rebuild", "--cancel", "--json")

        assert from_log.lines == [{"version": 2, "replaced": 1, "articles": 40, "months": 4}]
        assert "article a9 left out: the event is no JSON object" in from_log.err
        assert "version 3 is read now: 4 months, 40 articles" in again.out
        assert cancelled.lines == [{"cancelled": None}]
        moved = index.get("a1")
        assert moved is not None
        assert moved.story_id == "s0"
        assert [index.get(f"a{number}") is not None for number in range(41)] == [
            *[True] * 40, False,
        ]  # fmt: skip
