"""Atom feeds: read back by a feed reader, inert whatever publishers write, open by secret."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest

from api_articles import enriched
from api_clock import MovableClock
from api_matches import put_match
from rasad_core.adapters.memory.store import MemoryStore

KeyFor = Callable[..., dict[str, str]]
MakeClient = Callable[..., httpx.Client]
HOSTILE = "<script>alert(1)</script> & ]]> <img src=x onerror=alert(1)>"


@pytest.fixture
def alert(client: httpx.Client) -> Mapping[str, Any]:
    body = {"name": "Ferries <b>&", "query": "ferry"}
    found: Mapping[str, Any] = client.post("/v1/alerts", json=body).json()
    return found


def read(answer: httpx.Response) -> Any:
    found = feedparser.parse(answer.content, response_headers=dict(answer.headers))

    assert not found.bozo, found.get("bozo_exception")
    return found


def test_feed_lists_matches_newest_first(
    client: httpx.Client, alert: Mapping[str, Any], store: MemoryStore, clock: MovableClock
) -> None:
    first = put_match(store, alert["alert_id"], enriched("a", title="رست العبارة", language="ar"))
    clock.advance(hours=1)
    second = put_match(store, alert["alert_id"], "b", matched_at=clock.now())

    feed = read(client.get(alert["feed_url"]))

    assert feed.version == "atom10"
    assert feed.feed.title == "Ferries <b>&"
    assert feed.feed.links[0].href == alert["feed_url"]
    assert [each.id for each in feed.entries] == [
        f"urn:rasad:match:{second.match_id}", f"urn:rasad:match:{first.match_id}",
    ]  # fmt: skip
    assert feed.entries[1].title_detail.language == "ar"
    assert feed.entries[0].link == "https://quay.example/b"
    assert feed.entries[0].content[0].value == "The ferry left."


def test_hostile_titles_are_text(
    client: httpx.Client, alert: Mapping[str, Any], store: MemoryStore
) -> None:
    for number, url in enumerate(("javascript:alert(1)", "https://q.example/\"'<>&", "//x", None)):
        hostile = enriched(f"a{number}", title=HOSTILE + "\x00\x0b\ufffe", url=url, source=HOSTILE)
        put_match(store, alert["alert_id"], hostile)

    answer = client.get(alert["feed_url"])

    feed = read(answer)
    assert [each.title for each in feed.entries] == [HOSTILE] * 4
    assert {each.title_detail.type for each in feed.entries} == {"text/plain"}
    assert [link.href for each in feed.entries for link in each.get("links", ())] == [
        "https://q.example/\"'<>&"
    ]
    assert b"<script" not in answer.content
    assert b"javascript:" not in answer.content


def test_feed_is_open_and_says_when_nothing_is_new(
    client: httpx.Client, alert: Mapping[str, Any], key_for: KeyFor, store: MemoryStore
) -> None:
    key_for("admin")
    path = urlsplit(alert["feed_url"]).path
    first = client.get(path)

    held = client.get(path, headers={"if-none-match": first.headers["etag"]})
    put_match(store, alert["alert_id"], "a")
    later = client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["content-type"].startswith("application/atom+xml")
    assert (first.status_code, held.status_code, later.status_code) == (200, 304, 200)


def test_wrong_token_opens_nothing(client: httpx.Client, alert: Mapping[str, Any]) -> None:
    path = urlsplit(alert["feed_url"]).path
    alert_id = alert["alert_id"]

    for wrong in (path[:-6] + ".atom", f"/feeds/{alert_id}.atom", f"/feeds/{alert_id}..atom",
                  "/feeds/al_none.x.atom", "/feeds/.atom", "/feeds/%D8%A3.%00.atom"):  # fmt: skip
        assert client.get(wrong).status_code == 404, wrong


def test_feed_of_a_deleted_alert_is_gone(client: httpx.Client, alert: Mapping[str, Any]) -> None:
    client.delete(f"/v1/alerts/{alert['alert_id']}", headers={"if-match": "*"})

    assert client.get(alert["feed_url"]).status_code == 404
