"""Writing to a real Elasticsearch: races, lost answers, refusals, and any order of events."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import msgspec
import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import live_index
import live_servers
from http_gate import Answer, Asked, gated
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.ports import Write
from strategies import NOW
from tcp_proxy import proxied

pytestmark = pytest.mark.live("elasticsearch")


@pytest.fixture(scope="module")
def prefix() -> Iterator[str]:
    with live_index.installed() as made:
        yield made


@pytest.fixture
def index(prefix: str) -> ElasticsearchIndex:
    live_index.empty(prefix)
    return ElasticsearchIndex(live_index.client(), prefix, refresh=True)


def article(number: int = 1, **changes: object) -> ArticleEnriched:
    made = ArticleEnriched(
        trace_id="t", article_id=f"a{number}", form="record", fetched_at=NOW, published=NOW,
        title=f"Harbour {number}", text="Ships wait.", lead="Ships wait.", language="en",
        revision=1, seq=number, story_id=f"s{number}", month="2026.03",
    )  # fmt: skip
    return replace(made, **changes)


def moved(number: int, seq: int) -> ArticleMoved:
    return ArticleMoved(
        trace_id="t", article_id=f"a{number}", seq=seq, month="2026.03", story_id=f"s{seq}",
        from_story_id="s0",
    )  # fmt: skip


def deleted(number: int, seq: int) -> ArticleDeleted:
    return ArticleDeleted(trace_id="t", article_id=f"a{number}", seq=seq, month="2026.03")


def held(prefix: str) -> dict[str, dict[str, object]]:
    """Give every document, streams and all, but for the time of its write."""
    client, alias = live_index.client(), Names(prefix=prefix).alias
    client.indices.refresh(index=alias)
    hits = client.search(
        index=alias, size=100,
        docvalue_fields=[{"field": name} for name in ("story_id", "facts.length", "searchable")],
    )["hits"]["hits"]  # fmt: skip
    return {
        hit["_id"]: {
            **{name: value for name, value in hit["_source"].items() if name != "indexed_at"},
            **hit.get("fields", {}),
        }
        for hit in hits
    }


HISTORY: list[Write] = [
    article(1, seq=2), article(1, seq=5, revision=2, title="Again"), moved(1, 7), moved(1, 4),
    article(2, seq=1), moved(2, 3), deleted(2, 4), moved(3, 9), deleted(4, 2), article(4, seq=1),
]  # fmt: skip


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    events=st.permutations([*HISTORY, *HISTORY[:4]]),
    size=st.integers(1, 14),
)
def test_any_order_and_repetition_of_events_gives_the_same_documents(
    prefix: str, events: Sequence[Write], size: int
) -> None:
    wanted: dict[str, dict[str, object]] = {}
    for each in (HISTORY, events):
        live_index.empty(prefix)
        index = ElasticsearchIndex(live_index.client(), prefix)
        for start in range(0, len(each), size):
            index.write(each[start : start + size])
        wanted = wanted or held(prefix)

    assert held(prefix) == wanted
    assert wanted["a1"]["story_id"] == ["s7"]
    assert (wanted["a3"]["searchable"], wanted["a4"]["deleted"]) == ([False], True)


def test_new_articles_are_written_without_reading(
    index: ElasticsearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Elasticsearch, "mget", None)

    assert index.write([article(1), article(2), moved(1, 9)]) == ["written"] * 3


@contextmanager
def behind(prefix: str, answer: Answer) -> Iterator[ElasticsearchIndex]:
    """Put a gate before the server, which answers some requests itself."""
    with gated(live_servers.elasticsearch(), answer) as url:
        client = connect(ElasticsearchAccess(urls=(url,)))
        yield ElasticsearchIndex(client, prefix, refresh=True, pause=lambda _: None)
        client.close()


def test_write_whose_answer_was_lost_is_written_when_it_is_repeated(
    prefix: str, index: ElasticsearchIndex
) -> None:
    index.write([article(3, seq=1)])
    batch: list[Write] = [article(1), moved(2, 9), deleted(3, 5), article(4, seq=9, revision=2)]
    server = urlsplit(live_servers.elasticsearch())
    with proxied(server.hostname or "", server.port or 9200) as proxy:
        client = connect(ElasticsearchAccess(urls=(f"http://127.0.0.1:{proxy.port}",)))
        losing = ElasticsearchIndex(client, prefix)
        for _ in range(2):
            # First that of the new article, then that of the others.
            proxy.lose_answers(b"/_bulk")
            with pytest.raises(Unavailable):
                losing.write(batch)

        assert losing.write(batch) == ["written", "missing", "written", "written"]
        assert losing.write(batch) == ["stale", "stale", "deleted", "stale"]
        client.close()
    assert index.write(batch) == ["stale", "stale", "deleted", "stale"]


def test_document_that_is_refused_leaves_the_others_written(prefix: str) -> None:
    def refuses_a2(asked: Asked) -> tuple[int, bytes] | None:
        if b'"_id":"a2"' not in asked.body or not asked.path.partition("?")[0].endswith("/_bulk"):
            return None
        items = [{"create": {"status": 201}}] * (asked.body.count(b"\n") // 2)
        items[-1] = {"create": {"status": 400, "error": {"type": "document_parsing_exception",
                                                         "reason": "no"}}}  # type: ignore[dict-item]  # fmt: skip
        lines = asked.body.splitlines(keepends=True)
        if lines[:-2]:
            asked.forward(b"".join(lines[:-2]))
        return 200, json.dumps({"errors": True, "items": items}).encode()

    live_index.empty(prefix)
    with behind(prefix, refuses_a2) as index:
        with pytest.raises(Unprocessable, match="refuses the document: no") as refused:
            index.write([article(1), article(2)])

        assert refused.value.reason == Reason.REJECTED
        assert index.write([article(1)]) == ["written"]
        assert index.write([article(1)]) == ["stale"]


def test_id_that_is_too_long_is_refused(index: ElasticsearchIndex) -> None:
    with pytest.raises(Unprocessable, match="refuses the request") as refused:
        index.write([article(1, article_id="x" * 513)])

    assert refused.value.reason == Reason.REJECTED


def test_items_turned_away_are_sent_again_alone(prefix: str) -> None:
    bodies: list[int] = []

    def takes_one(asked: Asked) -> tuple[int, bytes] | None:
        lines = asked.body.splitlines(keepends=True)
        if not asked.path.partition("?")[0].endswith("/_bulk"):
            return None
        bodies.append(len(lines) // 2)
        asked.forward(b"".join(lines[:2]))
        busy = {"create": {"status": 429, "error": {"type": "full", "reason": "queue"}}}
        items = [{"create": {"status": 201}}, *[busy] * (len(lines) // 2 - 1)]
        return 200, json.dumps({"errors": len(items) > 1, "items": items}).encode()

    live_index.empty(prefix)
    with behind(prefix, takes_one) as index:
        assert index.write([article(number) for number in (1, 2, 3)]) == ["written"] * 3
        with pytest.raises(Unavailable, match="takes no documents: 429 queue"):
            index.write([article(number) for number in range(4, 20)])
        assert index.write([article(19)]) == ["written"]

    assert bodies == [3, 2, 1, 16, 15, 14, 13, 12, 11, 1]


def test_request_too_large_for_the_server_is_halved(prefix: str) -> None:
    def at_most_9000_bytes(asked: Asked) -> tuple[int, bytes] | None:
        return (413, b"{}") if len(asked.body) > 9000 else None

    live_index.empty(prefix)
    with behind(prefix, at_most_9000_bytes) as index:
        assert index.write([article(number) for number in range(1, 30)]) == ["written"] * 29
        with pytest.raises(Unprocessable, match="refuses the request"):
            index.write([article(30, text="long " * 2000)])


@pytest.mark.parametrize("status", [429, 502, 503])
def test_server_that_cannot_now_is_unavailable(prefix: str, status: int) -> None:
    with behind(prefix, lambda _: (status, b"{}")) as index:
        with pytest.raises(Unavailable):
            index.write([article()])
        with pytest.raises(Unavailable):
            index.get("a1")


def test_full_cluster_is_no_fault_of_the_document(prefix: str) -> None:
    full = {"type": "validation_exception", "reason": "maximum shards open"}
    answer = {"errors": True, "items": [{"create": {"status": 400, "error": full}}]}

    def refuses(asked: Asked) -> tuple[int, bytes] | None:
        return (200, json.dumps(answer).encode()) if "_bulk" in asked.path else None

    with behind(prefix, refuses) as index, pytest.raises(Unavailable, match="maximum shards"):
        index.write([article()])


def test_writers_of_one_article_lose_nothing(prefix: str, index: ElasticsearchIndex) -> None:
    live_index.client()
    events: list[Write] = [
        article(1, seq=seq, title=str(seq)) if seq % 2 else moved(1, seq) for seq in range(1, 21)
    ]

    def write(mine: Sequence[Write]) -> None:
        writer = ElasticsearchIndex(live_index.client(), prefix)
        for event in mine:
            writer.write([event])

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write, events[at::4]) for at in range(4)]:
            done.result()

    live_index.client().indices.refresh(index=Names(prefix=prefix).alias)
    held = index.get("a1")
    assert held is not None
    assert (held.title, held.story_id) == ("19", "s20")


@pytest.mark.parametrize("month", ["", "2026", "2026.13", "2026.03,x", "*", "2026.٠٣"])
def test_impossible_month_is_refused(index: ElasticsearchIndex, month: str) -> None:
    with pytest.raises(Unprocessable, match=r"is not YYYY\.MM"):
        index.write([article(month=month)])


def test_article_is_got_from_the_month_it_is_in(prefix: str) -> None:
    index = ElasticsearchIndex(live_index.client(), prefix, refresh=True)
    index.write([article(1, month="2025.12"), article(2, month="2026.01")])

    assert [index.get(each) for each in ("a1", "a2")] == [
        article(1, month="2025.12"), article(2, month="2026.01"),
    ]  # fmt: skip


def test_event_comes_back_whatever_its_extra_fields_are(index: ElasticsearchIndex) -> None:
    written = article(
        extra={"": {"": []}, "a..b": {".": {}}, "all": {"f": [1, None, 2.5]}, "big": 10**30},
        unknown={"mood": msgspec.Raw(b'{"x":{}}')},
    )

    index.write([written])

    assert index.get("a1") == written
