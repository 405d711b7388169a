"""`rasad search` on one archive: what is found, in what form, and what is refused."""

import re
from pathlib import Path

import pytest

from command_line import rasad
from news import ARABIC, COPIED_FERRY, CORRECTED_FERRY, FRENCH, TURKISH

FERRIES = {CORRECTED_FERRY["url"], COPIED_FERRY["url"]}


def urls(archive: Path, *arguments: str) -> list[object]:
    ran = rasad("search", *arguments, "--data", archive, "--json")
    assert ran.status == 0, ran.err
    return [hit["url"] for hit in ran.lines if "article_id" in hit]


def test_arabic_word_is_found_behind_its_proclitic(archive: Path) -> None:
    (hit,) = rasad("search", "تركيا", "--data", archive, "--json").lines

    assert hit["url"] == ARABIC["url"]
    (span,) = hit["highlights"]
    assert str(ARABIC["text"])[span["start"] : span["end"]] == "لتركيا"
    (mark,) = hit["snippet"]["marks"]
    assert hit["snippet"]["text"][slice(*mark)] == "لتركيا"
    assert "text" not in hit


def test_corrected_article_is_found_by_its_new_text_only(archive: Path) -> None:
    assert urls(archive, '"three hundred passengers"') == [CORRECTED_FERRY["url"]]
    assert urls(archive, '"four hundred passengers"') == [COPIED_FERRY["url"]]
    (hit,) = rasad("search", '"three hundred"', "--data", archive, "--json").lines
    assert (hit["revision"], hit["change"]) == (2, "corrected")


def test_copy_is_in_the_story_of_its_original(archive: Path) -> None:
    hits = rasad("search", "ferry AND mersin", "--data", archive, "--json").lines

    assert {hit["url"] for hit in hits} == FERRIES
    assert len({hit["story_id"] for hit in hits}) == 1
    story = hits[0]["story_id"]
    assert set(urls(archive, f"story:{story}")) == FERRIES


def test_folded_story_is_shown_once(archive: Path) -> None:
    arguments = ["ferry AND mersin", "--fold", "story", "--data", archive]
    as_json, to_people = rasad("search", *arguments, "--json"), rasad("search", *arguments)

    (hit,) = as_json.lines
    (note,) = as_json.notes
    assert hit["url"] in FERRIES
    assert hit["copies"] == 1
    assert (note["total"], note["stories"]) == (2, 1)
    assert to_people.out.rstrip().endswith(" · 1 more of this story")
    assert to_people.err.startswith("1 of 1 stories, 2 articles, in ")


def test_total_and_time_are_a_json_line_beside_the_hits(archive: Path) -> None:
    ran = rasad("search", "", "--limit", "2", "--data", archive, "--json")

    (note,) = ran.notes
    assert note["total"] == 6
    assert note["took_ms"] > 0
    assert len(ran.lines) == 2


def test_nothing_found_is_no_failure(archive: Path) -> None:
    ran = rasad("search", "zeppelin", "--data", archive, "--json")

    assert (ran.status, ran.out) == (0, "")
    assert ran.notes[0]["total"] == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--lang", "ar"], [ARABIC["url"]]),
        (["--lang", "fr", "--lang", "tr"], [TURKISH["url"], FRENCH["url"]]),
        (["--source", "Le Quai"], [FRENCH["url"]]),
        (["--country", "tr", "--source", "valley post"], [COPIED_FERRY["url"]]),
        (["--entity", "أنقرة", "--entity", "nobody"], [ARABIC["url"]]),
        (["--country", "tr", "--lang", "fr"], []),
        (["--since", "2026-03-06", "--until", "2026-03-07"], [TURKISH["url"]]),
        (["--since", "2026-03-06T18:45:00+03:00", "--until", "2026-03-07"], [TURKISH["url"]]),
        (["--since", "2026-03-06T15:45:01Z", "--until", "2026-03-07"], []),
        (
            ["--until", "2026-03-05T12:00:00Z", "--sort", "oldest", "--source", "المرسى"],
            [ARABIC["url"]],
        ),
    ],
)
def test_filters(archive: Path, options: list[str], expected: list[object]) -> None:
    assert urls(archive, "", *options) == expected


def test_sorts(archive: Path) -> None:
    query = "liman* OR marché OR port"

    newest = urls(archive, query)

    assert newest[:2] == [TURKISH["url"], FRENCH["url"]]
    assert len(newest) == 4
    assert urls(archive, query, "--sort", "oldest") == newest[::-1]
    assert set(urls(archive, query, "--sort", "relevance")) == set(newest)


def test_more_hits_than_a_page_of_the_index_are_all_given(archive: Path) -> None:
    assert len(urls(archive, "", "--limit", "100000")) == 6


def test_facets_are_the_last_line(archive: Path) -> None:
    ran = rasad("search", "", "--facets", "language,source", "--data", archive, "--json")

    last = ran.lines[-1]
    assert last["total"] == 6
    assert {"value": "ar", "count": 1} in last["facets"]["language"]
    assert {"value": "Valley Post", "count": 1} in last["facets"]["source"]


def test_text_is_included_on_request(archive: Path) -> None:
    ran = rasad("search", "poissons", "--include", "text", "--data", archive, "--json")

    assert ran.lines[0]["text"] == FRENCH["text"]


def test_people_read_title_snippet_and_source(archive: Path) -> None:
    ran = rasad("search", "العبارة", "--facets", "lang", "--data", archive)

    title, piece, about, _, *facet = ran.out.splitlines()
    assert title == ARABIC["title"]
    assert "العبارة ستعود" in piece
    assert about == f"المرسى · 2026-03-04 06:30 · ar · {ARABIC['url']}"
    assert facet == ["lang", "       1  ar"]
    assert re.fullmatch(r"1 of 1 in [\d.]+ ms\n", ran.err)


def test_bad_query_is_json_on_request(archive: Path) -> None:
    ran = rasad("search", "a AND (b OR c AND d)", "--data", archive, "--json")

    assert ran.status == 1
    (answer,) = ran.lines
    assert answer["ok"] is False
    assert set(answer["errors"][0]) == {"code", "message", "start", "end", "suggestion"}


def test_bad_query_shows_its_place(archive: Path) -> None:
    ran = rasad("search", "harbour AND title:", "--data", archive)

    assert ran.status == 1
    _, query, caret, *_ = ran.out.splitlines()
    assert query == "  harbour AND title:"
    assert caret.strip("^ ") == ""
    assert query[caret.index("^")] == "t"


@pytest.mark.parametrize(
    "arguments",
    [
        ["x", "--since", "yesterday"],
        ["x", "--facets", "shoe_size"],
        ["x", "--limit", "-1"],
        ["x", "--sort", "best"],
        ["x", "--no-such-option"],
        [],
    ],
)
def test_wrong_use_is_status_two(archive: Path, arguments: list[str]) -> None:
    assert rasad("search", *arguments, "--data", archive).status == 2


def test_folder_without_an_archive_is_refused_and_not_made(tmp_path: Path) -> None:
    ran = rasad("search", "x", "--data", tmp_path / "nowhere")

    assert ran.status == 1
    assert "there is no archive in" in ran.err
    assert not (tmp_path / "nowhere").exists()


def test_folder_may_be_named_by_the_environment(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASAD_DATA", str(archive))

    assert rasad("search", "vinç", "--json").lines[0]["url"] == TURKISH["url"]


def test_running_program_cannot_be_asked_yet() -> None:
    ran = rasad("search", "x", "--api", "http://127.0.0.1:1")

    assert ran.status == 3
    assert "--data" in ran.err
