"""The document store in Elasticsearch: an index per kind, so that a cluster needs no database."""

from collections.abc import Mapping, Sequence

import msgspec
from elasticsearch import Elasticsearch, NotFoundError

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.store_documents import (
    Found,
    id_of,
    index_name,
    install,
    may_exist,
)
from rasad_core.adapters.elasticsearch.store_writes import Write, Writing, Written
from rasad_core.errors import Conflict
from rasad_core.ports import Document, DocumentWrite

# Small documents take milliseconds; an index that is made on the way to them a second.
_TIMEOUT_SECONDS = 10.0
_CHUNK = 500
# A search may give 10,000; a tenth is some megabytes of the largest kinds already.
_PAGE = 1000


class ElasticsearchStore:
    """Store for any threads and any programs beside others; every list is current too.

    Raises `Unavailable` while Elasticsearch is away, or an answer was lost and asking again did
    not bring it: then the write is done or not. `create` may be False for a document of one's own
    if somebody wrote over it before the lost answer was asked for again.
    """

    def __init__(self, client: Elasticsearch, *, prefix: str = "") -> None:
        self._client = client.options(request_timeout=_TIMEOUT_SECONDS)
        self._prefix = prefix
        self._installed = False

    def get(self, kind: str, key: str) -> Document | None:
        """Give the document as of now, or None."""
        return self.get_many(kind, [key]).get(key)

    def get_many(self, kind: str, keys: Sequence[str]) -> Mapping[str, Document]:
        """Give those that exist."""
        found: dict[str, Document] = {}
        ids = list(dict.fromkeys(id_of(key) for key in keys))
        for start in range(0, len(ids), _CHUNK):
            with explained():
                answer = self._client.mget(
                    index=index_name(self._prefix, kind), ids=ids[start : start + _CHUNK]
                )
            for each in msgspec.convert(answer.body["docs"], type=list[Found]):
                document = each.document(kind)
                if document is not None:
                    found[document.key] = document
        return found

    def create(self, kind: str, key: str, value: bytes, *, team_id: str | None = None) -> bool:
        """Write if the key is new; False, and nothing changed, if it is not."""
        made = self._write(kind, [Write(key, value, team_id, create=True)])
        return made[0].result == "done"

    def create_many(self, kind: str, values: Mapping[str, bytes]) -> int:
        """Write those whose key is new, in few requests; give how many."""
        made = self._write(kind, [Write(key, values[key], create=True) for key in values])
        return sum(each.result == "done" for each in made)

    def write_many(self, kind: str, writes: Sequence[DocumentWrite]) -> Sequence[bool]:
        """Do several writes in few requests; False for one not at its expected version."""
        asked = {at: _asked(each) for at, each in enumerate(writes) if _can_be(each)}
        made = dict(zip(asked, self._write(kind, list(asked.values())), strict=True))
        return [at in made and made[at].result != "conflict" for at in range(len(writes))]

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
        write = Write(key, value, team_id, expected_version or None, create=expected_version == 0)
        return self._conditional(kind, write, expected_version).version

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False if it was not there. Raises `Conflict` like `put`.

        True, too, if it is gone after the answer to an earlier request was lost.
        """
        if expected_version == 0:
            if self.get(kind, key) is not None:
                raise _conflict(kind, key, expected_version)
            return False
        made = self._conditional(kind, Write(key, at=expected_version), expected_version)
        return made.result == "done"

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
        found: list[Document] = []
        try:
            with explained():
                # Programs look for what they have just written: a queue, a list that a person
                # added to. Measured with 2 cores shared by all: 6 ms where nothing was written
                # since, some 40 ms beside 3000 writes a second.
                self._client.indices.refresh(index=index_name(self._prefix, kind))
                while (size := min(limit - len(found), _PAGE)) > 0:
                    page = self._page(kind, team_id, prefix, after, size)
                    found += page
                    if len(page) < size:
                        break
                    after = page[-1].key
        except NotFoundError:  # no index: nothing of this kind was ever written
            return []
        return found

    def _page(
        self, kind: str, team_id: str | None, prefix: str, after: str, size: int
    ) -> Sequence[Document]:
        filters: list[Mapping[str, object]] = []
        if team_id is not None:
            filters.append({"term": {"team_id": team_id}})
        if prefix:
            filters.append({"prefix": {"key": prefix}})
        answer = self._client.search(
            index=index_name(self._prefix, kind),
            query={"bool": {"filter": filters}},
            sort=[{"key": "asc"}],
            search_after=[after] if after else None,
            size=size,
            seq_no_primary_term=True,
            track_total_hits=False,
        )
        hits = msgspec.convert(answer.body["hits"]["hits"], type=list[Found])
        return [document for each in hits if (document := each.document(kind)) is not None]

    def _conditional(self, kind: str, write: Write, expected: int | None) -> Written:
        if write.at is not None and not may_exist(write.at):
            raise _conflict(kind, write.key, expected)
        made = self._write(kind, [write])[0]
        if made.result == "conflict":
            raise _conflict(kind, write.key, expected)
        return made

    def _write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        if not self._installed:
            install(self._client, self._prefix)
            self._installed = True
        return Writing(self._client, index_name(self._prefix, kind)).write(writes)


def _can_be(write: DocumentWrite) -> bool:
    """Say whether a document can be at the version that is expected."""
    expected = write.expected_version
    return not expected or may_exist(expected)


def _asked(write: DocumentWrite) -> Write:
    expected = write.expected_version
    create = expected == 0 and write.value is not None
    return Write(write.key, write.value, write.team_id, expected or None, create=create)


def _conflict(kind: str, key: str, expected: int | None) -> Conflict:
    return Conflict(f"{kind} `{key}` is not at version {expected}")
