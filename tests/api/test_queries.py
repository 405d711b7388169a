"""Queries looked at without searching: the language of their reading, and translation."""

import httpx
import pytest


def test_query_of_another_system_is_brought_over(client: httpx.Client) -> None:
    asked = {"query": "ferry W/5 port AND term(x)", "from": "lexisnexis"}
    answer = client.post("/v1/queries/translate", json=asked)

    assert answer.status_code == 200
    assert answer.json()["query"] == "ferry NEAR/5 port"
    assert [piece["text"] for piece in answer.json()["not_carried"]] == ["W/5", "term(x)"]


def test_query_that_leaves_nothing_is_answered(client: httpx.Client) -> None:
    answer = client.post("/v1/queries/translate", json={"query": "has:links", "from": "x"})

    assert (answer.status_code, answer.json()["query"]) == (200, "")
    assert answer.json()["not_carried"][0]["reason"]


@pytest.mark.parametrize("asked", [{"query": "x"}, {"query": "x", "from": "bing"}, {"from": "x"}])
def test_missing_or_unknown_system_is_refused(client: httpx.Client, asked: dict[str, str]) -> None:
    answer = client.post("/v1/queries/translate", json=asked)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] is not None


def test_openapi_describes_the_translation(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]

    assert "/v1/queries/translate" in document["paths"]
    assert set(schemas["ForeignQueryIn"]["required"]) == {"query", "from"}
    assert set(schemas["Translation"]["required"]) == {"query", "not_carried"}


@pytest.mark.parametrize("depth", [50, 5_000, 50_000])
def test_nested_query_is_answered(client: httpx.Client, depth: int) -> None:
    query = "(" * depth + "ferry" + ")" * depth
    answer = client.post("/v1/queries/translate", json={"query": query, "from": "meltwater"})

    assert answer.status_code == 200
    assert answer.json()["query"] or answer.json()["not_carried"]


def test_query_is_read_in_the_language_asked_for(client: httpx.Client) -> None:
    arabic = client.post("/v1/queries/check", json={"query": "ferry", "lang": "ar"})
    other = client.post("/v1/queries/check", json={"query": "ferry", "lang": "xx"})

    assert arabic.json()["words"].startswith("مقالات فيها ")
    assert other.status_code == 422
