"""Which version of the index is read, and which one is built beside it.

One document says so. A writer looks it up before it writes, and never sends a request on what it
knew longer ago than `_KNOWN_SECONDS`; so after `NOTICED_SECONDS` every writer goes by a change.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from rasad_core.adapters.elasticsearch.connection import REQUEST_TIMEOUT_SECONDS, explained
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.errors import Conflict, Unavailable
from rasad_core.events import Frozen

_ID = "versions"
# A look-up costs a millisecond, a batch a hundred.
_LOOK_UP_SECONDS = 1.0
_KNOWN_SECONDS = 10.0
NOTICED_SECONDS = _KNOWN_SECONDS + REQUEST_TIMEOUT_SECONDS


class Versions(Frozen, frozen=True, kw_only=True):
    """The version that readers use, and the one that is being built.

    `switching`: no month may begin now. `begun_at` is when building began, `built` what of it is
    done: months, or partitions of the log with the next offset. `switched_at` is when readers went
    to another version last.
    """

    reading: int
    building: int | None = None
    switching: bool = False
    begun_at: datetime | None = None
    built: Mapping[str, int] = {}
    switched_at: datetime | None = None

    @property
    def written(self) -> tuple[int, ...]:
        """Give the versions that every event goes to, that of the readers last."""
        return (self.reading,) if self.building is None else (self.building, self.reading)

    def asks_the_same(self, other: "Versions") -> bool:
        """Say that a writer has the same to do by both."""
        return (self.written, self.switching) == (other.written, other.switching)


def look_up(client: Elasticsearch, names: Names) -> Versions | None:
    """Give what is in force now, or None where nothing was installed."""
    return _found(client, names)[0]


def create(client: Elasticsearch, names: Names, versions: Versions) -> None:
    """Write the first state; one that is there stays."""
    try:
        with explained():
            client.create(
                index=names.state, id=_ID, document=msgspec.to_builtins(versions), refresh=False
            )
    except ConflictError:
        return


def change(client: Elasticsearch, names: Names, wanted: Callable[[Versions], Versions]) -> Versions:
    """Change the state; raises `Conflict` when somebody else did so at the same moment."""
    found, seq_no, primary_term = _found(client, names)
    if found is None:
        raise Unavailable("the article index was not installed yet")
    changed = wanted(found)
    try:
        with explained():
            client.index(
                index=names.state,
                id=_ID,
                document=msgspec.to_builtins(changed),
                if_seq_no=seq_no,
                if_primary_term=primary_term,
            )
    except ConflictError as error:
        raise Conflict("another program changed the versions of the index") from error
    return changed


def _found(client: Elasticsearch, names: Names) -> tuple[Versions | None, int, int]:
    try:
        with explained():
            answer = client.get(index=names.state, id=_ID)
    except NotFoundError:
        return None, -1, -1
    return msgspec.convert(answer["_source"], Versions), answer["_seq_no"], answer["_primary_term"]


class KnownVersions:
    """What a writer knows of the versions, and how long ago it asked. For one thread."""

    def __init__(
        self, look_up: Callable[[], Versions], *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._look_up = look_up
        self._elapsed = elapsed
        self._asked: float | None = None
        self._known: Versions | None = None

    def current(self, *, newer_than_seconds: float = _LOOK_UP_SECONDS) -> Versions:
        """Give the versions as they were at most that long ago."""
        now = self._elapsed()
        if self._known is None or self._asked is None or now - self._asked > newer_than_seconds:
            # The time before asking: a slow answer is old when it comes.
            self._known, self._asked = self._look_up(), now
        return self._known

    def hold_to(self, versions: Versions) -> None:
        """Raise `Unavailable` when other versions are in force since a write began."""
        if not versions.asks_the_same(self.current(newer_than_seconds=_KNOWN_SECONDS)):
            raise Unavailable("the versions of the article index changed", retry_after_seconds=0.0)
