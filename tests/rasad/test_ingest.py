"""`rasad ingest`: a line per item in the order of the input, and everything searchable after."""

import os
import socket
from pathlib import Path

import pytest

from command_line import Made, rasad
from news import ARABIC, FERRY, FRENCH, jsonl
from rasad_core.runtime import lock


def test_each_line_has_its_outcome_in_order(made: Made) -> None:
    *items, summary = made.ran.lines

    assert [(item["line"], item["outcome"]) for item in items] == [
        (1, "new"),
        (2, "revised"),
        (3, "copy"),
        (4, "new"),
        (5, "new"),
        (6, "new"),
        (7, "unchanged"),
        (8, "refused"),
        (9, "refused"),
        (10, "new"),
    ]
    assert summary == {"summary": {"new": 5, "revised": 1, "unchanged": 1, "copy": 1, "refused": 2}}
    assert made.ran.status == 1


def test_every_line_has_every_key(made: Made) -> None:
    keys = {"outcome", "article_id", "url", "what", "line", "reason", "message"}

    assert all(set(item) == keys for item in made.ran.lines[:-1])
    assert {item["what"] for item in made.ran.lines[:-1]} == {str(made.wire)}


def test_refusals_name_reason_and_place(made: Made) -> None:
    broken, empty = made.ran.lines[7:9]

    assert broken["reason"] == "malformed"
    assert f"{made.wire}:8" in broken["message"]
    assert (empty["reason"], empty["line"]) == ("empty", 9)
    assert empty["message"].startswith("enrich: ")
    assert empty["article_id"] is not None


def test_same_article_keeps_its_id(made: Made) -> None:
    items = made.ran.lines

    assert items[0]["article_id"] == items[1]["article_id"] != items[2]["article_id"]
    assert items[0]["url"] == FERRY["url"]
    assert items[9]["url"] is None


@pytest.mark.slow
def test_bad_input_never_stops_the_rest(own_archive: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Tide tables for the week\n\nHigh water comes at seven and again at eight.\n")

    ran = rasad(
        "ingest", tmp_path / "missing.jsonl", "http://127.0.0.1:9/feed", page, "-",
        "--url", "https://tides.example/week", "--data", own_archive, "--json",
        stdin=jsonl({**FRENCH, "url": "https://lequai.example/a/78", "text": "Autre sujet ici."}),
    )  # fmt: skip

    assert [item.get("outcome") for item in ran.lines] == ["refused", "refused", "new", "new", None]
    assert [item["reason"] for item in ran.lines[:2]] == ["not_found", "forbidden"]
    assert ran.lines[2]["url"] == "https://tides.example/week"
    assert ran.lines[3]["what"] == "-"
    assert ran.status == 1
    found = rasad("search", "tide*", "--data", own_archive, "--json").lines
    assert [hit["url"] for hit in found] == ["https://tides.example/week"]


@pytest.mark.slow
def test_what_people_see_is_the_refusals_and_a_sum(own_archive: Path) -> None:
    ran = rasad("ingest", "-", "--data", own_archive, stdin=jsonl(ARABIC, "[]", FRENCH))

    refusal, total = ran.out.splitlines()
    assert refusal.startswith("refused  malformed  -:2: ")
    assert total.startswith("2 unchanged, 1 refused in ")
    assert ran.status == 1


@pytest.mark.slow
def test_article_past_retention_is_refused_as_expired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASAD_RETENTION_DAYS", "30")

    ran = rasad(
        "ingest", "-", "--data", tmp_path / "data", "--json", "--origin", "backfill",
        stdin=jsonl({"title": "Long ago", "text": "It was so.", "published": "2020-01-01"}),
    )  # fmt: skip

    item, _ = ran.lines
    assert (item["outcome"], item["reason"]) == ("refused", "expired")
    assert "RASAD_RETENTION_DAYS" in item["message"]


def test_folder_in_use_by_a_command_is_refused_with_its_process(tmp_path: Path) -> None:
    with lock.hold(tmp_path):
        ran = rasad("ingest", "-", "--data", tmp_path, stdin=jsonl(FERRY))

    assert ran.status == 3
    assert f"process {os.getpid()} works in" in ran.err
    assert ran.out == ""


def test_program_that_does_not_answer_is_away(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with lock.hold(tmp_path, address=address):
            ran = rasad("ingest", "-", "--data", tmp_path, stdin=jsonl(FERRY))

    assert ran.status == 3
    assert f"{address} does not answer" in ran.err
    assert ran.out == ""


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    ran = rasad("ingest", "-", "--data", tmp_path / "file" / "data", stdin=jsonl(FERRY))

    assert ran.status == 1
    assert ran.err.startswith("rasad: cannot make the folder")


def test_nothing_in_is_nothing_done(tmp_path: Path) -> None:
    ran = rasad("ingest", "-", "--as", "jsonl", "--data", tmp_path / "data", "--json")

    assert ran.status == 0
    assert set(ran.lines[0]["summary"].values()) == {0}
