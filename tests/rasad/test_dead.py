"""`rasad dead`: the one article of the wire that analysis gave up on."""

from pathlib import Path

import pytest

from command_line import rasad


def test_dead_letter_is_listed_with_every_key(archive: Path) -> None:
    (letter,) = rasad("dead", "list", "--data", archive, "--json").lines

    assert (letter["stage"], letter["reason"]) == ("enrich", "empty")
    assert letter["topic"] == "articles.raw"
    assert letter["replayed_at"] is None
    assert set(letter) == {
        "dead_id", "stage", "reason", "message", "topic", "partition", "offset", "key", "at",
        "attempts", "replayed_at",
    }  # fmt: skip


def test_list_can_be_narrowed(archive: Path) -> None:
    assert rasad("dead", "list", "--stage", "stories", "--data", archive, "--json").out == ""
    assert rasad("dead", "list", "--reason", "empty", "--data", archive, "--json").out != ""
    assert rasad("dead", "list", "--reason", "boredom", "--data", archive).status == 2
    assert rasad("dead", "list", "--stage", "attic", "--data", archive).status == 2


def test_payload_is_shown_as_it_came(archive: Path) -> None:
    (letter,) = rasad("dead", "list", "--data", archive, "--json").lines

    (shown,) = rasad("dead", "show", letter["dead_id"], "--data", archive, "--json").lines
    told = rasad("dead", "show", letter["dead_id"], "--data", archive)

    assert shown["value"].startswith('{"schema":"article-fetched/1"')
    assert "trace_id" in shown["headers"]
    assert shown["value"] in told.out
    assert rasad("dead", "show", "enrich-0-99", "--data", archive).status == 1


def test_drop_asks_first_and_hides_for_good(own_archive: Path) -> None:
    (letter,) = rasad("dead", "list", "--data", own_archive, "--json").lines

    assert rasad("dead", "drop", letter["dead_id"], "--data", own_archive).status == 2
    assert rasad("dead", "drop", "--yes", "--data", own_archive).status == 2
    ran = rasad("dead", "drop", letter["dead_id"], "--yes", "--data", own_archive, "--json")

    assert ran.lines == [{"dropped": 1}]
    assert rasad("dead", "list", "--data", own_archive, "--json").out == ""


def test_drop_by_reason(own_archive: Path) -> None:
    ran = rasad("dead", "drop", "--reason", "empty", "--yes", "--data", own_archive)

    assert ran.out == "1 dropped\n"


@pytest.mark.slow
def test_replay_goes_through_the_stage_again_and_once(own_archive: Path) -> None:
    arguments = ("dead", "replay", "--stage", "enrich", "--data", own_archive, "--json")

    assert rasad(*arguments).status == 2  # nobody said yes
    assert rasad(*arguments, "--dry-run").lines == [{"replayed": 1, "skipped": 0, "failed": 0}]
    assert rasad(*arguments, "--yes").lines == [{"replayed": 1, "skipped": 0, "failed": 0}]

    first, again = rasad("dead", "list", "--data", own_archive, "--json").lines
    assert first["replayed_at"] is not None
    assert (again["reason"], again["replayed_at"]) == ("empty", None)
    both = rasad("dead", "replay", "--id", first["dead_id"], "--yes", "--data", own_archive)
    assert both.out == "0 replayed, 1 skipped, 0 failed\n"
