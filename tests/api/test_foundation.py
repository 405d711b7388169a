"""What holds for every address: problems, headers, documentation."""

import re

import httpx
import pytest


def test_program_says_that_it_lives_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"live": True}
    assert client.get("/readyz").json() == {"ready": True}


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
