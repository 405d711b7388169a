"""Who may in: without keys only this machine, with keys who has one, and no page of another site."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from api_clock import MovableClock
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.keys import Role
from rasad_core.errors import Unavailable

MakeClient = Callable[..., httpx.Client]
KeyFor = Callable[..., dict[str, str]]
ADMIN = {"authorization": "Bearer the-first-key"}


@pytest.fixture
def guarded(make_client: MakeClient) -> httpx.Client:
    return make_client(admin_key="the-first-key", loopback=False)


def check(client: httpx.Client, **headers: str) -> int:
    """Try something that counts as a write."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post("/v1/queries/check", json={"query": "ferry"}, headers=named)
    return answer.status_code


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:8420", "[::1]", "[::1]:8420"]
)
def test_without_keys_local_names_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/v1/search", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["rebind.example", "localhost.rebind.example", "10.0.0.1:8420", "127.0.0.1@evil.example", "0"],
)
@pytest.mark.parametrize("path", ["/v1/search", "/livez", "/docs", "/v1/nothing"])
def test_without_keys_no_other_name_is_answered(client: httpx.Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"host": host, "accept": "application/json"})

    assert answer.status_code == 421
    assert answer.json()["type"] == "/docs/problems#wrong-host"


def test_without_keys_a_page_of_another_site_writes_nothing(client: httpx.Client) -> None:
    assert check(client, origin="https://evil.example") == 403
    assert check(client, origin="null") == 403
    assert check(client, origin="http://localhost:3000") == 403
    assert check(client, sec_fetch_site="cross-site") == 403
    assert check(client, origin="http://localhost", sec_fetch_site="cross-site") == 403


def test_without_keys_our_own_pages_and_programs_write(client: httpx.Client) -> None:
    assert check(client) == 200
    assert check(client, origin="http://localhost", sec_fetch_site="same-origin") == 200


def test_without_keys_a_page_of_another_site_may_link_here(client: httpx.Client) -> None:
    answer = client.get("/v1/search", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 200


def test_beyond_loopback_nobody_is_let_in_without_keys(make_client: MakeClient) -> None:
    assert make_client(loopback=False).get("/v1/search").status_code == 401


def test_first_key_ends_the_time_without(client: httpx.Client) -> None:
    made = client.post("/v1/keys", json={"name": "Ada", "role": "admin"}).json()

    assert client.get("/v1/search").status_code == 401
    assert client.get("/v1/search", headers={"authorization": f"Bearer {made['key']}"}).is_success


def test_with_keys_any_name_is_answered(guarded: httpx.Client) -> None:
    answer = guarded.get("/v1/search", headers={**ADMIN, "host": "rasad.example"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", "Basic the-first-key", "Bearer rk_00_00", "Bearer rk__", "ü"],
)
def test_stranger_is_told_to_bring_a_key(guarded: httpx.Client, authorization: str) -> None:
    raw = {"authorization": authorization.encode("latin-1")}
    answer = guarded.get("/v1/search", headers=raw)  # type: ignore[arg-type]

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="rasad"'
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/problems"]
)
def test_open_paths_need_no_key(guarded: httpx.Client, path: str) -> None:
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/livez/", "/docs/../v1/search", "//v1/search", "/v1/nothing"])
def test_nothing_else_is_open(guarded: httpx.Client, path: str) -> None:
    assert guarded.get(path, headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "*/*"])
def test_person_without_a_key_is_led_to_sign_in_and_back(
    guarded: httpx.Client, accept: str
) -> None:
    answer = guarded.get("/search?q=ferry&sort=oldest", headers={"accept": accept})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/search%3Fq%3Dferry%26sort%3Doldest"


def test_key_holds_until_it_expires(
    client: httpx.Client, key_for: KeyFor, clock: MovableClock
) -> None:
    key = key_for("viewer", expires_at=clock.now() + timedelta(hours=1))

    assert client.get("/v1/search", headers=key).status_code == 200
    clock.advance(hours=1)
    assert client.get("/v1/search", headers=key).status_code == 401


def test_cookie_is_as_good_as_a_header(client: httpx.Client, key_for: KeyFor) -> None:
    client.cookies.set("rasad_key", key_for("viewer")["authorization"].split()[1])

    assert client.get("/v1/search").status_code == 200


def test_write_by_cookie_must_come_from_our_own_page(client: httpx.Client, key_for: KeyFor) -> None:
    client.cookies.set("rasad_key", key_for("analyst")["authorization"].split()[1])

    assert check(client) == 403
    assert check(client, origin="https://evil.example") == 403
    assert check(client, origin="http://localhost") == 200
    assert check(client, sec_fetch_site="same-origin") == 200


def test_write_by_header_may_come_from_anywhere(client: httpx.Client, key_for: KeyFor) -> None:
    assert check(client, **key_for("analyst"), origin="https://tools.example") == 200


@pytest.mark.parametrize(("role", "status"), [
    ("viewer", 403), ("operator", 403), ("analyst", 202), ("admin", 202),
])  # fmt: skip
def test_role_decides_who_pushes(
    client: httpx.Client, key_for: KeyFor, role: Role, status: int
) -> None:
    answer = client.post("/v1/articles", json={"title": "Low tide"}, headers=key_for(role))

    assert answer.status_code == status


def test_store_that_is_away_is_503_and_not_an_open_door(make_client: MakeClient) -> None:
    class Away(MemoryStore):
        def list(self, *_: object, **__: object) -> list[object]:  # type: ignore[override]
            raise Unavailable("the store is away", retry_after_seconds=2.5)

    answer = make_client(store=Away()).get("/v1/search")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert answer.json()["detail"] == "the store is away"


def test_bug_shows_no_internals(make_client: MakeClient) -> None:
    class Broken(MemoryStore):
        def list(self, *_: object, **__: object) -> list[object]:  # type: ignore[override]
            raise RuntimeError("a secret of the inside")

    answer = make_client(store=Broken()).get("/v1/search")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
