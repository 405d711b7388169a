"""Matches, their triage and explanation, and deliveries, over HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from api_articles import enriched
from api_clock import NOW, MovableClock
from api_matches import put_delivery, put_match
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.matches import Copies, Delivery, Triage
from rasad_core.documents.table import Table
from rasad_core.identity import article_id, canonical_url
from rasad_core.kinds import ALIASES, COPIES, DELIVERIES, DUE, TRIAGE

KeyFor = Callable[..., dict[str, str]]


@pytest.fixture
def alert_id(client: httpx.Client) -> str:
    answer = client.post("/v1/alerts", json={"name": "Ferries", "query": "ferry AND port"})
    return str(answer.json()["alert_id"])


def walked(client: httpx.Client, path: str) -> list[str]:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{path}&cursor={cursor}").json()
        seen += [each["article_id"] for each in page["matches"]]
        cursor = page["next_cursor"]
    return seen


def test_matches_are_listed_newest_first(
    client: httpx.Client, store: MemoryStore, clock: MovableClock, alert_id: str
) -> None:
    for name in "abcde":
        clock.advance(minutes=1)
        put_match(store, alert_id, name, matched_at=clock.now())
    put_match(store, "al_other", "f", matched_at=NOW)

    assert walked(client, f"/v1/alerts/{alert_id}/matches?limit=2") == list("edcba")
    assert walked(client, f"/v1/matches?limit=2&alert={alert_id}") == list("edcba")
    assert walked(client, "/v1/matches?limit=2") == list("edcbaf")


def test_match_shows_its_proof(client: httpx.Client, store: MemoryStore) -> None:
    put_match(store, "al_1", "a", decision="withheld", reason="old", notification_id=None)

    (match,) = client.get("/v1/matches").json()["matches"]

    assert match["spans"] == [{"field": "title", "start": 0, "end": 5, "clause": "ferry"}]
    assert match["notification"] == {"notification_id": None, "state": "withheld", "reason": "old"}
    assert (match["state"], match["alert_version"], match["deliveries"]) == ("new", 1, [])


def test_matches_are_found_by_state(client: httpx.Client, store: MemoryStore) -> None:
    matches = [put_match(store, "al_1", f"a{at}") for at in range(9)]
    for match in matches[::3]:
        seen = {"state": "seen"}
        client.patch(f"/v1/matches/{match.match_id}", json=seen, headers={"if-match": "*"})

    assert sorted(walked(client, "/v1/matches?state=seen&limit=2")) == ["a0", "a3", "a6"]
    assert len(walked(client, "/v1/matches?state=new&limit=2")) == 6


def test_triage_is_kept_with_who_and_when(
    client: httpx.Client, store: MemoryStore, key_for: KeyFor
) -> None:
    match, analyst = put_match(store, "al_1", "a"), key_for("analyst")
    where = f"/v1/matches/{match.match_id}"
    tag = client.get(where, headers=analyst).headers["etag"]
    change = {"state": "acknowledged", "note": "called"}

    first = client.patch(where, json=change, headers={**analyst, "if-match": tag})
    again = client.patch(where, json={"state": "muted"}, headers={**analyst, "if-match": tag})
    noted = {**analyst, "if-match": first.headers["etag"]}
    second = client.patch(where, json={"note": "twice"}, headers=noted)

    assert (first.status_code, again.status_code, second.status_code) == (200, 412, 200)
    assert (second.json()["state"], second.json()["note"]) == ("acknowledged", "twice")
    held = Table(store, TRIAGE, Triage).get(match.match_id)
    assert held is not None
    assert (held.value.at, held.value.by) == (NOW, analyst["authorization"].split("_")[1])


def test_triage_names_what_it_changes(client: httpx.Client, store: MemoryStore) -> None:
    where = f"/v1/matches/{put_match(store, 'al_1', 'a').match_id}"

    assert client.patch(where, json={"state": "seen"}).status_code == 428
    bad = client.patch(where, json={"state": "lost"}, headers={"if-match": "*"})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/state")
    long = client.patch(where, json={"note": "x" * 2001}, headers={"if-match": "*"})
    assert (long.status_code, long.json()["errors"][0]["pointer"]) == (422, "/note")


def test_what_becomes_of_a_match_does_not_spoil_its_triage(
    client: httpx.Client, store: MemoryStore
) -> None:
    match = put_match(store, "al_1", "a", notification_id="n1")
    where = f"/v1/matches/{match.match_id}"
    tag = client.get(where).headers["etag"]
    Table(store, COPIES, Copies).create("n1", Copies(count=2, last_match_id="x"))

    assert client.get(where, headers={"if-none-match": tag}).status_code == 200
    assert client.patch(where, json={"state": "seen"}, headers={"if-match": tag}).status_code == 200


def test_other_teams_matches_and_deliveries_are_not_there(
    client: httpx.Client, store: MemoryStore, key_for: KeyFor
) -> None:
    ours = key_for("admin", "ours")
    theirs = put_match(store, "al_1", "a", team_id="theirs")
    put_delivery(store, "d1", team_id="theirs")
    where, held = f"/v1/matches/{theirs.match_id}", {**ours, "if-match": "*"}

    assert client.get("/v1/matches", headers=ours).json()["matches"] == []
    assert client.get("/v1/deliveries", headers=ours).json()["deliveries"] == []
    assert client.get(where, headers=ours).status_code == 404
    assert client.patch(where, json={"state": "seen"}, headers=held).status_code == 404
    assert client.post("/v1/deliveries/d1/resend", headers=ours).status_code == 404
    assert store.list(TRIAGE) == []


def explained(client: httpx.Client, alert_id: str, article: str) -> dict[str, Any]:
    params = {"alert": alert_id, "article": article}
    found: dict[str, Any] = client.get("/v1/explain", params=params).json()
    return found


def codes(told: dict[str, Any]) -> list[str]:
    return [each["code"] for each in told["reasons"]]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["matched", "matched"]),
        ({"origin": "backfill"}, ["matched", "matched", "backfill"]),
        ({"origin": "reprocess"}, ["matched", "matched", "reprocess"]),
        ({"age_hours": 49.0}, ["matched", "matched", "old"]),
        ({"fetched_at": NOW.replace(hour=11)}, ["matched", "matched", "before_alert"]),
        ({"text": "The ferry left."}, ["missing"]),
    ],
)
def test_explanation_names_clauses_and_life(
    client: httpx.Client, index: MemoryArticleIndex, alert_id: str, fields: Any, expected: list[str]
) -> None:
    index.write([enriched("a", **fields)])

    told = explained(client, alert_id, "a")

    assert codes(told) == expected
    assert told["matches"] == ("matched" in expected)
    assert bool(told["spans"]) == told["matches"]


def test_article_is_found_by_any_of_its_addresses(
    client: httpx.Client, index: MemoryArticleIndex, store: MemoryStore, alert_id: str
) -> None:
    url = "https://quay.example/story"
    index.write([enriched(article_id(url))])
    alias = canonical_url("https://quay.example/amp-story")
    store.create(ALIASES, alias, msgspec.json.encode(article_id(url)))

    for named in (url, f"http://www.quay.example/story?utm_source=x", alias):  # noqa: F541
        assert explained(client, alert_id, named)["matches"], named
    assert codes(explained(client, alert_id, "https://quay.example/other")) == ["not_found"]
    assert explained(client, alert_id, "mailto://")["errors"][0]["pointer"] == "/article"


def test_paused_alert_and_the_fate_of_its_match_are_told(
    client: httpx.Client, index: MemoryArticleIndex, store: MemoryStore, alert_id: str
) -> None:
    index.write([enriched("a"), enriched("b")])
    put_match(store, alert_id, "b", decision="grouped", notification_id="n7")
    client.post(f"/v1/alerts/{alert_id}/pause")

    assert codes(explained(client, alert_id, "a"))[-1] == "paused"
    grouped = explained(client, alert_id, "b")["reasons"][-1]
    assert grouped["code"] == "grouped"
    assert "n7" in grouped["detail"]


def test_resending_asks_for_one_more_attempt(client: httpx.Client, store: MemoryStore) -> None:
    for name in ("d1", "d2", "d3"):
        put_delivery(store, name)

    answer = client.post("/v1/deliveries/d2/resend")

    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    held = Table(store, DELIVERIES, Delivery).get("d2")
    assert held is not None
    assert held.value.next_attempt_at == NOW
    assert [msgspec.json.decode(each.value) for each in store.list(DUE)] == ["d2"]
    page = client.get("/v1/deliveries?limit=2").json()
    rest = client.get(f"/v1/deliveries?limit=2&cursor={page['next_cursor']}").json()
    assert [each["delivery_id"] for each in page["deliveries"] + rest["deliveries"]] == [
        "d1", "d2", "d3",
    ]  # fmt: skip
    assert rest["next_cursor"] is None
