"""What the store on Elasticsearch does when answers are lost or requests are refused."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

import live_servers
import live_store
from http_gate import Answer, Asked, gated
from live_store import LiveStore
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.elasticsearch.store_documents import index_name, install
from rasad_core.errors import Conflict, Reason, Unavailable, Unprocessable
from rasad_core.ports import Document, Store
from tcp_proxy import Proxy, proxied

pytestmark = pytest.mark.live("elasticsearch")


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    server = urlsplit(live_servers.elasticsearch())
    assert server.hostname
    with proxied(server.hostname, server.port or 9200) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def shared(proxy: Proxy) -> Iterator[LiveStore]:
    with live_store.opened(url=f"http://127.0.0.1:{proxy.port}") as live:
        yield live


@pytest.fixture
def store(shared: LiveStore) -> Store:
    shared.empty("alerts")
    return shared.store


def held(store: Store, key: str) -> Document:
    document = store.get("alerts", key)
    assert document is not None
    return document


def test_document_created_before_its_answer_was_lost_is_ones_own(
    store: Store, proxy: Proxy
) -> None:
    proxy.lose_answers(b"/_bulk")

    assert store.create("alerts", "a", b"1")
    assert not store.create("alerts", "a", b"2")
    assert held(store, "a").value == b"1"


def test_document_of_another_is_not_ones_own_after_a_lost_answer(
    store: Store, proxy: Proxy
) -> None:
    store.create("alerts", "a", b"1")
    proxy.lose_answers(b"/_bulk")

    assert not store.create("alerts", "a", b"1")


def test_conditional_write_whose_answer_was_lost_gives_its_version(
    store: Store, proxy: Proxy
) -> None:
    first = store.put("alerts", "a", b"1")
    proxy.lose_answers(b"/_bulk")

    second = store.put("alerts", "a", b"2", expected_version=first)

    assert second == held(store, "a").version > first
    assert store.put("alerts", "a", b"3", expected_version=second) > second


def test_conditional_write_that_lost_and_whose_answer_was_lost_is_a_conflict(
    store: Store, proxy: Proxy
) -> None:
    first = store.put("alerts", "a", b"1")
    store.put("alerts", "a", b"2")
    proxy.lose_answers(b"/_bulk")

    with pytest.raises(Conflict):
        store.put("alerts", "a", b"3", expected_version=first)
    assert held(store, "a").value == b"2"


def test_many_created_before_the_answer_was_lost_are_counted_as_new(
    store: Store, proxy: Proxy
) -> None:
    store.create("alerts", "b", b"0")
    proxy.lose_answers(b"/_bulk")

    assert store.create_many("alerts", {"a": b"1", "b": b"1", "c": b"1"}) == 2
    assert held(store, "b").value == b"0"


@pytest.mark.parametrize("conditional", [True, False])
def test_removal_whose_answer_was_lost_took_place(
    store: Store, proxy: Proxy, *, conditional: bool
) -> None:
    version = store.put("alerts", "a", b"1")
    proxy.lose_answers(b"/_bulk")

    assert store.delete("alerts", "a", expected_version=version if conditional else None)
    assert store.get("alerts", "a") is None


def test_store_that_never_gets_an_answer_is_unavailable(store: Store, proxy: Proxy) -> None:
    proxy.lose_answers(b"/_bulk", times=9)

    with pytest.raises(Unavailable):
        store.create("alerts", "a", b"1")
    proxy.lose_answers(b"", times=0)
    assert held(store, "a").value == b"1"


CALLS: Sequence[Callable[[Store], object]] = (
    lambda store: store.get("alerts", "a"),
    lambda store: store.get_many("alerts", ["a"]),
    lambda store: store.create("alerts", "a", b"1"),
    lambda store: store.create_many("alerts", {"a": b"1"}),
    lambda store: store.put("alerts", "a", b"1"),
    lambda store: store.delete("alerts", "a"),
    lambda store: store.list("alerts"),
)


def test_every_call_is_unavailable_while_the_server_is_away(store: Store, proxy: Proxy) -> None:
    proxy.cut()
    try:
        for call in CALLS:
            with pytest.raises(Unavailable):
                call(store)
    finally:
        proxy.restore()

    assert store.create("alerts", "a", b"1")


def test_nothing_was_written_where_there_is_no_index(store: Store) -> None:
    assert store.get("never", "a") is None
    assert store.list("never") == []
    assert not store.delete("never", "a")


def test_version_never_means_two_documents_of_two_indices(store: Store) -> None:
    with pytest.raises(Conflict):
        store.put("conditional", "a", b"1", expected_version=1 << 40)
    assert store.put("conditional", "a", b"1", expected_version=0) > 0


def test_list_gives_more_than_one_page(store: Store) -> None:
    store.create_many("many", {f"{number:05d}": b"" for number in range(1050)})

    assert len(store.list("many", limit=1040)) == 1040
    assert len(store.list("many", limit=20_000)) == 1050


def test_document_too_large_for_elasticsearch_is_refused(store: Store) -> None:
    with pytest.raises(Unprocessable) as refused:
        store.create("alerts", "a", bytes(32 * 1024 * 1024 + 1))

    assert refused.value.reason == Reason.REJECTED


def test_key_longer_than_a_term_is_refused(store: Store) -> None:
    with pytest.raises(Unprocessable, match="its key") as refused:
        store.create_many("alerts", {"a": b"1", "x" * 32_767: b"1"})

    assert refused.value.reason == Reason.REJECTED
    assert store.create("alerts", "x" * 32_766, b"1")


@contextmanager
def behind(answer: Answer) -> Iterator[Store]:
    with (
        gated(live_servers.elasticsearch(), answer) as url,
        live_store.opened(url=url) as live,
    ):
        yield live.store


def test_request_too_large_for_a_proxy_is_halved() -> None:
    def at_most_2000_bytes(asked: Asked) -> tuple[int, bytes] | None:
        return (413, b"{}") if len(asked.body) > 2000 else None

    with behind(at_most_2000_bytes) as store:
        assert store.create_many("alerts", {str(at): bytes(300) for at in range(20)}) == 20
        with pytest.raises(Unprocessable):
            store.create("alerts", "a", bytes(3000))


def test_items_that_a_full_queue_turned_away_are_asked_for_again() -> None:
    turned_away: list[bytes] = []

    def one_at_a_time(asked: Asked) -> tuple[int, bytes] | None:
        lines = asked.body.splitlines(keepends=True)
        if not asked.path.endswith("/_bulk") or len(lines) == 2:
            return None
        turned_away.append(asked.body)
        status, answer = asked.forward(b"".join(lines[:2]))
        items = json.loads(answer)["items"]
        items.append({"create": {"status": 429, "error": {"type": "full", "reason": "queue"}}})
        return status, json.dumps({"items": items}).encode()

    with behind(one_at_a_time) as store:
        assert store.create_many("alerts", {"a": b"1", "b": b"2"}) == 2
    assert len(turned_away) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_server_that_cannot_now_is_unavailable(status: int) -> None:
    with behind(lambda _: (status, b"{}")) as store:
        for call in CALLS:
            with pytest.raises(Unavailable):
                call(store)


def test_older_program_leaves_a_newer_template_alone() -> None:
    with live_store.opened() as live:
        install(live.client, live.prefix)
        name = f"{live.prefix}rasad-store"
        live.client.indices.put_index_template(
            name=name, index_patterns=[index_name(live.prefix, "*")], version=99
        )

        ElasticsearchStore(live.client, prefix=live.prefix).create("alerts", "a", b"1")

        found = live.client.indices.get_index_template(name=name)["index_templates"][0]
        assert found["index_template"]["version"] == 99
