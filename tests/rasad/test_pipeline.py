"""The stages over one folder: what an earlier run left, a stop, a failing stage."""

import threading
from pathlib import Path

import pytest

from command_line import rasad
from news import FERRY, FRENCH, jsonl
from rasad.embedded import working
from rasad.intake import Input, take_in
from rasad.pipeline import Pipeline, unfinished
from rasad_core.intake.articles import Context, article
from rasad_core.intake.items import Limits
from rasad_core.intake.publish import to_message
from rasad_core.runtime import lock
from rasad_core.runtime.consume import Outcome
from rasad_core.runtime.settings import Settings, read_settings


def settings_of(folder: Path) -> Settings:
    return read_settings({"RASAD_DATA": str(folder), "RASAD_LOG_LEVEL": "error"})


def leave_in_the_log(folder: Path, *titles: str) -> None:
    """Publish articles and go away before any stage has seen them."""
    with working(settings_of(folder)) as archive:
        context = Context(
            now=archive.clock.now(), origin="live", limits=Limits(), new_trace_id=lambda: "earlier"
        )
        archive.log.publish(
            [
                to_message(article(context, form="record", content=title, title=title))
                for title in titles
            ]
        )
        assert unfinished(archive) == len(titles)


@pytest.mark.slow
def test_search_first_finishes_what_an_earlier_run_left(tmp_path: Path) -> None:
    leave_in_the_log(tmp_path, "Left behind at the quay", "And another")

    with lock.hold(tmp_path):
        assert rasad("search", "quay", "--data", tmp_path, "--json").out == ""
    (hit,) = rasad("search", "quay", "--data", tmp_path, "--json").lines

    assert hit["title"] == "Left behind at the quay"
    with working(settings_of(tmp_path)) as archive:
        assert unfinished(archive) == 0


@pytest.mark.slow
def test_ingest_finishes_it_too_and_reports_its_own_items_only(tmp_path: Path) -> None:
    leave_in_the_log(tmp_path, "Left behind at the quay")

    ran = rasad("ingest", "-", "--data", tmp_path, "--json", stdin=jsonl(FERRY))

    assert [item.get("outcome") for item in ran.lines] == ["new", None]
    assert len(rasad("export", "", "--data", tmp_path).lines) == 2


def test_stop_leaves_what_was_accepted_in_the_log(tmp_path: Path) -> None:
    stop = threading.Event()
    with working(settings_of(tmp_path)) as archive:
        stop.set()
        file = tmp_path / "wire.jsonl"
        file.write_text(jsonl(FERRY, FRENCH), encoding="utf-8")

        assert list(take_in(archive, Input(what=[str(file)]), stop)) == []
        assert unfinished(archive) == 0


def test_damaged_state_of_stories_is_named_with_the_remedy(tmp_path: Path) -> None:
    leave_in_the_log(tmp_path, "Left behind at the quay")
    (tmp_path / "stories.db").write_bytes(b"rubbish" * 1000)

    ran = rasad("search", "quay", "--data", tmp_path)

    assert ran.status == 1
    assert "remove it, and it is rebuilt from the log" in ran.err


@pytest.mark.slow
def test_failure_of_a_stage_is_raised_and_nothing_hangs_or_is_lost(tmp_path: Path) -> None:
    leave_in_the_log(tmp_path, "Left behind at the quay")

    def fail(outcome: Outcome) -> None:
        if outcome.stage == "stories":
            raise OSError("the observer broke")

    with (
        working(settings_of(tmp_path)) as archive,
        pytest.raises(OSError, match="the observer broke"),
        Pipeline(archive, fail, threading.Event()),
    ):
        pass

    assert len(rasad("search", "quay", "--data", tmp_path, "--json").lines) == 1
