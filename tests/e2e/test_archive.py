"""The archive as a whole, through the real command: files in, found once, whatever happens."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kill_rounds import run_rounds
from news import COPIED_FERRY, CORRECTED_FERRY, FERRY, FRENCH, WIRE, jsonl

pytestmark = pytest.mark.slow


def rasad(*arguments: object, status: int = 0) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "rasad", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == status, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_same_file_five_times_is_one_article_with_one_revision(tmp_path: Path) -> None:
    file, data = tmp_path / "wire.jsonl", tmp_path / "data"
    file.write_text(jsonl(FERRY, FRENCH), encoding="utf-8")

    first = rasad("ingest", file, file, "--data", data, "--json")
    again = rasad("ingest", file, file, file, "--data", data, "--json")

    assert first[-1]["summary"] == {
        "new": 2, "revised": 0, "unchanged": 2, "copy": 0, "refused": 0,
    }  # fmt: skip
    assert {item.get("outcome") for item in again[:-1]} == {"unchanged"}
    there = rasad("export", "", "--data", data)
    assert [(each["url"], each["revision"]) for each in there] == [
        (FRENCH["url"], 1),
        (FERRY["url"], 1),
    ]


def test_correction_and_copy_in_later_runs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for number, record in enumerate((FERRY, CORRECTED_FERRY, COPIED_FERRY)):
        (tmp_path / f"{number}.jsonl").write_text(jsonl(record), encoding="utf-8")

    said = [
        rasad("ingest", tmp_path / f"{number}.jsonl", "--data", data, "--json")[0]["outcome"]
        for number in range(3)
    ]

    assert said == ["new", "revised", "copy"]
    copy, ferry = rasad("export", "", "--data", data)
    assert (ferry["revision"], ferry["change"]) == (2, "corrected")
    assert ferry["text"] == CORRECTED_FERRY["text"]
    assert copy["story_id"] == ferry["story_id"]
    assert copy["copy_of"] == ferry["article_id"]


def test_archive_and_enrich_agree_on_every_article(tmp_path: Path) -> None:
    file, data = tmp_path / "wire.jsonl", tmp_path / "data"
    good = [each for each in WIRE[2:6] if isinstance(each, dict)]
    file.write_text(jsonl(*good), encoding="utf-8")

    rasad("ingest", file, "--data", data, "--json")
    stored = {each["article_id"]: each for each in rasad("export", "", "--data", data)}

    for article in rasad("enrich", file):
        kept = stored[article["article_id"]]
        same = set(article) - {"fetched_at"}
        assert {name: article[name] for name in same} == {name: kept[name] for name in same}
    assert len(stored) == 4


def test_asked_to_stop_it_ends_with_a_note_and_the_next_command_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "rasad", "ingest", "-", "--data", str(data), "--json"]
    many = jsonl(*({**FERRY, "url": f"https://a.example/{at}"} for at in range(150)))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(many)
        program.stdin.flush()  # and left open: it waits for more
        # An item is reported though the input goes on.
        first = json.loads(program.stdout.readline())
        program.terminate()
        status = program.wait(timeout=25)
        summary = json.loads(program.stdout.readlines()[-1])
        note = program.stderr.read()

    assert first["outcome"] == "new"
    assert status == 1
    assert summary["summary"]["new"] >= 1
    assert "rasad: stopped; the next command on this folder finishes" in note
    assert len(rasad("export", "", "--data", data)) == 150


def test_kill_at_any_moment_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    count = run_rounds(tmp_path, rounds=5, articles=60, seed=20260301)

    assert count.sound, count
    assert count.before_the_first_line + count.midway >= 2
