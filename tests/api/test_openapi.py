"""The OpenAPI document is true and whole, and so are the errors of every operation in it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

MakeClient = Callable[..., httpx.Client]
METHODS = ("get", "put", "post", "patch", "delete")


@pytest.fixture
def document(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def is_stream(operation: dict[str, Any]) -> bool:
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_document_is_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"key", "cookie"}


def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    found = list(operations(document))

    assert len({operation["operationId"] for _, _, operation in found}) == len(found)
    for _, path, operation in found:
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        assert "default" in operation["responses"], path
        assert "security" in operation, path


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(references(document)) <= named


def test_answers_have_the_fields_of_our_models(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert {"total", "hits", "facets", "next_cursor"} <= set(schemas["SearchJson"]["required"])
    assert "from" in schemas["BucketJson"]["properties"]
    assert "HTTPValidationError" not in schemas


def test_only_open_paths_ask_for_no_key(document: dict[str, Any]) -> None:
    without = {path for _, path, each in operations(document) if each["security"] == []}

    assert without >= {"/livez", "/readyz", "/metrics"}
    assert not [path for path in without if path.startswith("/v1/")]


def test_every_operation_refuses_strangers_with_a_problem(
    document: dict[str, Any], make_client: MakeClient
) -> None:
    guarded = make_client(admin_key="the-first-key")
    for method, path, operation in operations(document):
        if operation["security"]:
            answer = guarded.request(method, path)
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json", path


@pytest.mark.parametrize("body", [None, b"{", b"[[]]", b"\xff\x00"])
def test_errors_of_every_operation_are_problems(
    document: dict[str, Any], client: httpx.Client, body: bytes | None
) -> None:
    paths = {path for _, path, each in operations(document) if not is_stream(each)}
    for path in sorted(paths):
        for method in METHODS:
            at = path.replace("{", "").replace("}", "")
            answer = client.request(method, f"{at}?limit=x&cursor=x&fetched_at=x", content=body)
            assert answer.status_code < 500, (method, path)
            if answer.is_error:
                kind = answer.headers["content-type"]
                assert kind == "application/problem+json", (method, path)
                problem = answer.json()
                assert problem["status"] == answer.status_code
                assert problem["type"].startswith("/docs/problems#")
                assert problem["title"]
                assert problem["detail"]


def test_docs_list_every_operation(document: dict[str, Any], client: httpx.Client) -> None:
    page = client.get("/docs").text

    for _, path, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page, path
