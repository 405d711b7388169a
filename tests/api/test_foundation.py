"""What holds for every address: problems, headers, documentation."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from structlog.testing import capture_logs

from in_process import client_of
from rasad_api.app import create_app
from rasad_api.auth import set_cookie
from rasad_api.ports import Ports


def test_program_says_that_it_lives_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"live": True}
    assert client.get("/readyz").json() == {
        "ready": True,
        "checks": {"store": "ok", "index": "ok"},
    }


def test_answers_are_counted(client: httpx.Client) -> None:
    client.get("/livez")
    client.get("/nowhere")

    text = client.get("/metrics").text

    assert 'rasad_api_requests_total{method="GET",status="200"} 1' in text
    assert 'rasad_api_requests_total{method="GET",status="404"} 1' in text


def test_unknown_path_is_a_problem(client: httpx.Client) -> None:
    answer = client.get("/v1/nothing")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/docs/problems#not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
    }


def test_wrong_method_is_a_problem_that_names_the_right_ones(client: httpx.Client) -> None:
    answer = client.delete("/v1/keys")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json()["type"] == "/docs/problems#method-not-allowed"


@pytest.mark.parametrize("path", ["/docs", "/docs/problems"])
def test_documentation_loads_nothing(client: httpx.Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r"(?:src|href)=\"(?!/)[^\"]*", answer.text) == []
    assert "<script" not in answer.text


def test_type_of_a_problem_leads_to_its_explanation(client: httpx.Client) -> None:
    _, anchor = client.get("/v1/nothing").json()["type"].split("#")

    assert f'id="{anchor}"' in client.get("/docs/problems").text


def test_client_that_goes_away_while_sending_is_no_bug(ports: Ports) -> None:
    app = create_app(ports)
    sent: list[object] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "path": "/v1/articles", "raw_path": b"/v1/articles", "query_string": b"",
        "headers": [(b"host", b"localhost")], "scheme": "http", "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    with capture_logs() as logs:
        asyncio.run(app(scope, receive, send))

    assert (sent, logs) == ([], [])


def test_key_of_any_signs_fits_into_the_cookie(ports: Ports) -> None:
    key = """k;"',=\\%20"""
    server = ("localhost", 443)
    request = Request(
        {"type": "http", "scheme": "https", "path": "/", "headers": [], "server": server}
    )
    response = Response()

    set_cookie(request, response, key)
    cookie = response.headers["set-cookie"]
    answer = client_of(create_app(replace(ports, admin_key=key))).get(
        "/v1/search", headers={"cookie": cookie.partition("; ")[0]}
    )

    assert answer.status_code == 200
    assert {"HttpOnly", "SameSite=lax", "Secure"} <= set(cookie.split("; "))


@pytest.mark.parametrize("path", ["/livez", "/v1/search", "/v1/export", "/docs", "/v1/nothing"])
def test_head_is_that_of_get(client: httpx.Client, path: str) -> None:
    whole, head = client.get(path), client.head(path)

    assert head.status_code == whole.status_code
    assert head.headers.get("etag") == whole.headers.get("etag")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.content == b""


def test_head_of_what_is_refused_is_refused(make_client: Callable[..., httpx.Client]) -> None:
    answer = make_client(loopback=False).head("/v1/search")

    assert (answer.status_code, answer.content) == (401, b"")
