"""`rasad enrich` and `rasad match`: articles in, lines out, no store."""

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, rasad
from news import ARABIC, COPIED_FERRY, FERRY, WIRE, jsonl

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def enriched() -> Ran:
    return rasad("enrich", "-", "--as", "jsonl", stdin=jsonl(*WIRE))


def test_a_line_per_item_in_the_order_of_the_input(enriched: Ran) -> None:
    shown = [line.get("url", "refused" in line) for line in enriched.lines]

    assert shown == [
        each["url"] if isinstance(each, dict) and "url" in each else place in {7, 8} or None
        for place, each in enumerate(WIRE)
    ]
    assert enriched.status == 1


def test_refused_lines_say_where_and_why(enriched: Ran) -> None:
    broken, empty = (line["refused"] for line in enriched.lines[7:9])

    assert (broken["line"], broken["reason"], broken["what"]) == (8, "malformed", "-")
    assert (empty["line"], empty["reason"]) == (9, "empty")


def test_every_key_of_the_contract_is_there(enriched: Ran) -> None:
    keys = {
        "article_id", "revision", "change", "url", "domain", "title", "lead", "text", "source",
        "author", "country", "section", "language", "published", "fetched_at", "origin",
        "story_id", "tags", "extra", "entities", "topics", "keyphrases", "dates", "analyser",
        "problems",
    }  # fmt: skip

    assert all(keys <= set(line) for line in enriched.lines if "refused" not in line)


def test_stories_are_those_of_the_input(enriched: Ran) -> None:
    ferry, corrected, copy, *others = (line for line in enriched.lines if "refused" not in line)

    assert ferry["story_id"] == corrected["story_id"] == copy["story_id"]
    assert ferry["story_id"] not in {other["story_id"] for other in others}
    assert [ferry["revision"], corrected["revision"], copy["revision"]] == [1, 2, 1]


def test_repeated_article_has_a_line_of_its_own(enriched: Ran) -> None:
    first, again = enriched.lines[5:7]

    assert first["article_id"] == again["article_id"]
    assert (again["revision"], again["story_id"]) == (1, first["story_id"])
    assert again["text"] == first["text"]


def test_mentions_are_where_they_say(enriched: Ran) -> None:
    mentions = [
        (line[mention["field"]][mention["start"] : mention["end"]], mention["text"])
        for line in enriched.lines
        if "refused" not in line
        for entity in line["entities"]
        for mention in entity["mentions"]
    ]

    assert mentions
    assert all(there == said for there, said in mentions)


ALERTS = jsonl(
    {"alert_id": "ferries", "query": "ferry AND mersin"},
    {"alert_id": "broken", "query": "ferry AND"},
    {"alert_id": "turkey", "query": "تركيا"},
    {"alert_id": "in-arabic", "query": "lang:ar AND entity:Ankara"},
    "no json",
    {"alert_id": "never", "query": "zeppelin"},
    {"alert_id": "turkey", "query": "again"},
)


def pairs(ran: Ran) -> list[tuple[Any, str]]:
    return [(line["url"], line["alert_id"]) for line in ran.lines]


@pytest.mark.parametrize("engine", ["compiled", "python", "reference"])
def test_matches_are_told_and_bad_alerts_skipped(tmp_path: Path, engine: str) -> None:
    alerts = tmp_path / "alerts.jsonl"
    alerts.write_text(ALERTS, encoding="utf-8")

    ran = rasad(
        "match", "--alerts", alerts, "-", "--engine", engine,
        stdin=jsonl(FERRY, ARABIC, "oh", COPIED_FERRY),
    )  # fmt: skip

    assert pairs(ran) == [
        (FERRY["url"], "ferries"),
        (ARABIC["url"], "turkey"),
        (ARABIC["url"], "in-arabic"),
        (COPIED_FERRY["url"], "ferries"),
    ]
    assert ran.status == 1
    (span,) = ran.lines[1]["spans"]
    assert str(ARABIC["text"])[span["start"] : span["end"]] == "لتركيا"
    assert (span["field"], span["clause"]) == ("text", "تركيا")
    *problems, statistics = ran.notes
    assert [(each.get("alert_id"), each.get("line")) for each in problems] == [
        ("broken", 2),
        (None, 5),
        ("turkey", 7),
        (None, None),
    ]
    assert problems[0]["errors"][0]["code"] == "missing-operand"
    assert problems[3]["refused"]["line"] == 3
    assert (statistics["articles"], statistics["alerts"], statistics["matches"]) == (3, 4, 4)
    assert set(statistics) == {
        "build_seconds", "articles", "alerts", "matches", "cpu_seconds",
        "articles_per_cpu_second", "p50_ms", "p99_ms", "peak_rss_mb",
    }  # fmt: skip


def test_spans_are_left_out_on_request(tmp_path: Path) -> None:
    alerts = tmp_path / "alerts.jsonl"
    alerts.write_text(jsonl({"alert_id": "a", "query": "ferry"}), encoding="utf-8")
    articles = tmp_path / "articles.jsonl"
    articles.write_text(jsonl(FERRY), encoding="utf-8")

    ran = rasad("match", "--alerts", alerts, articles, "--no-spans")

    assert [set(line) for line in ran.lines] == [{"url", "article_id", "alert_id"}]
    assert ran.status == 0


def test_articles_are_matched_as_what_enrich_says_of_them(tmp_path: Path, enriched: Ran) -> None:
    story = enriched.lines[0]["story_id"]
    alerts = tmp_path / "alerts.jsonl"
    alerts.write_text(jsonl({"alert_id": "a", "query": f"story:{story}"}), encoding="utf-8")

    ran = rasad("match", "--alerts", alerts, "-", "--no-spans", stdin=jsonl(*WIRE))

    assert [line["article_id"] for line in ran.lines] == [
        line["article_id"] for line in enriched.lines if line.get("story_id") == story
    ]


def test_alert_of_which_something_is_wrong_is_named(tmp_path: Path) -> None:
    alerts = tmp_path / "alerts.jsonl"
    given = [
        json.dumps(each)
        for each in ({"alert_id": "a", "query": 5}, {"alert_id": "b"}, {"alert_id": 7}, [1])
    ]
    surrogate = '{"alert_id": "c", "query": "quay \\ud800 ferry"}\n'
    deep = '{"alert_id": "d", "query": ' + "[" * 100_000 + "\n"
    alerts.write_text(jsonl(*given) + surrogate + deep, encoding="utf-8")

    ran = rasad("match", "--alerts", alerts, "-", stdin=jsonl(FERRY))

    assert [each.get("alert_id") for each in ran.notes[:6]] == ["a", "b", None, None, "c", None]
    assert {each["reason"] for each in ran.notes[:6]} == {"malformed"}


def test_missing_alerts_are_refused(tmp_path: Path) -> None:
    ran = rasad("match", "--alerts", tmp_path / "a")

    assert ran.status == 1
    assert "cannot read the alerts" in ran.err
