"""Sources over HTTP: checked at once, one per team and address, with their health, as OPML."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api_clock import NOW
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.sources import FeedState, Health, Source, SourceKind, feed_id
from rasad_core.documents.table import Table
from rasad_core.kinds import FEED_STATES, SOURCES

KeyFor = Callable[..., dict[str, str]]
MakeClient = Callable[..., httpx.Client]
URL = "https://quay.example/feed.xml"
OPML = {"content-type": "text/x-opml"}


def added(client: httpx.Client, url: str = URL, **fields: object) -> dict[str, Any]:
    answer = client.post("/v1/sources", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    source: dict[str, Any] = answer.json()
    return source


def path(source: dict[str, Any]) -> str:
    return f"/v1/sources/{source['source_id']}"


def polled(store: MemoryStore, **fields: Any) -> None:
    state = FeedState(
        feed_id=feed_id(URL, "feed"), url=URL, kind="feed", address=URL, polled_at=NOW,
        next_poll_at=NOW + timedelta(minutes=5), interval_seconds=300, **fields,
    )  # fmt: skip
    Table(store, FEED_STATES, FeedState).put(state.feed_id, state)


def test_source_begins_new(client: httpx.Client) -> None:
    source = added(client, name=" Quay  News ", country="tr", language="ar", tags=["port", "port"])

    assert source["health"] == {
        "state": "new", "since": "2026-03-10T12:00:00Z", "reason": None, "next_poll_at": None,
    }  # fmt: skip
    assert (source["kind"], source["name"], source["country"], source["tags"]) == (
        "feed", "Quay News", "TR", ["port"],
    )  # fmt: skip
    assert client.get(path(source)).json() == source


def test_health_is_shared_by_all_who_read_it(
    client: httpx.Client, store: MemoryStore, key_for: KeyFor
) -> None:
    teams = [key_for("admin", "ours"), key_for("admin", "theirs")]
    for team in teams:
        client.post("/v1/sources", json={"url": URL}, headers=team)
    polled(store, health=Health(state="failing", since=NOW, reason="http_500"))

    for team in teams:
        (source,) = client.get("/v1/sources", headers=team).json()["sources"]
        assert source["health"] == {
            "state": "failing", "since": "2026-03-10T12:00:00Z", "reason": "http_500",
            "next_poll_at": "2026-03-10T12:05:00Z",
        }  # fmt: skip


def test_reader_sees_health_change_and_writer_is_not_held_up_by_it(
    client: httpx.Client, store: MemoryStore
) -> None:
    where = path(added(client))
    tag = client.get(where).headers["etag"]
    unchanged = client.get(where, headers={"if-none-match": tag})
    polled(store, health=Health(state="ok", since=NOW))

    assert unchanged.status_code == 304
    assert client.get(where, headers={"if-none-match": tag}).status_code == 200
    changed = client.patch(where, json={"name": "Quay"}, headers={"if-match": tag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Quay")
    assert client.patch(where, json={"name": "x"}, headers={"if-match": tag}).status_code == 412


def test_same_address_twice_names_the_first(client: httpx.Client) -> None:
    source = added(client)

    answer = client.post("/v1/sources", json={"url": f" {URL} "})

    assert (answer.status_code, source["source_id"] in answer.json()["detail"]) == (409, True)
    assert added(client, kind="page")["source_id"] != source["source_id"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "http://127.0.0.1/feed"}, "/url", "not_public"),
        ({"url": "http://169.254.169.254/"}, "/url", "not_public"),
        ({"url": "file:///etc/passwd"}, "/url", "bad_scheme"),
        ({"url": "https://u:p@quay.example/"}, "/url", "credentials"),
        ({"url": "https://quay.example:22/"}, "/url", "bad_port"),
        ({"url": URL, "kind": "podcast"}, "/kind", "bad_field"),
        ({"url": URL, "country": "Turkey"}, "/country", "bad_field"),
        ({"url": URL, "language": "in Arabic"}, "/language", "bad_field"),
        ({"url": URL, "name": "x" * 201}, "/name", "bad_field"),
        ({}, "/url", "bad_field"),
    ],
)
def test_what_is_wrong_is_named(
    client: httpx.Client, store: MemoryStore, body: dict[str, str], pointer: str, code: str
) -> None:
    answer = client.post("/v1/sources", json=body)

    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert store.list(SOURCES) == []


def test_change_says_only_what_changes(client: httpx.Client) -> None:
    source = added(client, name="Quay", country="TR", tags=["port"])
    held = {"if-match": "*"}

    changed = client.patch(path(source), json={"name": None, "url": URL}, headers=held).json()
    moved = client.patch(path(source), json={"url": "https://x.example/"}, headers=held)

    assert (changed["name"], changed["country"], changed["tags"]) == (None, "TR", ["port"])
    assert (moved.status_code, moved.json()["errors"][0]["pointer"]) == (422, "/url")


def test_removing_names_what_it_removes(client: httpx.Client) -> None:
    where = path(added(client))
    tag = client.get(where).headers["etag"]

    assert client.delete(where).status_code == 428
    assert client.delete(where, headers={"if-match": '"v9-0"'}).status_code == 412
    assert client.delete(where, headers={"if-match": tag}).status_code == 204
    assert client.get(where).status_code == 404
    again = path(added(client))
    assert client.delete(again, headers={"if-match": tag}).status_code == 412


def test_poll_is_asked_for(client: httpx.Client, store: MemoryStore) -> None:
    source = added(client)

    answer = client.post(f"{path(source)}/poll")

    assert (answer.status_code, answer.json()["poll_asked_at"]) == (202, "2026-03-10T12:00:00Z")
    held = Table(store, SOURCES, Source).get(source["source_id"])
    assert held is not None
    assert held.value.poll_asked_at == NOW


def test_other_teams_source_is_not_there(client: httpx.Client, key_for: KeyFor) -> None:
    ours, theirs = key_for("admin", "ours"), key_for("admin", "theirs")
    where = path(client.post("/v1/sources", json={"url": URL}, headers=theirs).json())
    held = {**ours, "if-match": "*"}

    answers = [
        client.get(where, headers=ours),
        client.patch(where, json={"name": "x"}, headers=held),
        client.delete(where, headers=held),
        client.post(f"{where}/poll", headers=ours),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert client.get("/v1/sources", headers=ours).json()["sources"] == []
    assert URL not in client.get("/v1/sources.opml", headers=ours).text


def test_list_goes_on_where_it_ended(client: httpx.Client) -> None:
    ids = {added(client, f"https://quay.example/{at}")["source_id"] for at in range(5)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"/v1/sources?limit=2&cursor={cursor}").json()
        seen += [each["source_id"] for each in page["sources"]]
        cursor = page["next_cursor"]

    assert (len(seen), set(seen)) == (5, ids)


def test_exported_list_is_imported_by_another_team(client: httpx.Client, key_for: KeyFor) -> None:
    ours, theirs = key_for("admin", "ours"), key_for("admin", "theirs")
    for body in ({"url": URL, "name": "<Quay>", "tags": ["a", "b"]},
                 {"url": "https://x.example/map.xml", "kind": "sitemap"}):  # fmt: skip
        client.post("/v1/sources", json=body, headers=ours)
    content = client.get("/v1/sources.opml", headers=ours).content

    first = client.post("/v1/sources.opml", content=content, headers={**theirs, **OPML}).json()
    again = client.post("/v1/sources.opml", content=content, headers={**theirs, **OPML}).json()

    assert (len(first["added"]), first["existing"], first["refused"]) == (2, [], [])
    assert (again["added"], sorted(again["existing"])) == ([], sorted(first["added"]))
    listed = client.get("/v1/sources", headers=theirs).json()["sources"]
    assert {(each["url"], each["name"], each["kind"]) for each in listed} == {
        (URL, "<Quay>", "feed"), ("https://x.example/map.xml", None, "sitemap"),
    }  # fmt: skip


def test_bad_outlines_never_stop_the_rest(client: httpx.Client) -> None:
    content = f"""<opml version="2.0"><body>
        <outline text="inside" xmlUrl="http://10.0.0.1/feed"/>
        <outline text="folder without an address"/>
        <outline text="good" xmlUrl="{URL}"/></body></opml>"""

    answer = client.post("/v1/sources.opml", content=content, headers=OPML).json()

    assert len(answer["added"]) == 1
    assert {each["line"]: each["code"] for each in answer["refused"]} == {
        2: "not_public", 3: "no_link",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"<html/>", "text/x-opml", 422),
        (b"", "text/xml", 422),
        (b"{}", "application/json", 415),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body/></opml>', "text/x-opml", 422),
    ],
)
def test_what_is_no_opml_is_refused(
    client: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    answer = client.post("/v1/sources.opml", content=content, headers={"content-type": kind})

    assert answer.status_code == status


@dataclass(frozen=True, kw_only=True)
class Feed:
    url: str
    kind: SourceKind = "feed"
    title: str | None = None


def test_sources_of_a_site_are_found(make_client: MakeClient) -> None:
    client = make_client(discover=lambda url: [Feed(url=f"{url}feed", title="Quay")])

    answer = client.post("/v1/sources/discover", json={"url": " https://quay.example/ "})
    inside = client.post("/v1/sources/discover", json={"url": "http://10.0.0.1/"})

    assert answer.json() == {
        "sources": [{"url": "https://quay.example/feed", "kind": "feed", "title": "Quay"}]
    }
    assert (inside.status_code, inside.json()["errors"][0]["code"]) == (422, "not_public")


def test_program_that_reads_no_pages_says_so(client: httpx.Client) -> None:
    answer = client.post("/v1/sources/discover", json={"url": "https://quay.example/"})

    assert answer.status_code == 501
