"""`rasad backup`, `rasad restore`, `rasad doctor`."""

from pathlib import Path

import pytest

from command_line import rasad
from news import FRENCH, jsonl
from rasad_core.runtime import lock


def findings(folder: Path) -> dict[str, list[dict[str, str]]]:
    by_check: dict[str, list[dict[str, str]]] = {}
    for line in rasad("doctor", "--data", folder, "--json").lines:
        by_check.setdefault(line["check"], []).append(line)
    return by_check


@pytest.mark.slow
def test_backup_comes_back_and_the_stories_with_it(own_archive: Path, tmp_path: Path) -> None:
    backup = tmp_path / "news.backup"
    before = rasad("export", "", "--data", own_archive).out
    assert rasad("backup", backup, "--data", own_archive).status == 0
    later = {**FRENCH, "url": "https://lequai.example/a/99", "text": "Une autre halle, plus tard."}
    rasad("ingest", "-", "--data", own_archive, stdin=jsonl(later))
    assert rasad("export", "", "--data", own_archive).out != before

    assert rasad("restore", backup, "--data", own_archive).status == 2  # nobody said yes
    ran = rasad("restore", backup, "--yes", "--data", own_archive, "--json")

    assert ran.lines[0]["bytes"] > 0
    assert rasad("export", "", "--data", own_archive).out == before
    again = rasad("ingest", "-", "--data", own_archive, "--json", stdin=jsonl(FRENCH, later))
    assert [item.get("outcome") for item in again.lines] == ["unchanged", "new", None]


def test_backup_never_overwrites(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept.backup"
    target.write_text("precious")

    ran = rasad("backup", target, "--data", archive)

    assert (ran.status, target.read_text()) == (1, "precious")
    assert "exists" in ran.err


def test_restore_into_a_new_folder_needs_no_yes(archive: Path, tmp_path: Path) -> None:
    backup, fresh = tmp_path / "b", tmp_path / "fresh"
    rasad("backup", backup, "--data", archive)

    assert rasad("restore", backup, "--data", fresh).status == 0
    assert rasad("export", "", "--data", fresh).out == rasad("export", "", "--data", archive).out


def test_restore_of_rubbish_leaves_the_archive(own_archive: Path, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"this is no backup" * 300)
    before = rasad("export", "", "--data", own_archive).out

    ran = rasad("restore", rubbish, "--yes", "--data", own_archive)

    assert ran.status == 1
    assert rasad("restore", tmp_path / "nothing", "--yes", "--data", own_archive).status == 1
    assert rasad("export", "", "--data", own_archive).out == before


def test_restore_is_refused_while_a_program_works_there(own_archive: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b"
    rasad("backup", backup, "--data", own_archive)

    with lock.hold(own_archive):
        assert rasad("restore", backup, "--yes", "--data", own_archive).status == 3
        assert rasad("search", "ferry", "--data", own_archive).status == 0


def test_doctor_finds_a_sound_archive_sound(archive: Path) -> None:
    ran = rasad("doctor", "--data", archive, "--json")

    assert ran.status == 0
    found = findings(archive)
    assert found["archive"][0]["detail"].endswith("sound")
    assert found["articles"][0]["detail"] == "6 in the index"
    assert [each["state"] for each in found["log"]] == ["ok"] * 5
    assert found["dead"][0]["detail"] == "1 enrich empty"
    assert found["dead"][0]["state"] == "note"
    assert f"RASAD_DATA={archive}" in [each["detail"] for each in found["setting"]]


def test_doctor_shows_what_may_be_reached_and_no_key(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASAD_INGEST_ALLOW_NETWORKS", "127.0.0.0/8,::1/128")
    monkeypatch.setenv("RASAD_API_ADMIN_KEY", "hush")

    settings = [each["detail"] for each in findings(archive)["setting"]]

    assert "RASAD_INGEST_ALLOW_NETWORKS=127.0.0.0/8, ::1/128" in settings
    assert "RASAD_DELIVER_ALLOW_NETWORKS=empty" in settings
    assert "RASAD_API_ADMIN_KEY=set" in settings


def test_doctor_names_who_works_in_the_folder(archive: Path) -> None:
    with lock.hold(archive, address="http://127.0.0.1:8000"):
        assert "http://127.0.0.1:8000" in findings(archive)["lock"][0]["detail"]


def test_doctor_finds_damage_and_says_what_to_do(own_archive: Path) -> None:
    database = own_archive / "rasad.db"
    content = bytearray(database.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    database.write_bytes(content)
    (own_archive / "stories.db").write_bytes(b"rubbish" * 1000)

    ran = rasad("doctor", "--data", own_archive)

    assert ran.status == 1
    assert "wrong  archive" in ran.out
    assert "wrong  stories" in ran.out
    assert "rasad restore" in ran.out


def test_doctor_before_any_archive_is_calm(tmp_path: Path) -> None:
    ran = rasad("doctor", "--data", tmp_path / "nowhere")

    assert ran.status == 0
    assert "is not there yet" in ran.out
    assert not (tmp_path / "nowhere").exists()


def test_doctor_sees_a_clock_set_back(own_archive: Path) -> None:
    import os
    import time

    ahead = time.time() + 3600
    os.utime(own_archive / "rasad.db", (ahead, ahead))

    assert findings(own_archive)["clock"][0]["state"] == "wrong"


def test_archive_of_a_newer_version_is_refused(own_archive: Path) -> None:
    import sqlite3

    with sqlite3.connect(own_archive / "rasad.db") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()

    ran = rasad("search", "x", "--data", own_archive)

    assert ran.status == 1
    assert "newer" in ran.err
