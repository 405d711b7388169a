"""Whole copies of the file: they appear complete or not at all."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from rasad_core.adapters.sqlite.opening import connect, translated
from rasad_core.errors import RasadError

_BESIDE = ("-wal", "-shm", "-journal")


def copy(
    source: sqlite3.Connection, target: Path, *, before_replacing: Callable[[], None] | None = None
) -> None:
    """Write what `source` sees to `target` as a single file, replacing it at the very end."""
    try:
        partial = _partial_beside(target)
        try:
            with translated(target), closing(connect(partial)) as destination:
                # All pages in one step: one snapshot, where smaller steps would start over
                # whenever somebody writes.
                source.backup(destination)
                # Leaves WAL mode, so that the copy needs no second file and no writable folder.
                destination.execute("PRAGMA journal_mode=DELETE")
            _sync(partial)
            if before_replacing:
                before_replacing()
            partial.replace(target)
            _sync(target.parent)
        finally:
            _remove(partial)
    except OSError as error:
        raise RasadError(f"cannot write {target}: {error.strerror}") from error


def retire(path: Path) -> None:
    """Fold the write-ahead log of a file about to be replaced into it, and remove the log.

    A log left lying would be applied to the file that comes after; one removed unfolded would
    leave a damaged file, should the program be killed before the replacement.
    """
    if path.exists():
        # Damaged beyond that: then it has nothing to lose, and is why somebody restores.
        with suppress(sqlite3.Error), closing(connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in _BESIDE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _partial_beside(target: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".partial")
    os.close(handle)
    return Path(name)


def _remove(partial: Path) -> None:
    for suffix in ("", *_BESIDE):
        partial.with_name(partial.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
