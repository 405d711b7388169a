"""Writes to the store by `_bulk`, each of which knows at its end whether it took place.

An answer can be lost after Elasticsearch did what was asked. Then the write is asked for again,
and where it meets a document of its own `writer`, that is its own.
"""

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec
from elasticsearch import ApiError, Elasticsearch, TransportError

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.store_documents import (
    Found,
    Source,
    condition_of,
    id_of,
    version_of,
)
from rasad_core.errors import Reason, Unavailable, Unprocessable

# Before asking again: at once, for a connection that the server closed while it was idle; then
# after a time in which a full queue of a busy node (64 ms to drain 500 writes here) is short again.
_PAUSES_SECONDS = (0.0, 0.3)
# A quarter of a second of work for a small node; requests of 500 documents wrote as many in a
# second as those of 5000.
_MOST_WRITES = 500
# Elasticsearch takes 100 MB by default, proxies in front of it often 10.
_MOST_BYTES = 5_000_000
# Base64 makes it a third longer, and Elasticsearch reads no JSON string above 50 million letters.
LARGEST_VALUE_BYTES = 32 * 1024 * 1024
# Lucene's limit on a term.
_LONGEST_KEY_BYTES = 32_766
_REFUSED, _CONFLICT, _MISSING, _TOO_LARGE, _TOO_MANY = 400, 409, 404, 413, 429
# A proxy or a node says so that may have passed the request on.
_UNSURE = frozenset({500, 502, 503, 504})


class Write(NamedTuple):
    """One write to ask for. `at` is the version it is to replace; `value` None removes."""

    key: str
    value: bytes | None = None
    team_id: str | None = None
    at: int | None = None
    create: bool = False


class Written(NamedTuple):
    """What became of a write; `version` counts where it was done."""

    result: Literal["done", "conflict", "missing"]
    version: int = 0


class _Reason(msgspec.Struct):
    type: str
    reason: str | None = None


class _Item(msgspec.Struct):
    status: int
    seq_no: int = msgspec.field(name="_seq_no", default=0)
    primary_term: int = msgspec.field(name="_primary_term", default=0)
    error: _Reason | None = None


class _Answer(msgspec.Struct):
    items: list[dict[str, _Item]]


class Writing:
    """Writes to one index, made by one call of the store."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self._client = client
        self._index = index
        self._writer = secrets.token_hex(8)

    def write(self, writes: Sequence[Write]) -> Sequence[Written]:
        """Do all, in as few requests as fit; one result a write, in their order.

        Raises `Unavailable`, then maybe some are done, and `Unprocessable` for a document that
        Elasticsearch will never take.
        """
        for each in writes:
            if each.value is not None and len(each.value) > LARGEST_VALUE_BYTES:
                raise _rejected(each, f"its value has more than {LARGEST_VALUE_BYTES} bytes")
            if len(each.key.encode()) > _LONGEST_KEY_BYTES:
                raise _rejected(each, f"its key has more than {_LONGEST_KEY_BYTES} bytes")
        return [done for chunk in _chunks(writes) for done in self._written(chunk)]

    def _written(self, writes: Sequence[Write]) -> Sequence[Written]:
        results: dict[int, Written] = {}
        unsure: set[int] = set()
        for pause in (*_PAUSES_SECONDS, None):
            left = {at: write for at, write in enumerate(writes) if at not in results}
            answered, reason = self._asked(left, unsure)
            results |= answered
            if len(results) == len(writes):
                break
            if pause is None:
                message = f"Elasticsearch does not write to {self._index}: {reason}"
                raise Unavailable(message)
            time.sleep(pause)
        return [results[at] for at in range(len(writes))]

    def _asked(
        self, left: Mapping[int, Write], unsure: set[int]
    ) -> tuple[Mapping[int, Written], str]:
        """Ask once: what became of those that were answered, and why the others were not.

        Those that may have been done all the same go into `unsure`.
        """
        try:
            items = self._bulk(left.values())
        except ApiError as error:
            if error.status_code == _TOO_LARGE:
                return dict(zip(left, self._halved(list(left.values())), strict=True)), ""
            if error.status_code not in {_TOO_MANY, *_UNSURE}:
                raise
            unsure |= set(left) if error.status_code in _UNSURE else set()
            return {}, str(error)
        except TransportError as error:
            unsure |= set(left)
            return {}, str(error)
        return self._sorted(left, items, unsure)

    def _sorted(
        self, left: Mapping[int, Write], items: Sequence[_Item], unsure: set[int]
    ) -> tuple[Mapping[int, Written], str]:
        results, reason = {}, ""
        for (at, write), item in zip(left.items(), items, strict=True):
            if item.status in {_TOO_MANY, *_UNSURE}:
                unsure |= {at} if item.status in _UNSURE else set()
                reason = _said(item)
            else:
                results[at] = self._result(write, item, unsure=at in unsure)
        return results, reason

    def _bulk(self, writes: Iterable[Write]) -> Sequence[_Item]:
        lines = [line for each in writes for line in self._lines(each)]
        answer = self._client.bulk(index=self._index, operations=lines)
        items = msgspec.convert(answer.body, type=_Answer).items
        return [item for each in items for item in each.values()]

    def _lines(self, write: Write) -> Iterable[Mapping[str, object]]:
        action: dict[str, object] = {"_id": id_of(write.key)}
        if write.at is not None:
            action |= condition_of(write.at)
        if write.value is None:
            return [{"delete": action}]
        source = Source(
            key=write.key, value=write.value, writer=self._writer, team_id=write.team_id
        )
        return [{"create" if write.create else "index": action}, msgspec.to_builtins(source)]

    def _result(self, write: Write, item: _Item, *, unsure: bool) -> Written:
        if item.status == _CONFLICT:
            return (unsure and self._own(write)) or Written("conflict")
        if item.status == _MISSING and write.value is None:
            # Who asked before and got no answer has most likely removed it.
            return Written("done" if unsure else "missing")
        if item.status == _REFUSED:
            raise _rejected(write, _said(item))
        if item.error is not None:
            message = f"Elasticsearch does not write to {self._index}: {_said(item)}"
            raise Unavailable(message)
        return Written("done", version_of(item.seq_no, item.primary_term))

    def _own(self, write: Write) -> Written | None:
        """Look whether the document in the way is the one that this very call wrote."""
        with explained():
            answer = self._client.mget(index=self._index, ids=[id_of(write.key)])
        found = msgspec.convert(answer.body["docs"][0], type=Found)
        source = found.present()
        if source is None:
            return Written("done") if write.value is None else None
        return Written("done", found.version) if source.writer == self._writer else None

    def _halved(self, writes: Sequence[Write]) -> Sequence[Written]:
        if len(writes) == 1:
            raise _rejected(writes[0], "Elasticsearch takes no request as large")
        middle = len(writes) // 2
        return [*self._written(writes[:middle]), *self._written(writes[middle:])]


def _chunks(writes: Sequence[Write]) -> Iterator[Sequence[Write]]:
    chunk: list[Write] = []
    size = 0
    for each in writes:
        own = len(each.value or b"") * 4 // 3 + len(each.key)
        if chunk and (len(chunk) == _MOST_WRITES or size + own > _MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(each)
        size += own
    if chunk:
        yield chunk


def _said(item: _Item) -> str:
    return "" if item.error is None else f"{item.error.type}: {item.error.reason}"[:500]


def _rejected(write: Write, why: str) -> Unprocessable:
    return Unprocessable(Reason.REJECTED, f"the store cannot keep `{write.key[:100]}`: {why}")
