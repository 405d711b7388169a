"""Every operation and page, asked by every role, another team, strangers and ended keys."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api_access import ALL, OPERATIONS, OURS, PAGES, PRIVATE, Case, asked, fill
from api_clock import NOW, MovableClock
from in_process import client_of
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_api.problems import routes_of
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.keys import Role

KeyFor = Callable[..., dict[str, str]]
Ask = Callable[[str, Case, Mapping[str, str]], httpx.Response]
ADMIN_KEY = "the-first-key"


@pytest.fixture
def app(ports: Ports) -> FastAPI:
    # A stream ends at once in a program that stops.
    ports.stopping.set()
    return create_app(replace(ports, admin_key=ADMIN_KEY, discover=lambda _: ()))


@pytest.fixture
def ask(app: FastAPI, store: MemoryStore, index: MemoryArticleIndex) -> Ask:
    """Ask one thing of an application in which team A has everything."""
    client = client_of(app)

    def asking(way: str, case: Case, headers: Mapping[str, str]) -> httpx.Response:
        ids = fill(store, index)
        client.cookies.clear()  # what signing in left
        method, path = way.split(" ", 1)
        put = asked(case, ids)
        return client.request(
            method,
            f"{path.format(**ids)}?{put.query}",
            content=put.content(),
            headers={"content-type": put.media_type, "if-match": "*", **headers},
        )

    return asking


def cases(app: FastAPI) -> Iterator[tuple[str, Case]]:
    """Give every operation and page with its case."""
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", OPERATIONS[operation["operationId"]]
    yield from PAGES.items()


def test_every_operation_and_page_has_a_case(app: FastAPI) -> None:
    documented = {
        each["operationId"] for path in app.openapi()["paths"].values() for each in path.values()
    }
    pages = {
        f"{method} {route.path}"
        for route in routes_of(app)
        if isinstance(route, APIRoute) and not route.include_in_schema
        for method in route.methods or ()
    }

    assert documented == set(OPERATIONS)
    assert pages == set(PAGES) - {"GET /openapi.json"}


@pytest.mark.parametrize("role", ALL)
def test_role_may_what_it_may_and_no_more(
    app: FastAPI, ask: Ask, key_for: KeyFor, role: Role
) -> None:
    key = key_for(role, OURS)
    for way, case in cases(app):
        answer = ask(way, case, key)

        if role in case.roles or case.whose == "open":
            assert answer.status_code < 400, (way, answer.text[:300])
        else:
            assert answer.status_code == 403, (way, answer.text[:300])


def test_another_teams_things_are_not_there(app: FastAPI, ask: Ask, key_for: KeyFor) -> None:
    theirs = key_for("admin", "desk-b")
    for way, case in cases(app):
        answer = ask(way, case, theirs)

        if case.whose == "own":
            assert answer.status_code == 404, (way, answer.text[:300])
        else:
            assert answer.status_code < 400, (way, answer.text[:300])
            shown = [] if case.whose == "open" else list(PRIVATE.values())
            assert not [each for each in shown if each in answer.text], way


def test_lists_show_a_team_its_own(app: FastAPI, ask: Ask, key_for: KeyFor) -> None:
    ours = key_for("admin", OURS)
    for way, case in cases(app):
        if case.whose == "list" and way.startswith("GET") and not way.endswith("/stream"):
            answer = ask(way, case, ours)

            assert [each for each in PRIVATE.values() if each in answer.text], way


def test_first_key_opens_no_teams_things_but_its_keys(app: FastAPI, ask: Ask) -> None:
    for way, case in cases(app):
        answer = ask(way, case, {"authorization": f"Bearer {ADMIN_KEY}"})

        if case.whose == "own" and not way.endswith("/v1/keys/{key_id}"):
            assert answer.status_code == 404, (way, answer.text[:300])
        else:
            assert answer.status_code < 400, (way, answer.text[:300])


def test_shared_things_are_there_for_every_team(app: FastAPI, ask: Ask, key_for: KeyFor) -> None:
    for team_id in (OURS, "desk-b"):
        for way, case in cases(app):
            if case.whose == "shared" and way.endswith(("/search", "_id}", "/export")):
                answer = ask(way, case, key_for("admin", team_id))

                assert way.startswith("DELETE") or "Ferry" in answer.text, way


def test_ended_keys_and_strangers_are_let_in_nowhere(
    app: FastAPI, ask: Ask, key_for: KeyFor, clock: MovableClock
) -> None:
    ended = key_for("admin", OURS, expires_at=NOW + timedelta(hours=1))
    clock.advance(hours=1)
    admin = {"authorization": f"Bearer {ADMIN_KEY}", "if-match": "*"}
    revoked = key_for("admin", OURS)
    key_id = revoked["authorization"].split("_")[1]
    client_of(app).delete(f"/v1/keys/{key_id}", headers=admin).raise_for_status()
    for headers in (ended, revoked, {}):
        for way, case in cases(app):
            answer = ask(way, case, {**headers, "accept": "application/json"})

            if case.whose == "open":
                assert answer.status_code < 400, (way, answer.text[:300])
            else:
                assert answer.status_code == 401, (way, answer.text[:300])


@pytest.mark.parametrize("token", ["al_ours1", "al_ours1.", "al_ours1.guess", ".secret-of-ours"])
def test_feed_opens_by_its_token_alone(ask: Ask, key_for: KeyFor, token: str) -> None:
    answer = ask(f"GET /feeds/{token}.atom", Case(whose="open"), key_for("admin", OURS))

    assert answer.status_code == 404


def test_matches_of_another_teams_alert_are_not_listed(ask: Ask, key_for: KeyFor) -> None:
    case = Case(whose="own", query="alert={alert_id}")

    assert ask("GET /v1/matches", case, key_for("admin", "desk-b")).status_code == 404
    assert ask("GET /inbox", case, key_for("admin", "desk-b")).status_code == 404
