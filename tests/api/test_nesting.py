"""JSON that is nested without end is refused: no route that reads a body runs out of stack."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

DEEP = 100_000
BODIES = {
    "arrays": b"[" * DEEP,
    "closed arrays": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"name":' * DEEP + b"1" + b"}" * DEEP,
    "an unknown field": b'{"x":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "an array of one": b'[{"title":"a","extra":{"x":' + b"[" * DEEP + b"]" * DEEP + b"}}]",
}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for media_type in operation.get("requestBody", {}).get("content", ()):
                yield method, path, media_type


@pytest.mark.parametrize("nested", BODIES)
def test_body_without_end_is_refused_on_every_route(client: httpx.Client, nested: str) -> None:
    document = client.get("/openapi.json").json()
    found = list(operations(document))
    for method, path, media_type in found:
        at = path.replace("{", "").replace("}", "")
        headers = {"content-type": media_type, "if-match": "*"}
        answer = client.request(method, at, content=BODIES[nested], headers=headers)

        assert answer.status_code in {400, 404, 422}, (method, path, media_type, answer.text[:200])

    assert len(found) > 10


@pytest.mark.parametrize("depth", [10, 100, 300, 500, 700, 900, 950, 990, 1_000, 1_100, 2_000])
def test_article_whose_extra_is_deep_is_taken_or_refused(client: httpx.Client, depth: int) -> None:
    body = b'{"title":"a","extra":{"x":' + b"[" * depth + b"]" * depth + b"}}"

    answer = client.post("/v1/articles", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in {202, 422}, answer.text


@pytest.mark.parametrize("path", ["/v1/search", "/v1/alerts", "/v1/matches", "/v1/keys"])
def test_cursor_that_is_nested_is_refused(client: httpx.Client, path: str) -> None:
    for content in (b"[" * 3_000, b'["' + b"x" * 10 + b'",' + b"[" * 2_900):
        cursor = base64.urlsafe_b64encode(content).decode().rstrip("=")

        assert client.get(path, params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("depth", [50, 500, 5_000, 50_000])
def test_query_that_is_nested_is_answered(client: httpx.Client, depth: int) -> None:
    query = "(" * depth + "ferry" + ")" * depth
    checked = client.post("/v1/queries/check", json={"query": query})
    saved = client.post("/v1/alerts", json={"name": "Deep", "query": query})
    found = client.post("/v1/search", json={"q": query})

    assert checked.status_code == 200
    assert {saved.status_code, found.status_code} <= {200, 201, 422}
