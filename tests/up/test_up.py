"""`rasad up` as its users run it: it serves, survives kills, ends cleanly, and commands work beside it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import rasad
from news import FERRY, FRENCH, jsonl
from rasad_core.runtime import lock
from up_program import pushed, running, until
from up_rounds import run_rounds

pytestmark = pytest.mark.slow


def test_pushed_article_is_found_and_its_outcome_is_told(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        (article_id,) = pushed(program, FERRY)
        hits = until(lambda: program.get("/v1/search?q=ferry")["hits"])
        again = program.post("/v1/articles", FERRY)["accepted"][0]
        told = until(
            lambda: (
                (
                    answer := program.get(
                        f"/v1/articles/{article_id}/outcome?trace_id={again['trace_id']}"
                    )
                )["outcome"]
                != "pending"
                and answer
            )
        )

    assert [hit["article_id"] for hit in hits] == [article_id]
    assert told["outcome"] == "unchanged"


def test_commands_work_beside_it_through_its_api(tmp_path: Path) -> None:
    with running(tmp_path):
        holder = lock.holder(tmp_path)
        ran = rasad("ingest", "-", "--data", tmp_path, "--json", stdin=jsonl(FERRY, FRENCH, FERRY))
        found = rasad("search", "ferry", "--data", tmp_path, "--json")
        refused = rasad("restore", "nothing", "--data", tmp_path, "--yes")

    assert holder is not None
    assert holder.address is not None
    assert [line.get("outcome") for line in ran.lines] == ["new", "new", "unchanged", None]
    assert ran.lines[-1]["summary"]["new"] == 2
    assert len(found.lines) == 1
    assert refused.status == 3


def test_alert_made_before_it_runs_fires_in_it(tmp_path: Path) -> None:
    made = rasad(
        "alert", "add", "--name", "Ferries", "--query", "ferry", "--data", tmp_path, "--json"
    )
    alert_id = made.lines[0]["alert_id"]
    with running(tmp_path) as program:
        (article_id,) = pushed(program, FERRY | {"published": None})
        matches = until(lambda: program.get(f"/v1/alerts/{alert_id}/matches")["matches"])
        rasad("alert", "pause", alert_id, "--data", tmp_path, "--json")
        paused = program.get(f"/v1/alerts/{alert_id}")

    assert [each["article_id"] for each in matches] == [article_id]
    assert matches[0]["notification"]["state"] == "delivered"
    assert paused["state"] == "paused"


def test_deleted_article_stays_gone_when_it_is_pushed_again(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        (article_id,) = pushed(program, FERRY)
        until(lambda: program.client.get(f"/v1/articles/{article_id}").status_code == 200)
        deleted = program.client.delete(f"/v1/articles/{article_id}")
        until(lambda: program.client.get(f"/v1/articles/{article_id}").status_code == 404)
        again = rasad("ingest", "-", "--data", tmp_path, "--json", stdin=jsonl(FERRY))
        total = program.get("/v1/search?q=ferry")["total"]

    assert deleted.status_code == 204
    assert [line.get("reason") for line in again.lines] == ["deleted", None]
    assert total == 0


def test_second_program_on_the_folder_is_told_who_works_there(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        second = subprocess.run(
            [sys.executable, "-m", "rasad", "up", "--data", tmp_path, "--port", "0"],
            capture_output=True,
            text=True,
            check=False,
        )

    assert second.returncode == 3
    assert program.address in second.stderr


def test_killed_parent_leaves_no_orphan_and_the_next_program_takes_over(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        orphans = [program.child("work"), program.child("serve")]
        pushed(program, FERRY)
        program.process.send_signal(signal.SIGKILL)
        program.process.wait()
    with running(tmp_path) as program:
        until(lambda: program.get("/v1/search?q=ferry")["total"] == 1)

    for orphan in orphans:
        assert orphan is not None
        with pytest.raises(ProcessLookupError):
            os.kill(orphan, 0)


def test_port_in_use_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with running(tmp_path / "one") as program:
        port = program.address.rpartition(":")[2]
        second = rasad("up", "--data", tmp_path / "two", "--port", port)

    assert second.status == 1
    assert "--port" in second.err


def test_open_address_needs_the_admin_key(tmp_path: Path) -> None:
    refused = rasad("up", "--data", tmp_path, "--host", "0.0.0.0", "--port", "0")

    assert refused.status == 2
    assert "RASAD_API_ADMIN_KEY" in refused.err


def test_kill_of_either_process_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    count = run_rounds(tmp_path, rounds=6, seed=20261125)

    assert count.sound, count
    assert count.accepted >= 6
    assert count.kills >= 3


def test_alerts_are_exported_and_imported(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    rasad("alert", "add", "--name", "فيضان", "--query", "فيضان OR flood*", "--data", one)
    exported = rasad("alert", "export", "--data", one)
    file = tmp_path / "alerts.jsonl"
    file.write_text(exported.out + '{"name": "broken", "query": "a OR b AND c"}\n', "utf-8")

    imported = rasad("alert", "import", file, "--data", two, "--json")

    assert imported.status == 1
    assert "alerts.jsonl:2" in imported.err
    assert [(each["name"], each["query"]) for each in imported.lines] == [
        ("فيضان", "فيضان OR flood*")
    ]
    assert json.loads(exported.out)["name"] == "فيضان"


def test_metrics_tell_what_the_working_process_counts(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        pushed(program, FERRY | {"published": None})
        counted = until(
            lambda: (
                text
                if 'outcome="done",reason="",stage="index"} 1.0'
                in (text := program.client.get("/metrics").text)
                else ""
            )
        )

    assert "rasad_api_requests_total" in counted
    assert (
        'rasad_lag_messages{partition="0",stage="index",topic="articles.enriched"} 0.0' in counted
    )
    assert "rasad_published_to_searchable_seconds_count 1.0" in counted
    assert "rasad_engine_alerts 0.0" in counted
