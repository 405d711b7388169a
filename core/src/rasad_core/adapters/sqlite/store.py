"""The document store in SQLite: `(kind, key)` to a value with a version."""

import sqlite3
from collections.abc import Mapping, Sequence

from rasad_core.adapters.sqlite.file import Database
from rasad_core.errors import Conflict
from rasad_core.ports import Document, DocumentWrite

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
            if _version(connection, kind, key) is not None:
                return False
            _write(connection, kind, key, _first(connection, kind), value, team_id)
            return True

    def create_many(self, kind: str, values: Mapping[str, bytes]) -> int:
        """Write those whose key is new, in one transaction; give how many."""
        if not values:
            return 0
        with self._database.write() as connection:
            first = _first(connection, kind)
            new = [key for key in values if _version(connection, kind, key) is None]
            for key in new:
                _write(connection, kind, key, first, values[key], None)
            return len(new)

    def write_many(self, kind: str, writes: Sequence[DocumentWrite]) -> Sequence[bool]:
        """Do several writes in one transaction; False for one not at its expected version."""
        if not writes:
            return []
        with self._database.write() as connection:
            return [_attempt(connection, kind, write) for write in writes]

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
            return _put(connection, kind, key, value, team_id, expected_version)

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False if it was not there. Raises `Conflict` like `put`."""
        with self._database.write() as connection:
            return _delete(connection, kind, key, expected_version)

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
        where, arguments = "kind = ? AND key > ? AND key >= ?", [kind, after, prefix]
        if (beyond := _beyond(prefix)) is not None:
            where, arguments = f"{where} AND key < ?", [*arguments, beyond]
        if team_id is not None:
            where, arguments = f"{where} AND team_id = ?", [*arguments, team_id]
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM store_documents WHERE {where} ORDER BY key LIMIT ?",
                (*arguments, limit),
            )
            return [_document(row) for row in rows]


def _beyond(prefix: str) -> str | None:
    """Give the least text above every text with this prefix, or None where there is none."""
    cut = prefix.rstrip("\U0010ffff")
    if not cut:
        return None
    # Surrogates are no characters of a text; SQLite orders by UTF-8 bytes, that is by code points.
    above = ord(cut[-1]) + 1
    return cut[:-1] + chr(0xE000 if above == 0xD800 else above)


def _first(connection: sqlite3.Connection, kind: str) -> int:
    """Give the version of a new document: above any deleted one's, 1 where none was.

    So a writer that remembers a deleted document never takes the next of its key for the same.
    """
    row = connection.execute(
        "SELECT highest_version FROM store_deleted WHERE kind = ?", (kind,)
    ).fetchone()
    return 1 if row is None else int(row[0]) + 1


def _write(  # noqa: PLR0917  the columns of a row, in their order
    connection: sqlite3.Connection,
    kind: str,
    key: str,
    version: int,
    value: bytes,
    team_id: str | None,
) -> None:
    connection.execute(
        f"INSERT OR REPLACE INTO store_documents ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        (kind, key, version, value, team_id),
    )


def _put(  # noqa: PLR0917  a row, and what it replaces
    connection: sqlite3.Connection,
    kind: str,
    key: str,
    value: bytes,
    team_id: str | None,
    expected: int | None,
) -> int:
    held = _version(connection, kind, key)
    _expect(kind, key, held, expected)
    version = _first(connection, kind) if held is None else held + 1
    _write(connection, kind, key, version, value, team_id)
    return version


def _delete(connection: sqlite3.Connection, kind: str, key: str, expected: int | None) -> bool:
    version = _version(connection, kind, key)
    _expect(kind, key, version, expected)
    if version is None:
        return False
    connection.execute("DELETE FROM store_documents WHERE kind = ? AND key = ?", (kind, key))
    connection.execute(
        "INSERT INTO store_deleted VALUES (?1, ?2) ON CONFLICT DO UPDATE"
        " SET highest_version = max(highest_version, ?2)",
        (kind, version),
    )
    return True


def _attempt(connection: sqlite3.Connection, kind: str, write: DocumentWrite) -> bool:
    try:
        if write.value is None:
            _delete(connection, kind, write.key, write.expected_version)
        else:
            _put(connection, kind, write.key, write.value, write.team_id, write.expected_version)
    except Conflict:
        return False
    return True


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
