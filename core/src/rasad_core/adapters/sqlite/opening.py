"""Connections to the file: made, checked, brought up to date, and their errors named."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from rasad_core.adapters.sqlite.schema import MIGRATIONS
from rasad_core.adapters.sqlite.stems import stem_of, stemmed_language
from rasad_core.errors import RasadError, Unavailable

# `PRAGMA application_id`: "Rasd" in ASCII, so that a stranger's SQLite file is never written to.
APPLICATION_ID = 0x52617364
# STRICT tables.
_OLDEST_SQLITE = (3, 37, 0)
# How long to wait for another process; writers of this process take turns without it.
_BUSY_SECONDS = 5.0
# Making a file takes some 10 ms.
_PAUSE_SECONDS = 0.005
# A write-ahead log that grew beside a long reader is cut back to this.
_JOURNAL_BYTES = 64 * 1024 * 1024
# Another process holds it, or the disk is full, failing or gone: waiting may help.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise `Unavailable` where waiting may help and `RasadError` where the file is damaged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _PASSING:
            raise Unavailable(f"{path}: {error}") from error
        if code in _DAMAGED:
            raise RasadError(
                f"{path} is no Rasad data file, or is damaged ({error}); "
                "restore a backup, or name another folder"
            ) from error
        raise


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Connect in autocommit: transactions are begun and ended by name, in `Database` only.

    Any thread may use the connection, one at a time.
    """
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    if read_only:
        connection.execute("PRAGMA query_only=ON")
        return connection
    # A migration stems the words that are there.
    connection.create_function("stem_of", 2, stem_of, deterministic=True)
    connection.create_function("stemmed_language", 1, stemmed_language, deterministic=True)
    return connection


def opened(path: Path, migrations: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """Open `path` for writing, made if it is not there, checked and migrated if it is.

    `migrations` are those of `schema.py` unless given. Raises what `Database` says.
    """
    refuse_old_sqlite(sqlite3.sqlite_version_info, _modules())
    if not path.parent.is_dir():
        raise RasadError(f"there is no folder {path.parent}")
    if path.is_dir():
        raise RasadError(f"{path} is a folder, not a file")
    with translated(path):
        connection = connect(path)
        try:
            _prepare(connection, path, migrations)
        except BaseException:
            connection.close()
            raise
        return connection


def refuse_old_sqlite(version: tuple[int, int, int], modules: AbstractSet[str]) -> None:
    """Raise `RasadError` if Python's SQLite lacks what we build on."""
    if version < _OLDEST_SQLITE:
        need, have = (".".join(map(str, each)) for each in (_OLDEST_SQLITE, version))
        raise RasadError(f"SQLite {need} or newer is needed, this Python has {have}")
    if "fts5" not in modules:
        raise RasadError("SQLite with FTS5 is needed, this Python's was built without it")


def refuse_foreign(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    """Raise `RasadError` for another program's file, or one of a schema above `newest`."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise RasadError(f"{path} is an SQLite file of another program; name another one")
    version = _pragma(connection, "user_version")
    if version > newest:
        raise RasadError(
            f"{path} was written by a newer Rasad (schema {version}, this one knows {newest}); "
            "use that version or a later one"
        )


def refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `RasadError` if the whole file, read through, is inconsistent. Takes its time."""
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise RasadError(f"{path} is damaged: {verdict}")


def enter_wal(connection: sqlite3.Connection) -> str:
    """Go into WAL mode, in which the file stays for good; give the mode it is in then.

    When two programs make one file at the same time SQLite refuses one of them at once.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return str(mode)


def migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Apply the migrations the file has not seen, all or none."""
    if _pragma(connection, "user_version") == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    # Read again: another process may have migrated it while this one waited.
    for script in migrations[_pragma(connection, "user_version") :]:
        for statement in _statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={len(migrations)}")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute("COMMIT")


def _prepare(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables or _pragma(connection, "user_version"):
        refuse_foreign(connection, path, len(migrations))
    else:
        # Cannot be changed once a page is written, which going into WAL mode does.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    if enter_wal(connection) != "wal":
        raise RasadError(f"{path} lies on a file system that SQLite's WAL mode does not work on")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_BYTES}")
    migrate(connection, migrations)


def _statements(script: str) -> Iterator[str]:
    # Not executescript: it commits first, and a migration is one transaction.
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _modules() -> frozenset[str]:
    connection = sqlite3.connect(":memory:")
    try:
        return frozenset(name for (name,) in connection.execute("PRAGMA module_list"))
    finally:
        connection.close()
