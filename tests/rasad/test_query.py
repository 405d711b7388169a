"""`rasad query check`, and what the command line is as a whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from command_line import rasad


def test_good_query_is_read_back() -> None:
    ran = rasad("query", "check", "a AND title:b", "--json")

    (report,) = ran.lines
    assert ran.status == 0
    assert set(report) == {"ok", "query", "words", "warnings", "cost"}
    assert (report["ok"], report["query"]) == (True, "a AND title:b")


def test_bad_query_has_errors_with_places() -> None:
    ran = rasad("query", "check", "a OR b AND c", "--json")

    (report,) = ran.lines
    assert ran.status == 1
    assert report["ok"] is False
    assert report["errors"][0]["code"] == "mixed-operators"
    assert report["errors"][0]["suggestion"]


def test_query_may_come_from_standard_input() -> None:
    assert rasad("query", "check", "-", "--json", stdin="جيش\n").lines[0]["query"] == "جيش"


def test_input_that_is_no_utf8_is_refused() -> None:
    ran = rasad("query", "check", "-", stdin=b"a\xff")

    assert ran.status == 1
    assert "not UTF-8 at byte 1" in ran.err


def test_people_read_the_canonical_form_and_words() -> None:
    ran = rasad("query", "check", "ship*")

    assert ran.out.splitlines()[0] == "ship*"
    assert len(ran.out.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments", [["fly"], ["query"], ["query", "chek", "x"], ["--nonsense"], ["query", "check"]]
)
def test_unknown_command_or_missing_argument_is_wrong_use(arguments: list[str]) -> None:
    assert rasad(*arguments).status == 2


def test_wrong_setting_stops_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASAD_DAAT", "/x")

    ran = rasad("query", "check", "x")

    assert ran.status == 2
    assert ran.err == "rasad: RASAD_DAAT is no setting of Rasad; did you mean RASAD_DATA?\n"


def test_version_and_help_are_printed() -> None:
    assert rasad("--version").out.startswith("rasad 0.")
    helped = rasad("--help")
    assert helped.status == 0
    for command in ("ingest", "search", "enrich", "match", "query", "dead", "export", "doctor"):
        assert command in helped.out


def test_light_command_imports_nothing_heavy() -> None:
    program = (
        "import sys; from rasad.__main__ import main; main(['query', 'check', 'x']);"
        "print(*sorted(sys.modules), sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    heavy = {"sqlite3", "numpy", "structlog", "rich", "lxml", "wordfreq", "rasad_enrich"}
    assert heavy & set(ran.stdout.split()) == set()


def test_module_and_script_are_the_same_door() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "rasad", "query", "check", "تركيا"], capture_output=True, check=True
    )

    assert ran.stdout.decode().splitlines()[0] == "تركيا"


def test_output_that_cannot_be_written_is_a_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "rasad", "query", "check", "x"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)

    assert ran.returncode == 1
    assert b"No space left" in ran.stderr
    assert b"Traceback" not in ran.stderr
