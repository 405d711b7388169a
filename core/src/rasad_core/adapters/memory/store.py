"""The document store in memory."""

import threading
from collections.abc import Mapping, Sequence

from rasad_core.errors import Conflict
from rasad_core.ports import Document, DocumentWrite


class MemoryStore:
    """Store; every read is current. Safe for any threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._documents: dict[tuple[str, str], Document] = {}
        self._deleted: dict[str, int] = {}

    def get(self, kind: str, key: str) -> Document | None:
        """Give the document as of now, or None."""
        return self._documents.get((kind, key))

    def get_many(self, kind: str, keys: Sequence[str]) -> Mapping[str, Document]:
        """Give those that exist."""
        found = {key: self.get(kind, key) for key in keys}
        return {key: document for key, document in found.items() if document is not None}

    def create(self, kind: str, key: str, value: bytes, *, team_id: str | None = None) -> bool:
        """Write if the key is new; False, and nothing changed, if it is not."""
        with self._turn:
            if (kind, key) in self._documents:
                return False
            self._write(kind, key, value, team_id, self._deleted.get(kind, 0) + 1)
            return True

    def create_many(self, kind: str, values: Mapping[str, bytes]) -> int:
        """Write those whose key is new; give how many."""
        return sum(self.create(kind, key, value) for key, value in values.items())

    def write_many(self, kind: str, writes: Sequence[DocumentWrite]) -> Sequence[bool]:
        """Do several writes; False for one that is not at its expected version."""
        return [self._attempt(kind, write) for write in writes]

    def _attempt(self, kind: str, write: DocumentWrite) -> bool:
        expected = write.expected_version
        try:
            if write.value is None:
                self.delete(kind, write.key, expected_version=expected)
            else:
                self.put(
                    kind, write.key, write.value, team_id=write.team_id, expected_version=expected
                )
        except Conflict:
            return False
        return True

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
        with self._turn:
            held = self._expected(kind, key, expected_version)
            # Above any deleted document's, so that a version never means two documents.
            version = (held or self._deleted.get(kind, 0)) + 1
            self._write(kind, key, value, team_id, version)
            return version

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False if it was not there. Raises `Conflict` like `put`."""
        with self._turn:
            version = self._expected(kind, key, expected_version)
            self._deleted[kind] = max(version, self._deleted.get(kind, 0))
            return self._documents.pop((kind, key), None) is not None

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
        with self._turn:
            keys = sorted(
                key
                for (its_kind, key), document in self._documents.items()
                if its_kind == kind
                and key > after
                and key.startswith(prefix)
                and team_id in (None, document.team_id)
            )
            return [self._documents[kind, key] for key in keys[:limit]]

    def _write(self, kind: str, key: str, value: bytes, team: str | None, version: int) -> None:
        self._documents[kind, key] = Document(
            kind=kind, key=key, version=version, value=value, team_id=team
        )

    def _expected(self, kind: str, key: str, expected: int | None) -> int:
        held = self._documents.get((kind, key))
        version = 0 if held is None else held.version
        if expected is not None and version != expected:
            at = "is not there" if held is None else f"is at version {version}"
            raise Conflict(f"{kind} `{key}` {at}, not at {expected}")
        return version
