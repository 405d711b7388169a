"""Keys over HTTP: shown once, listed by team, revoked at once."""

from collections.abc import Callable

import httpx
import pytest

from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.keys import Role
from rasad_core.kinds import KEYS

MakeClient = Callable[..., httpx.Client]
KeyFor = Callable[..., dict[str, str]]


@pytest.fixture
def admin(make_client: MakeClient) -> httpx.Client:
    client = make_client(admin_key="the-first-key")
    client.headers["authorization"] = "Bearer the-first-key"
    return client


def test_key_is_shown_once_and_kept_as_a_hash(admin: httpx.Client, store: MemoryStore) -> None:
    made = admin.post("/v1/keys", json={"name": "Ada", "team_id": "desk", "role": "analyst"})

    assert made.status_code == 201
    key = made.json()["key"]
    assert made.headers["location"] == f"/v1/keys/{made.json()['key_id']}"
    assert made.headers["cache-control"] == "no-store"
    (document,) = store.list(KEYS)
    assert key.encode() not in document.value
    assert (document.team_id, "key" in admin.get(made.headers["location"]).json()) == (
        "desk", False,
    )  # fmt: skip


def test_made_key_works_for_its_team(admin: httpx.Client) -> None:
    asked = {"name": "Ada", "team_id": "desk", "role": "admin"}
    made = admin.post("/v1/keys", json=asked).json()
    admin.headers["authorization"] = f"Bearer {made['key']}"

    listed = admin.get("/v1/keys").json()

    assert [each["key_id"] for each in listed["keys"]] == [made["key_id"]]


def test_other_teams_keys_are_not_there(client: httpx.Client, key_for: KeyFor) -> None:
    theirs = key_for("admin", "theirs")["authorization"].split("_")[1]
    ours = key_for("admin", "ours")

    assert client.get(f"/v1/keys/{theirs}", headers=ours).status_code == 404
    assert client.delete(f"/v1/keys/{theirs}", headers=ours).status_code == 404
    assert theirs not in client.get("/v1/keys", headers=ours).text


def test_team_makes_no_keys_for_another(client: httpx.Client, key_for: KeyFor) -> None:
    asked = {"name": "Eve", "team_id": "theirs", "role": "admin"}

    assert client.post("/v1/keys", json=asked, headers=key_for("admin", "ours")).status_code == 403


@pytest.mark.parametrize("role", ["viewer", "analyst", "operator"])
def test_only_admins_see_keys(client: httpx.Client, key_for: KeyFor, role: Role) -> None:
    assert client.get("/v1/keys", headers=key_for(role)).status_code == 403


def test_revoking_names_what_it_revokes(admin: httpx.Client) -> None:
    where = admin.post("/v1/keys", json={"name": "Ada"}).headers["location"]
    tag = admin.get(where).headers["etag"]

    assert admin.delete(where).status_code == 428
    assert admin.delete(where, headers={"if-match": '"v99"'}).status_code == 412
    assert admin.delete(where, headers={"if-match": tag}).status_code == 204
    assert admin.get(where).status_code == 404


def test_revoked_key_opens_nothing(client: httpx.Client, key_for: KeyFor) -> None:
    other, ours = key_for("viewer"), key_for("admin")
    where = f"/v1/keys/{other['authorization'].split('_')[1]}"

    client.delete(where, headers={**ours, "if-match": "*"})

    assert client.get("/v1/search", headers=other).status_code == 401


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "x", "role": "king"}, "/role"),
        ({"name": "x", "team_id": "a/b"}, "/team_id"),
        ({"name": "x", "expires_at": "2026-03-10T11:00:00Z"}, "/expires_at"),
        ({"name": "x", "expires_at": "2027-01-01T00:00:00"}, "/expires_at"),
        ([], ""),
    ],
)
def test_bad_field_is_named(admin: httpx.Client, asked: object, pointer: str) -> None:
    answer = admin.post("/v1/keys", json=asked)

    assert answer.status_code == 422
    assert [each.get("pointer", "") for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"", b"{", b'{"name": "\xff"}', b"[" * 100_000])
def test_body_that_is_no_json_is_refused(admin: httpx.Client, body: bytes) -> None:
    answer = admin.post("/v1/keys", content=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] in {"malformed", "bad_field"}


def test_body_of_another_kind_is_415(admin: httpx.Client) -> None:
    answer = admin.post("/v1/keys", data={"name": "Ada"})

    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/json")


def test_list_goes_on_where_it_ended_while_keys_are_made(admin: httpx.Client) -> None:
    made = {admin.post("/v1/keys", json={"name": f"k{at}"}).json()["key_id"] for at in range(7)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = admin.get(f"/v1/keys?limit=2&cursor={cursor}").json()
        seen += [each["key_id"] for each in answer["keys"]]
        cursor = answer["next_cursor"]
        admin.post("/v1/keys", json={"name": "late"})

    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def test_cursor_that_was_touched_is_refused(admin: httpx.Client) -> None:
    for name in "ab":
        admin.post("/v1/keys", json={"name": name})
    cursor = admin.get("/v1/keys?limit=1").json()["next_cursor"]

    for touched in (cursor[:-3], cursor[1:], cursor.swapcase(), "ä", "AAAA", f"{cursor}=!"):
        answer = admin.get("/v1/keys", params={"cursor": touched})
        assert (answer.status_code, answer.json()["type"]) == (422, "/docs/problems#bad-cursor")
    assert admin.get("/v1/search", params={"cursor": cursor}).status_code == 422
