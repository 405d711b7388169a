"""Alerts over HTTP: checked, announced before the answer, seen by their team alone."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api_articles import enriched
from api_peers import Peers
from rasad_core import codec
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.documents.alerts import new_secret, valid_secret
from rasad_core.errors import Unavailable
from rasad_core.events import AlertDefined
from rasad_core.net.failure import Failure, FetchFailed
from rasad_core.topics import DEFINITIONS

MakeClient = Callable[..., httpx.Client]
KeyFor = Callable[..., dict[str, str]]
HOOK = "https://desk.example/hook?token=t"
FERRIES = {"name": "Ferries", "query": "ferry", "channels": [{"type": "webhook", "url": HOOK}]}


def made(client: httpx.Client, **changes: object) -> dict[str, Any]:
    answer = client.post("/v1/alerts", json={**FERRIES, **changes})
    assert answer.status_code == 201, answer.text
    alert: dict[str, Any] = answer.json()
    return alert


def announced(log: MemoryLog) -> list[AlertDefined]:
    return [codec.decode(each.value, AlertDefined) for each in log.read(DEFINITIONS)]


def path(alert: dict[str, Any]) -> str:
    return f"/v1/alerts/{alert['alert_id']}"


def test_made_alert_is_announced_when_it_is_answered(client: httpx.Client, log: MemoryLog) -> None:
    alert = made(client)

    (event,) = announced(log)
    assert (event.alert_id, event.version, event.state, event.query) == (
        alert["alert_id"], 1, "armed", "ferry",
    )  # fmt: skip
    assert alert["team_id"] == event.team_id == "default"
    assert (alert["kind"], alert["group_by"], alert["group_hours"]) == (
        {"type": "every"}, "story", 24.0,
    )  # fmt: skip


def test_secret_is_made_and_shown_once(client: httpx.Client) -> None:
    answer = client.post("/v1/alerts", json=FERRIES)

    assert valid_secret(answer.json()["channels"][0]["secret"])
    assert answer.headers["cache-control"] == "no-store"
    read = client.get(answer.headers["location"])
    assert read.json()["channels"] == [{"type": "webhook", "url": HOOK, "secret": None}]
    assert read.headers["etag"] == answer.headers["etag"]


def test_replacing_what_was_read_keeps_the_secret(client: httpx.Client, peers: Peers) -> None:
    alert = made(client)
    read = client.get(path(alert))

    answer = client.put(
        path(alert), json={**read.json(), "name": "Boats"}, headers={"if-match": '"v1"'}
    )

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["channels"][0]["secret"] is None
    client.post(f"{path(alert)}/test")
    assert signed_with(alert["channels"][0]["secret"], peers)


def test_secret_that_is_set_anew_is_shown(client: httpx.Client) -> None:
    alert, secret = made(client), new_secret()
    channels = [{"type": "webhook", "url": HOOK, "secret": secret}]

    answer = client.put(
        path(alert), json={**FERRIES, "channels": channels}, headers={"if-match": "*"}
    )

    assert answer.json()["channels"][0]["secret"] == secret


def test_change_names_what_it_changes(client: httpx.Client, log: MemoryLog) -> None:
    where = path(made(client))
    changed = {**FERRIES, "query": "port"}

    assert client.put(where, json=changed).status_code == 428
    assert client.put(where, json=changed, headers={"if-match": '"v9"'}).status_code == 412
    assert client.delete(where).status_code == 428
    first = client.put(where, json=changed, headers={"if-match": '"v1"'})
    assert client.put(where, json=changed, headers={"if-match": '"v1"'}).status_code == 412
    assert first.headers["etag"] == '"v2"'
    (event,) = announced(log)
    assert (event.version, event.query) == (2, "port")


def test_deleted_alert_is_announced_and_not_there(client: httpx.Client, log: MemoryLog) -> None:
    alert = made(client)

    assert client.delete(path(alert), headers={"if-match": '"v1"'}).status_code == 204
    assert client.get(path(alert)).status_code == 404
    assert client.get("/v1/alerts").json()["alerts"] == []
    assert [each.state for each in announced(log)] == ["deleted"]


def test_pausing_twice_is_pausing_once(client: httpx.Client, log: MemoryLog) -> None:
    where = path(made(client))
    versions = [
        client.post(f"{where}/{verb}").json()["version"]
        for verb in ("pause", "pause", "resume", "resume")
    ]

    assert versions == [2, 2, 3, 3]
    assert [each.state for each in announced(log)] == ["armed"]


def test_log_that_is_away_does_not_lose_an_alert(make_client: MakeClient) -> None:
    class Away:
        def publish(self, _: object) -> None:
            raise Unavailable("the log is away")

    client = make_client(publisher=Away())

    assert client.get(path(made(client))).json()["state"] == "armed"


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"query": "ferry AND (port"}, "/query", "unbalanced-parenthesis"),
        ({"query": ""}, "/query", "empty-query"),
        ({"name": " \t"}, "/name", "empty"),
        ({"name": "x" * 201}, "/name", "too_large"),
        ({"kind": {"type": "spike"}}, "/kind/type", "unsupported"),
        ({"state": "deleted"}, "/state", "bad_field"),
        ({"group_hours": 0}, "/group_hours", "bad_field"),
        ({"channels": [{"type": "email", "address": "a@b.example"}]}, "/channels/0/type",
         "unsupported"),
        ({"channels": [{"type": "apprise", "url": "ntfy://x"}]}, "/channels/0/type",
         "unsupported"),
        ({"channels": [{"type": "webhook", "url": "http://127.0.0.1/"}]}, "/channels/0/url",
         "not_public"),
        ({"channels": [{"type": "webhook", "url": "ftp://x.example/"}]}, "/channels/0/url",
         "bad_scheme"),
        ({"channels": [{"type": "webhook", "url": HOOK, "secret": "whsec_c2hvcnQ="}]},
         "/channels/0/secret", "bad_field"),
        ({"channels": [{"type": "webhook", "url": HOOK}] * 2}, "/channels/1/url", "duplicate"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    client: httpx.Client, log: MemoryLog, changes: dict[str, object], pointer: str, code: str
) -> None:
    answer = client.post("/v1/alerts", json={**FERRIES, **changes})

    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert announced(log) == []


def test_bad_query_says_where(client: httpx.Client) -> None:
    answer = client.post("/v1/alerts", json={**FERRIES, "query": "ferry AND (port"})

    (error,) = answer.json()["errors"]
    assert (error["start"], error["end"]) == (10, 11)
    assert error["suggestion"]
    assert answer.json()["type"] == "/docs/problems#bad-query"


def test_list_goes_on_past_deleted_alerts(client: httpx.Client) -> None:
    alerts = [made(client) for _ in range(7)]
    client.delete(path(alerts[0]), headers={"if-match": "*"})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"/v1/alerts?limit=2&cursor={cursor}").json()
        seen += [each["alert_id"] for each in page["alerts"]]
        cursor = page["next_cursor"]

    assert sorted(seen) == sorted(each["alert_id"] for each in alerts[1:])


def test_other_teams_alert_is_not_there(client: httpx.Client, key_for: KeyFor) -> None:
    ours, theirs = key_for("admin", "ours"), key_for("admin", "theirs")
    alert = client.post("/v1/alerts", json=FERRIES, headers=theirs).json()
    where, held = path(alert), {**ours, "if-match": "*"}

    answers = [
        client.get(where, headers=ours),
        client.put(where, json=FERRIES, headers=held),
        client.delete(where, headers=held),
        *(client.post(f"{where}/{verb}", headers=ours) for verb in ("pause", "resume", "test")),
        client.get(f"{where}/matches", headers=ours),
        client.get(f"/v1/matches?alert={alert['alert_id']}", headers=ours),
        client.get(f"/v1/explain?alert={alert['alert_id']}&article=a", headers=ours),
    ]

    assert [each.status_code for each in answers] == [404] * len(answers)
    assert client.get("/v1/alerts", headers=ours).json()["alerts"] == []
    assert client.get(where, headers=theirs).json()["state"] == "armed"


def test_viewer_changes_nothing(client: httpx.Client, key_for: KeyFor) -> None:
    viewer = key_for("viewer")

    assert client.post("/v1/alerts", json=FERRIES, headers=viewer).status_code == 403
    assert client.get("/v1/alerts", headers=viewer).status_code == 200


def signed_with(secret: str, peers: Peers) -> bool:
    (request,) = peers.asked
    stamp = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, stamp.encode() + request.body, hashlib.sha256)
    return request.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_trial_tells_every_channel_and_says_what_came(client: httpx.Client, peers: Peers) -> None:
    urls = [f"https://{name}.example/" for name in ("good", "moved", "broken", "gone")]
    peers.answers = dict(zip(urls[1:3], (302, 500), strict=True))
    peers.answers[urls[3]] = FetchFailed(Failure.TIMED_OUT, "no answer")
    alert = made(client, channels=[{"type": "webhook", "url": url} for url in urls])

    results = client.post(f"{path(alert)}/test").json()["results"]

    assert [(each["outcome"], each["status"], each["reason"]) for each in results] == [
        ("delivered", 204, None), ("refused", 302, "redirected"), ("refused", 500, "http_500"),
        ("failed", None, "timed_out"),
    ]  # fmt: skip
    assert {each.follow_redirects for each in peers.asked} == {False}
    assert b'"alert.test"' in peers.asked[0].body


def test_trial_shows_nothing_that_the_peer_says(client: httpx.Client) -> None:
    answer = client.post(f"{path(made(client))}/test")

    assert "what the peer says" not in answer.text
    assert answer.json()["results"][0]["recipient"] == "https://desk.example/hook"


def test_preview_counts_and_shows(client: httpx.Client, index: MemoryArticleIndex) -> None:
    index.write([enriched(f"a{at}", age_hours=24.0 * at + 1) for at in range(12)])

    shown = client.post("/v1/alerts/preview", json={"query": "ferry"}).json()

    assert (shown["total"], len(shown["hits"]), shown["hits"][0]["article_id"]) == (12, 10, "a0")
    assert [each["count"] for each in shown["days"]] == [1] * 8
    assert shown["days"][0]["from"] == "2026-03-03T00:00:00Z"
    assert shown["per_day"] == 1.0
    assert shown["hits"][0]["highlights"][0]["clause"] == "ferry"
    spoken = client.post("/v1/alerts/preview", json={"query": "ferry", "lang": "ar"}).json()
    assert spoken["words"].startswith("مقالات فيها")


def test_preview_of_a_query_that_finds_nothing_says_so(client: httpx.Client) -> None:
    shown = client.post("/v1/alerts/preview", json={"query": "ferry", "since": "-2d"}).json()

    assert [each["code"] for each in shown["warnings"]] == ["no-match"]
    bad = client.post("/v1/alerts/preview", json={"query": "(", "since": "-2d"})
    assert bad.json()["errors"][0]["pointer"] == "/query"
    late = client.post("/v1/alerts/preview", json={"query": "ferry", "since": "soon"})
    assert late.json()["errors"][0]["pointer"] == "/since"
