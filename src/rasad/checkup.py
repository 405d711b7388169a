"""What `rasad doctor` looks at."""

import os
import platform
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from rasad.embedded import DATABASE_NAME, STORIES_NAME, Archive, opened
from rasad.pipeline import lags
from rasad_core import dead_letters
from rasad_core.adapters.sqlite.opening import refuse_old_sqlite
from rasad_core.errors import RasadError
from rasad_core.ports import SearchRequest
from rasad_core.runtime import lock
from rasad_core.runtime.settings import SETTINGS, Settings

# Rasad appeared in it: a clock before that is wrong.
_EARLIEST_YEAR = 2026
_CLOCK_SLACK_SECONDS = 60
# Less than this and an import of some size fails half way; the second stops SQLite soon.
_LITTLE_BYTES, _TOO_LITTLE_BYTES = 2_000_000_000, 100_000_000


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. `note`: worth knowing, and nothing is wrong."""

    check: str
    state: Literal["ok", "note", "wrong"]
    detail: str
    remedy: str = ""


def check_all(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything; an archive that cannot be opened is a finding, not an error."""
    yield _program()
    yield _sqlite()
    yield _clock(settings.data)
    yield _folder(settings.data)
    yield _disk(settings.data)
    yield _lock(settings.data)
    if (settings.data / DATABASE_NAME).exists():
        yield from _archive(settings)
    for setting in SETTINGS:
        shown = settings.data if setting.name == "RASAD_DATA" else setting.shown(environ)
        yield Finding(check="setting", state="ok", detail=f"{setting.name}={shown}")


def _program() -> Finding:
    from importlib.metadata import version

    detail = f"Rasad {version('rasad')}, Python {platform.python_version()}"
    return Finding(check="program", state="ok", detail=f"{detail}, {platform.system()}")


def _sqlite() -> Finding:
    detail = f"SQLite {sqlite3.sqlite_version}"
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            modules = {name for (name,) in connection.execute("PRAGMA module_list")}
        refuse_old_sqlite(sqlite3.sqlite_version_info, modules)
    except RasadError as error:
        remedy = "use a Python whose SQLite is newer and has FTS5"
        return Finding(check="sqlite", state="wrong", detail=str(error), remedy=remedy)
    return Finding(check="sqlite", state="ok", detail=f"{detail} with FTS5")


def _clock(folder: Path) -> Finding:
    now = datetime.now(UTC)
    database = folder / DATABASE_NAME
    ahead = database.stat().st_mtime - now.timestamp() if database.exists() else 0.0
    if now.year < _EARLIEST_YEAR or ahead > _CLOCK_SLACK_SECONDS:
        detail = f"it says {now:%Y-%m-%d %H:%M} UTC, and the archive was written later than that"
        return Finding(check="clock", state="wrong", detail=detail, remedy="set the clock (NTP)")
    return Finding(check="clock", state="ok", detail=f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _folder(folder: Path) -> Finding:
    if not folder.exists():
        detail = f"{folder} is not there yet; `rasad ingest` makes it"
        return Finding(check="folder", state="note", detail=detail)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        remedy = "give this user the right to write in it, or name another folder with --data"
        detail = f"{folder} is no folder that can be written in"
        return Finding(check="folder", state="wrong", detail=detail, remedy=remedy)
    return Finding(check="folder", state="ok", detail=str(folder))


def _disk(folder: Path) -> Finding:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < _TOO_LITTLE_BYTES:
        remedy = "free some space; commands give up when the disk is full, and lose nothing"
        return Finding(check="disk", state="wrong", detail=detail, remedy=remedy)
    state: Literal["ok", "note"] = "note" if free < _LITTLE_BYTES else "ok"
    return Finding(check="disk", state=state, detail=detail)


def _lock(folder: Path) -> Finding:
    try:
        who = lock.holder(folder)
    except RasadError as error:
        return Finding(check="lock", state="wrong", detail=str(error), remedy="make it readable")
    if who is None:
        return Finding(check="lock", state="ok", detail="nobody works in the folder")
    at = f" at {who.address}" if who.address else ""
    return Finding(check="lock", state="ok", detail=f"process {who.pid}{at} works in the folder")


def _archive(settings: Settings) -> Iterator[Finding]:
    remedy = "`rasad restore` a backup, or move the folder away and ingest again"
    try:
        with opened(settings) as archive:
            yield _file(archive)
            yield _content(archive)
            yield from _log(archive)
            yield _dead(archive)
    except (RasadError, sqlite3.Error) as error:
        yield Finding(check="archive", state="wrong", detail=str(error), remedy=remedy)
    yield _stories(settings.data / STORIES_NAME)


def _file(archive: Archive) -> Finding:
    with archive.database.read() as connection:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if verdict != "ok":
        remedy = "`rasad restore` a backup"
        return Finding(check="archive", state="wrong", detail=str(verdict), remedy=remedy)
    size = archive.database.path.stat().st_size / 1e6
    return Finding(check="archive", state="ok", detail=f"{size:.1f} MB, schema {schema}, sound")


def _content(archive: Archive) -> Finding:
    total = archive.index.search(SearchRequest(now=archive.clock.now(), limit=1)).total
    return Finding(check="articles", state="ok", detail=f"{total} in the index")


def _log(archive: Archive) -> Iterator[Finding]:
    for stage, each in lags(archive).items():
        messages = sum(lag.messages for lag in each)
        detail = f"{stage} is {messages} events behind"
        if messages:
            detail += f", the oldest {max(lag.seconds for lag in each):.0f} s old"
            remedy = "the next command that searches or ingests finishes them"
            yield Finding(check="log", state="note", detail=detail, remedy=remedy)
        else:
            yield Finding(check="log", state="ok", detail=f"{stage} is up to date")


def _dead(archive: Archive) -> Finding:
    letters = dead_letters.find(archive.log, archive.store)
    counts = Counter((each.stage, each.reason) for each in letters if each.replayed_at is None)
    if not counts:
        return Finding(check="dead", state="ok", detail="no dead letters")
    detail = ", ".join(f"{n} {stage} {reason}" for (stage, reason), n in sorted(counts.items()))
    remedy = "`rasad dead list` says why; `rasad dead replay` or `drop`"
    return Finding(check="dead", state="note", detail=detail, remedy=remedy)


def _stories(path: Path) -> Finding:
    if not path.exists():
        detail = "not there; rebuilt from the log when needed"
        return Finding(check="stories", state="note", detail=detail)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as state:
            (verdict,) = state.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        remedy = f"remove {path}: it is rebuilt from the log"
        return Finding(check="stories", state="wrong", detail=verdict, remedy=remedy)
    detail = f"{path.stat().st_size / 1e6:.1f} MB, sound"
    return Finding(check="stories", state="ok", detail=detail)
