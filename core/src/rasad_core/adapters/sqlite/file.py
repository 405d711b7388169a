"""The one SQLite file of embedded mode: who may write when, what readers see, how it is backed up.

Writers of this process take turns; another process waits up to `_BUSY_SECONDS`. Readers see a
snapshot and never wait for a writer. A commit is on the disk when `write` returns; a transaction
that fails, or whose process is killed, leaves nothing behind.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rasad_core.adapters.sqlite.copying import copy, retire
from rasad_core.adapters.sqlite.opening import (
    connect,
    opened,
    refuse_damaged,
    refuse_foreign,
    translated,
)
from rasad_core.adapters.sqlite.schema import MIGRATIONS
from rasad_core.errors import RasadError

# Pages given back per transaction: 500 pages of 4 KiB take about 10 ms, which keeps the writer
# free for others (a transaction should stay under 50 ms).
_SHRINK_PAGES = 500


class Database:
    """An open file, made and brought up to this program's schema if need be.

    Raises `RasadError` for a file that is not ours, is damaged, or was written by a newer Rasad,
    and `Unavailable` when the disk is full or another process holds the file too long. Safe for any
    number of threads. Keep a write under 50 ms and a read under 5 s: the write-ahead log cannot be
    emptied past the oldest snapshot.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.RLock()
        self._changed = threading.Condition()
        self._writes = 0
        self._closed = False
        self._idle: list[sqlite3.Connection] = []
        self._writer = opened(path)

    @property
    def writes(self) -> int:
        """The number of transactions committed through this object: what `wait` counts from."""
        return self._writes

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Hold the one write transaction; commit at the end, roll back on an exception.

        Do not nest it in one thread: that raises RuntimeError.
        """
        with self._turned() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
        with self._changed:
            self._writes += 1
            self._changed.notify_all()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a read-only connection that sees one snapshot, taken at its first query."""
        connection = self._lend()
        try:
            with translated(self.path):
                connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    # Not COMMIT: that would keep the snapshot while a query is half read.
                    _roll_back(connection)
        finally:
            self._take_back(connection)

    def wait(self, after: int, *, timeout_seconds: float) -> None:
        """Return once more than `after` writes are committed here, or closed, or time is up."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._writes > after or self._closed, timeout=timeout_seconds
            )

    def shrink(self) -> None:
        """Give the file's unused pages back to the disk, in short transactions."""
        while True:
            with self._turned() as connection:
                (free,) = connection.execute("PRAGMA freelist_count").fetchone()
                # A page per step of a statement without columns: `execute` takes only the first.
                connection.executescript(f"PRAGMA incremental_vacuum({_SHRINK_PAGES})")
            if free <= _SHRINK_PAGES:
                return

    def backup(self, target: Path, *, overwrite: bool = False) -> None:
        """Write a consistent copy to `target`, one file, while reading and writing go on.

        `target` appears complete or not at all. Raises `RasadError` if it exists, unless told to
        `overwrite`, and always when it is this very file.
        """
        if target.exists():
            if target.samefile(self.path):
                raise RasadError(f"{target} is the data itself; name another file for the backup")
            if not overwrite:
                raise RasadError(f"{target} exists; name another file or remove it")
        connection = self._lend()
        try:
            copy(connection, target)
        finally:
            self._take_back(connection)

    def close(self) -> None:
        """Close every connection; one that is lent out closes when it comes back."""
        with self._turn, self._changed:
            self._closed = True
            self._writer.close()
            while self._idle:
                self._idle.pop().close()
            self._changed.notify_all()

    @contextmanager
    def _turned(self) -> Iterator[sqlite3.Connection]:
        with self._turn, translated(self.path):
            if self._closed:
                raise RasadError(f"{self.path} is closed")
            if self._writer.in_transaction:
                raise RuntimeError("this thread is writing already; pass that connection on")
            yield self._writer

    def _lend(self) -> sqlite3.Connection:
        with self._changed:
            if self._closed:
                raise RasadError(f"{self.path} is closed")
            if self._idle:
                return self._idle.pop()
        with translated(self.path):
            return connect(self.path, read_only=True)

    def _take_back(self, connection: sqlite3.Connection) -> None:
        with self._changed:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    # A full disk ends the transaction by itself; then there is nothing to roll back.
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def restore(backup: Path, target: Path) -> None:
    """Put a copy of `backup` in the place of `target`, all or nothing; nobody may have it open.

    Raises `RasadError` for a backup that is missing, damaged, foreign, or of a newer Rasad; then
    `target` is as it was.
    """
    if not backup.is_file():
        raise RasadError(f"there is no backup at {backup}")
    with translated(backup), closing(connect(backup, read_only=True)) as source:
        refuse_foreign(source, backup, len(MIGRATIONS))
        refuse_damaged(source, backup)
        target.parent.mkdir(parents=True, exist_ok=True)
        copy(source, target, before_replacing=lambda: retire(target))
