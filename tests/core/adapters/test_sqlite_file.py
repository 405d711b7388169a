"""The one file: its settings, who waits for whom, damage, backup, and being killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rasad_core.adapters.sqlite.file import Database, restore
from rasad_core.adapters.sqlite.log import SqliteLog
from rasad_core.adapters.sqlite.opening import enter_wal, migrate, opened, refuse_old_sqlite
from rasad_core.adapters.sqlite.schema import MIGRATIONS
from rasad_core.adapters.sqlite.store import SqliteStore
from rasad_core.errors import RasadError, Unavailable
from rasad_core.ports import Outgoing
from rasad_core.topics import RAW

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
INSERT = "INSERT INTO store_documents (kind, key, version, value) VALUES (?, ?, 1, ?)"


class Clock:
    def now(self) -> datetime:
        return AT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rasad.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def write_foreign(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def put(path: Path, value: bytes) -> None:
    database = Database(path)
    SqliteStore(database).put("kind", "key", value)
    database.close()


def held(path: Path) -> bytes | None:
    database = Database(path)
    document = SqliteStore(database).get("kind", "key")
    database.close()
    return None if document is None else document.value


def test_new_file_has_the_promised_settings(database: Database, path: Path) -> None:
    with database.write() as connection:
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()

    assert synchronous == 2
    assert pragma(path, "journal_mode") == "wal"
    assert pragma(path, "auto_vacuum") == 2
    assert pragma(path, "user_version") == len(MIGRATIONS)


def test_empty_file_is_taken_for_a_new_one(path: Path) -> None:
    path.touch()
    put(path, b"1")

    assert held(path) == b"1"


class RefusedTwice(sqlite3.Connection):
    """What SQLite does to the second of two programs that make one file."""

    refusals = 2

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if "journal_mode" in sql and self.refusals:
            self.refusals -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return super().execute(sql, *parameters)


def test_two_programs_may_make_one_file_at_the_same_time(path: Path) -> None:
    with closing(sqlite3.connect(path, factory=RefusedTwice)) as connection:
        assert enter_wal(connection) == "wal"


def test_failed_write_leaves_nothing_behind(database: Database) -> None:
    log = SqliteLog(database, Clock())

    def fail() -> None:
        with database.write() as connection:
            log.publish_in(connection, [Outgoing(topic=RAW, key="a", value=b"1")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(log.read(RAW)) == []
    log.publish([Outgoing(topic=RAW, key="b", value=b"1")])
    assert [(message.key, message.offset) for message in log.read(RAW)] == [("b", 0)]


def test_write_within_a_write_is_an_error_and_not_a_deadlock(database: Database) -> None:
    def nest() -> None:
        with database.write():
            SqliteStore(database).put("kind", "key", b"1")

    with pytest.raises(RuntimeError, match="writing already"):
        nest()
    assert SqliteStore(database).put("kind", "key", b"1") == 1


def test_reader_cannot_write(database: Database) -> None:
    with (
        database.read() as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("DELETE FROM store_documents")


def test_reader_never_waits_for_an_open_write(database: Database) -> None:
    store = SqliteStore(database)
    store.put("kind", "key", b"old")
    writing, read = threading.Event(), threading.Event()
    in_time: list[bool] = []

    def write() -> None:
        with database.write() as connection:
            connection.execute("UPDATE store_documents SET value = x'00'")
            writing.set()
            # Commits only once the reader is done: had it to wait for us, both would wait.
            in_time.append(read.wait(timeout=20))

    thread = threading.Thread(target=write)
    thread.start()
    assert writing.wait(timeout=20)
    before = store.get("kind", "key")
    read.set()
    thread.join()
    after = store.get("kind", "key")

    assert in_time == [True]
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (b"old", b"\0")


def test_snapshot_stays_as_it_was_while_others_write(database: Database) -> None:
    store = SqliteStore(database)
    store.put("kind", "a", b"1")
    count = "SELECT count(*) FROM store_documents"

    with database.read() as connection:
        (first,) = connection.execute(count).fetchone()
        store.put("kind", "b", b"1")
        (second,) = connection.execute(count).fetchone()

    assert (first, second) == (1, 1)
    assert len(store.list("kind")) == 2


def test_writers_of_many_threads_take_turns(database: Database) -> None:
    def write() -> None:
        for _ in range(10):
            with database.write() as connection:
                (count,) = connection.execute("SELECT count(*) FROM store_documents").fetchone()
                connection.execute(INSERT, ("k", str(count), b""))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(SqliteStore(database).list("k")) == 60


def test_closing_wakes_who_waits_and_later_use_says_closed(path: Path) -> None:
    database = Database(path)
    waiter = threading.Thread(target=lambda: database.wait(database.writes, timeout_seconds=30))
    waiter.start()
    with database.read():
        database.close()
    waiter.join(timeout=20)

    assert not waiter.is_alive()
    with pytest.raises(RasadError, match="closed"):
        SqliteStore(database).put("kind", "key", b"1")
    with pytest.raises(RasadError, match="closed"):
        SqliteStore(database).get("kind", "key")


def test_space_of_what_was_removed_is_given_back(database: Database, path: Path) -> None:
    with database.write() as connection:
        connection.executemany(INSERT, [("k", str(n), b"x" * 9000) for n in range(600)])
        connection.execute("DELETE FROM store_documents WHERE key <> '7'")
    before = pragma(path, "page_count")
    database.shrink()
    after = pragma(path, "page_count")

    assert isinstance(before, int)
    assert isinstance(after, int)
    assert pragma(path, "freelist_count") == 0
    assert after < before / 10


@pytest.mark.parametrize("content", [b"not a database at all, only a text " * 40, b"\0" * 8192])
def test_file_that_is_no_database_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(RasadError, match="is no Rasad data file, or is damaged"):
        Database(path)
    assert path.read_bytes() == content


def test_damage_met_while_reading_is_named_with_its_remedy(path: Path) -> None:
    put(path, b"x" * 50_000)
    page = 4096
    content = bytearray(path.read_bytes())
    content[page:] = b"\xff" * (len(content) - page)
    path.write_bytes(content)

    with pytest.raises(RasadError, match=r"damaged .*restore a backup"):
        held_or_close(path)


def held_or_close(path: Path) -> None:
    database = Database(path)
    try:
        SqliteStore(database).get("kind", "key")
    finally:
        database.close()


def test_file_of_another_program_is_refused_and_not_touched(path: Path) -> None:
    write_foreign(path, "CREATE TABLE cookies (value TEXT)")
    content = path.read_bytes()

    with pytest.raises(RasadError, match="another program"):
        Database(path)
    assert path.read_bytes() == content


def test_file_of_a_newer_program_is_refused_with_both_versions(path: Path) -> None:
    Database(path).close()
    write_foreign(path, "PRAGMA user_version=99")

    with pytest.raises(RasadError, match=f"schema 99, this one knows {len(MIGRATIONS)}"):
        Database(path)


def test_missing_folder_and_folder_in_place_of_a_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(RasadError, match="there is no folder"):
        Database(tmp_path / "nowhere" / "rasad.db")
    with pytest.raises(RasadError, match="is a folder"):
        Database(tmp_path)


def test_older_file_is_brought_up_to_date_once(path: Path) -> None:
    first = "CREATE TABLE a (x); INSERT INTO a VALUES ('1;2');"
    second = """
        CREATE TABLE b (x);
        CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (new.x); END;
        INSERT INTO a VALUES ('3');
    """
    opened(path, [first]).close()
    for _ in range(2):
        opened(path, [first, second]).close()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT x FROM a").fetchall() == [("1;2",), ("3",)]
        assert connection.execute("SELECT x FROM b").fetchall() == [("3",)]
    assert pragma(path, "user_version") == 2


def test_migration_that_fails_changes_nothing(path: Path) -> None:
    opened(path, ["CREATE TABLE a (x);"]).close()

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, ["", "CREATE TABLE b (x); CREATE TABLE a (x);"])
        connection.execute("ROLLBACK")

    assert pragma(path, "user_version") == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]


def test_python_with_an_unfit_sqlite_is_refused() -> None:
    with pytest.raises(RasadError, match=r"3\.37\.0 or newer is needed, this Python has 3\.36\.0"):
        refuse_old_sqlite((3, 36, 0), {"fts5"})
    with pytest.raises(RasadError, match="FTS5"):
        refuse_old_sqlite((3, 37, 0), {"rtree"})


def test_full_disk_is_unavailable_and_leaves_the_file_whole(path: Path) -> None:
    database = Database(path)
    store = SqliteStore(database)
    store.put("kind", "small", b"1")
    with database.write() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    # What SQLite says at this limit is what it says when the disk is full.
    database._writer.execute(f"PRAGMA max_page_count={pages + 5}")

    with pytest.raises(Unavailable, match="full"):
        store.put("kind", "large", b"x" * 200_000)
    assert store.get("kind", "large") is None
    assert store.put("kind", "small", b"2") == 2
    database.close()


def test_file_held_by_another_program_is_unavailable(path: Path) -> None:
    database = Database(path)
    database._writer.execute("PRAGMA busy_timeout=50")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            SqliteStore(database).put("kind", "key", b"1")
        other.execute("ROLLBACK")

    assert SqliteStore(database).put("kind", "key", b"1") == 1
    database.close()


def test_backup_while_others_write_is_one_consistent_moment(path: Path, tmp_path: Path) -> None:
    database = Database(path)
    log = SqliteLog(database, Clock())
    target, stop = tmp_path / "copy.db", threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with database.write() as connection:
                log.publish_in(connection, [Outgoing(topic=RAW, key=str(number), value=b"x" * 999)])
                connection.execute(INSERT, ("k", f"{number:06d}", b"x" * 999))

    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(3):
        before = database.writes
        database.wait(before + 5, timeout_seconds=20)
        database.backup(target, overwrite=True)
    stop.set()
    thread.join()
    written = database.writes
    database.close()

    assert [each.name for each in tmp_path.glob("*copy*")] == ["copy.db"]
    assert [each.name for each in tmp_path.glob(".*")] == []
    assert pragma(target, "integrity_check") == "ok"
    copy = Database(target)
    keys = [message.key for message in SqliteLog(copy, Clock()).read(RAW)]
    documents = [str(int(each.key)) for each in SqliteStore(copy).list("k", limit=100_000)]
    copy.close()
    assert 15 < len(keys) <= written
    assert keys == documents == [str(number + 1) for number in range(len(keys))]


def test_backup_overwrites_only_when_told_and_never_itself(
    database: Database, path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")

    with pytest.raises(RasadError, match="exists"):
        database.backup(target)
    assert target.read_text() == "precious"
    with pytest.raises(RasadError, match="the data itself"):
        database.backup(path, overwrite=True)
    with pytest.raises(RasadError, match="cannot write"):
        database.backup(tmp_path / "nowhere" / "copy.db")


def test_restore_brings_back_what_was_and_forgets_what_came_after(
    path: Path, tmp_path: Path
) -> None:
    database = Database(path)
    store = SqliteStore(database)
    store.put("kind", "key", b"then")
    database.backup(tmp_path / "copy.db")
    database.close()
    put(path, b"later")

    restore(tmp_path / "copy.db", path)

    assert held(path) == b"then"
    assert pragma(path, "auto_vacuum") == 2
    assert held(tmp_path / "copy.db") == b"then"


def test_restore_ignores_the_write_ahead_log_of_a_killed_program(
    path: Path, tmp_path: Path
) -> None:
    put(path, b"then")
    database = Database(path)
    database.backup(tmp_path / "copy.db")
    SqliteStore(database).put("kind", "key", b"later")
    beside = {each: each.read_bytes() for each in tmp_path.glob("rasad.db*")}
    database.close()
    for each, content in beside.items():
        each.write_bytes(content)
    assert (tmp_path / "rasad.db-wal").stat().st_size > 0

    restore(tmp_path / "copy.db", path)

    assert [each.name for each in tmp_path.glob("rasad.db*")] == ["rasad.db"]
    assert held(path) == b"then"


def test_restore_replaces_a_damaged_file_and_makes_its_folder(path: Path, tmp_path: Path) -> None:
    database = Database(path)
    SqliteStore(database).put("kind", "key", b"then")
    database.backup(tmp_path / "copy.db")
    database.close()
    path.write_bytes(b"scrambled" * 1000)

    restore(tmp_path / "copy.db", path)
    restore(tmp_path / "copy.db", tmp_path / "new" / "rasad.db")

    assert held(path) == b"then"
    assert held(tmp_path / "new" / "rasad.db") == b"then"


def damaged_backup(path: Path) -> None:
    put(path, b"x" * 50_000)
    content = bytearray(path.read_bytes())
    content[3 * 4096 :] = b"\xff" * (len(content) - 3 * 4096)
    path.write_bytes(content)


def newer_backup(path: Path) -> None:
    Database(path).close()
    write_foreign(path, "PRAGMA user_version=99")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: None, "there is no backup"),
        (lambda path: path.write_bytes(b"text" * 999), "damaged"),
        (lambda path: write_foreign(path, "CREATE TABLE t (x)"), "another program"),
        (newer_backup, "newer Rasad"),
        (damaged_backup, "damaged"),
    ],
    ids=["missing", "text", "foreign", "newer", "damaged"],
)
def test_unfit_backup_is_refused_and_the_data_stays(
    path: Path, tmp_path: Path, make: object, message: str
) -> None:
    put(path, b"mine")
    assert callable(make)
    make(tmp_path / "copy.db")

    with pytest.raises(RasadError, match=message):
        restore(tmp_path / "copy.db", path)
    assert held(path) == b"mine"


# Publishes numbered batches for ever; says each number once the log has acknowledged it.
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.log import SqliteLog
from rasad_core.ports import Outgoing

class Clock:
    def now(self):
        return datetime(2026, 3, 1, tzinfo=UTC)

log = SqliteLog(Database(Path(sys.argv[1])), Clock())
number = int(sys.argv[2])
while True:
    batch = [
        Outgoing(topic="articles.raw", key=f"{number}-{part}", value=b"x" * 3000)
        for part in range(20)
    ]
    log.publish(batch)
    print(number, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_killed_in_the_middle_of_writing_nothing_acknowledged_is_lost(path: Path) -> None:
    acknowledged: list[int] = []
    for kill_after in (1, 4, 9):
        begin = acknowledged[-1] + 1000 if acknowledged else 0
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path), str(begin)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        with child:
            for line in child.stdout:
                acknowledged.append(int(line))
                if int(line) == begin + kill_after:
                    os.kill(child.pid, signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL

    assert pragma(path, "integrity_check") == "ok"
    database = Database(path)
    messages = list(SqliteLog(database, Clock()).read(RAW))
    database.close()
    batches: dict[int, int] = {}
    for message in messages:
        number = int(message.key.split("-")[0])
        batches[number] = batches.get(number, 0) + 1
    assert set(acknowledged) <= set(batches)
    assert set(batches.values()) == {20}
    assert [message.offset for message in messages] == list(range(len(messages)))
