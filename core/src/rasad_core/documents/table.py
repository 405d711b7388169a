"""One kind of document with its type: the only way models go into the store and come out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec

from rasad_core.events import Frozen
from rasad_core.ports import DocumentWrite, Store

D = TypeVar("D", bound=Frozen)


class Held(Frozen, Generic[D], frozen=True, kw_only=True):
    """A document as read, and the version to name when writing it again."""

    key: str
    version: int
    value: D


class Table(Generic[D]):
    """Documents of one kind. `Unavailable` and `Conflict` of the store pass through."""

    def __init__(self, store: Store, kind: str, shape: type[D]) -> None:
        self._store = store
        self._kind = kind
        self._decoder = msgspec.json.Decoder(shape)

    def get(self, key: str) -> Held[D] | None:
        """Give the document as of now, or None."""
        held = self._store.get(self._kind, key)
        if held is None:
            return None
        return Held(key=key, version=held.version, value=self._decoder.decode(held.value))

    def get_many(self, keys: Sequence[str]) -> dict[str, D]:
        """Give those that exist."""
        found = self._store.get_many(self._kind, keys)
        return {key: self._decoder.decode(held.value) for key, held in found.items()}

    def held_many(self, keys: Sequence[str]) -> dict[str, Held[D]]:
        """Give those that exist, with their versions."""
        found = self._store.get_many(self._kind, keys)
        return {
            key: Held(key=key, version=held.version, value=self._decoder.decode(held.value))
            for key, held in found.items()
        }

    def write_many(self, writes: Iterable[tuple[str, D, int | None, str | None]]) -> Sequence[bool]:
        """Write several: key, value, expected version (0: new), team; False for a conflict."""
        return self._store.write_many(
            self._kind,
            [
                DocumentWrite(
                    key=key,
                    value=msgspec.json.encode(value),
                    team_id=team_id,
                    expected_version=version,
                )
                for key, value, version, team_id in writes
            ],
        )

    def create(self, key: str, value: D, *, team_id: str | None = None) -> bool:
        """Write if the key is new; False, and nothing changed, if it is not."""
        return self._store.create(self._kind, key, msgspec.json.encode(value), team_id=team_id)

    def put(
        self,
        key: str,
        value: D,
        *,
        team_id: str | None = None,
        expected_version: int | None = None,
    ) -> int:
        """Write and give the new version; raises `Conflict` unless at `expected_version`."""
        return self._store.put(
            self._kind,
            key,
            msgspec.json.encode(value),
            team_id=team_id,
            expected_version=expected_version,
        )

    def delete(self, key: str) -> bool:
        """Remove; False if it was not there."""
        return self._store.delete(self._kind, key)

    def page(
        self, *, team_id: str | None = None, prefix: str = "", after: str = "", limit: int = 1000
    ) -> Sequence[Held[D]]:
        """Give documents in the order of their keys, from the first key above `after`."""
        found = self._store.list(
            self._kind, team_id=team_id, prefix=prefix, after=after, limit=limit
        )
        return [
            Held(key=each.key, version=each.version, value=self._decoder.decode(each.value))
            for each in found
        ]

    def all(self, *, team_id: str | None = None, prefix: str = "") -> Iterator[Held[D]]:
        """Give every document, a page at a time."""
        after = ""
        while page := self.page(team_id=team_id, prefix=prefix, after=after):
            yield from page
            after = page[-1].key
