"""The document store in SQLite: `(kind, key)` to a value with a version."""

import sqlite3
from collections.abc import Mapping, Sequence

from rasad_core.adapters.sqlite.file import Database
from rasad_core.errors import Conflict
from rasad_core.ports import Document

SCHEMA = """
CREATE TABLE store_documents (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    team_id TEXT,
    PRIMARY KEY (kind, key)
) STRICT;
"""

# Below SQLite's limit on bound variables in every build we accept.
_CHUNK = 500
_COLUMNS = "kind, key, version, value, team_id"


class SqliteStore:
    """Store over one file; every read is current."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, kind: str, key: str) -> Document | None:
        """Give the document as of now, or None."""
        return self.get_many(kind, [key]).get(key)

    def get_many(self, kind: str, keys: Sequence[str]) -> Mapping[str, Document]:
        """Give those that exist."""
        found: dict[str, Document] = {}
        if not keys:
            return found
        with self._database.read() as connection:
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                rows = connection.execute(
                    f"SELECT {_COLUMNS} FROM store_documents WHERE kind = ? AND key IN ({marks})",
                    (kind, *chunk),
                )
                found.update((row[1], _document(row)) for row in rows)
        return found

    def create(self, kind: str, key: str, value: bytes, *, team_id: str | None = None) -> bool:
        """Write if the key is new; False, and nothing changed, if it is not."""
        with self._database.write() as connection:
            cursor = connection.execute(
                f"INSERT OR IGNORE INTO store_documents ({_COLUMNS}) VALUES (?, ?, 1, ?, ?)",
                (kind, key, value, team_id),
            )
            return cursor.rowcount == 1

    def put(
        self,
        kind: str,
        key: str,
        value: bytes,
        *,
        team_id: str | None = None,
        expected_version: int | None = None,
    ) -> int:
        """Write and give the new version; raises `Conflict` unless at `expected_version`."""
        with self._database.write() as connection:
            version = _version(connection, kind, key)
            _expect(kind, key, version, expected_version)
            connection.execute(
                f"INSERT OR REPLACE INTO store_documents ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
                (kind, key, (version or 0) + 1, value, team_id),
            )
            return (version or 0) + 1

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False if it was not there. Raises `Conflict` like `put`."""
        with self._database.write() as connection:
            version = _version(connection, kind, key)
            _expect(kind, key, version, expected_version)
            connection.execute(
                "DELETE FROM store_documents WHERE kind = ? AND key = ?", (kind, key)
            )
            return version is not None

    def list(
        self,
        kind: str,
        *,
        team_id: str | None = None,
        prefix: str = "",
        after: str = "",
        limit: int = 1000,
    ) -> Sequence[Document]:
        """Give documents in the order of their keys, from the first key above `after`."""
        team = " AND team_id = ?" if team_id is not None else ""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM store_documents WHERE kind = ? AND key > ? AND key >= ?"
                f" AND substr(key, 1, ?) = ?{team} ORDER BY key LIMIT ?",
                (kind, after, prefix, len(prefix), prefix)
                + ((team_id,) if team_id is not None else ())
                + (limit,),
            )
            return [_document(row) for row in rows]


def _version(connection: sqlite3.Connection, kind: str, key: str) -> int | None:
    row = connection.execute(
        "SELECT version FROM store_documents WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    return None if row is None else int(row[0])


def _expect(kind: str, key: str, version: int | None, expected: int | None) -> None:
    if expected is not None and (version or 0) != expected:
        held = "is not there" if version is None else f"is at version {version}"
        raise Conflict(f"{kind} `{key}` {held}, not at {expected}")


def _document(row: tuple[str, str, int, bytes, str | None]) -> Document:
    kind, key, version, value, team_id = row
    return Document(kind=kind, key=key, version=version, value=value, team_id=team_id)
