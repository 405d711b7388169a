"""Bulk requests: bounded in bytes, what is refused for a moment sent again, what lost a race told.

Nothing is sent again after an answer was lost: only the caller knows what it meant.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from elasticsearch import ApiError, Elasticsearch
from msgspec import json

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.events import Frozen

# Far below the 100 MB that a server takes, and enough for 500 articles of 300 words: larger
# requests only cost its memory.
_MAX_REQUEST_BYTES = 8 * 1024 * 1024
# 0.2, 0.4, … 3.2 s: longer waits are the caller's, who can be asked to stop meanwhile.
_PAUSES_SECONDS = (0.2, 0.4, 0.8, 1.6, 3.2)
_CONFLICT = 409
_TOO_LARGE = 413
_REFUSED = 400
# Refusals of the cluster as it is (no shard left, a closed index), not of the document.
_NOT_THE_DOCUMENT = frozenset({"validation_exception", "index_closed_exception"})
_PASSING = frozenset({429, 500, 502, 503, 504})
# Parsing the answer is a good part of a bulk request's time in this process: only this is read.
_WANTED = "errors,items.*.status,items.*.error.type,items.*.error.reason"
# It repeats the value that it refuses.
_MAX_REASON = 500

Pause: TypeAlias = Callable[[float], object]


class Action(Frozen, frozen=True, kw_only=True):
    """One document to write: if it is new (`create`), or if it is as it was when it was read."""

    index: str
    id: str
    body: bytes
    seq_no: int | None = None
    primary_term: int | None = None

    @property
    def lines(self) -> tuple[bytes, bytes]:
        """Give the two lines of a bulk request."""
        kind: Literal["create", "index"] = "create" if self.seq_no is None else "index"
        about: dict[str, str | int | None] = {"_index": self.index, "_id": self.id}
        if self.seq_no is not None:
            about |= {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}
        return json.encode({kind: about}), self.body


class _Answer(Frozen, frozen=True, kw_only=True):
    status: int
    kind: str = ""
    reason: str = ""


def write_all(
    client: Elasticsearch, actions: Sequence[Action], *, refresh: bool, pause: Pause,
    before_each: Callable[[], None],
) -> Sequence[bool]:  # fmt: skip
    """Write documents; False for each that is not new, or no more as it was read.

    `before_each` is called before every request, and may stop the rest by raising. Raises
    `Unavailable` when the server is away or stays too busy, and `Unprocessable` for a document
    that it refuses; then others may have been written.
    """
    written: list[bool] = []
    for chunk in _chunks(actions):
        written += _settled(client, chunk, refresh=refresh, pause=pause, before_each=before_each)
    return written


def _chunks(actions: Sequence[Action]) -> Iterator[Sequence[Action]]:
    chunk: list[Action] = []
    size = 0
    for action in actions:
        if chunk and size + len(action.body) > _MAX_REQUEST_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(action)
        size += len(action.body)
    if chunk:
        yield chunk


def _settled(
    client: Elasticsearch, actions: Sequence[Action], *, refresh: bool, pause: Pause,
    before_each: Callable[[], None],
) -> Sequence[bool]:  # fmt: skip
    """Send until every document is written or has lost its race."""
    settled: dict[int, bool] = {}
    left = list(range(len(actions)))
    for pause_seconds in (*_PAUSES_SECONDS, None):
        before_each()
        answers = _sent(client, [actions[at] for at in left], refresh=refresh)
        busy = [at for at, answer in zip(left, answers, strict=True) if _is_busy(answer)]
        for at, answer in zip(left, answers, strict=True):
            if not _is_busy(answer):
                settled[at] = answer.status != _CONFLICT
        if refused := next(filter(_is_refused, answers), None):
            raise Unprocessable(
                Reason.REJECTED,
                f"Elasticsearch refuses the document: {refused.reason[:_MAX_REASON]}",
            )
        if not busy:
            return [settled[at] for at in range(len(actions))]
        left = busy
        if pause_seconds is not None:
            pause(pause_seconds)
    worst = next(filter(_is_busy, answers))
    raise Unavailable(f"Elasticsearch takes no documents: {worst.status} {worst.reason}")


def _is_refused(answer: _Answer) -> bool:
    return answer.status == _REFUSED and answer.kind not in _NOT_THE_DOCUMENT


def _is_busy(answer: _Answer) -> bool:
    done = answer.status < _REFUSED or answer.status == _CONFLICT
    return not done and not _is_refused(answer)


def _sent(client: Elasticsearch, actions: Sequence[Action], *, refresh: bool) -> Sequence[_Answer]:
    """Send one request, halved as long as it is too large for the server."""
    lines = [line for action in actions for line in action.lines]
    try:
        with explained():
            response = client.bulk(
                operations=lines,  # type: ignore[arg-type]  # bytes pass through
                refresh=refresh or None,
                filter_path=_WANTED,
            )
    except ApiError as error:
        if error.status_code == _TOO_LARGE and len(actions) > 1:
            half = len(actions) // 2
            return [
                *_sent(client, actions[:half], refresh=refresh),
                *_sent(client, actions[half:], refresh=refresh),
            ]
        if error.status_code in {_TOO_LARGE, _REFUSED}:
            raise Unprocessable(
                Reason.REJECTED, f"Elasticsearch refuses the request: {str(error)[:_MAX_REASON]}"
            ) from error
        raise
    if not response["errors"]:
        return [_Answer(status=200)] * len(actions)
    return [_answer(item) for item in response["items"]]


def _answer(item: Mapping[str, Mapping[str, object]]) -> _Answer:
    (about,) = item.values()
    error = about.get("error")
    status = about["status"]
    assert isinstance(status, int)
    if not isinstance(error, Mapping):
        return _Answer(status=status)
    return _Answer(
        status=status, kind=str(error.get("type", "")), reason=str(error.get("reason", ""))
    )
