"""`rasad ingest` beside a running program: read here, pushed through its API, reported in order."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from rasad.client import Client
from rasad.intake import Input, read_inputs
from rasad.items import ItemLine
from rasad.reader import Reader
from rasad_core import codec
from rasad_core.documents.outcomes import Became
from rasad_core.errors import Reason, Unavailable
from rasad_core.events import ArticleFetched, Frozen
from rasad_core.intake.items import Found
from rasad_core.runtime.settings import Settings

_MEDIA_TYPE = "application/vnd.rasad.fetched+x-ndjson"
# CONTRACT 4 takes 1,000 items and 16 MiB at once; smaller ones are reported sooner.
_BATCH_ARTICLES, _BATCH_BYTES = 100, 8_000_000
# Items on their way at once, so that a run's memory does not grow with its input.
_ROOM = 1000
_PAUSE_SECONDS = 0.1
# A program that says nothing of an item for so long has lost its outcome, not the item.
_PATIENCE_SECONDS = 120.0


class _Accepted(Frozen, frozen=True, kw_only=True):
    index: int
    article_id: str
    trace_id: str


class _Refused(Frozen, frozen=True, kw_only=True):
    index: int
    code: Reason
    detail: str


class _Answer(Frozen, frozen=True, kw_only=True):
    accepted: tuple[_Accepted, ...] = ()
    refused: tuple[_Refused, ...] = ()


class _Outcome(Frozen, frozen=True, kw_only=True):
    outcome: Became | str
    reason: Reason | None = None
    message: str | None = None


class _Way:
    """Items in the order of the input, each with the trace that finds its outcome."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._items: deque[tuple[ItemLine, str | None]] = deque()

    def __len__(self) -> int:
        return len(self._items)

    def add(self, line: ItemLine, trace_id: str | None = None) -> None:
        self._items.append((line, trace_id))

    def settled(self) -> Iterator[ItemLine]:
        """Take out the items whose fate is known, up to the first that is on its way."""
        while self._items:
            line, trace_id = self._items[0]
            if trace_id is not None and not self._known(line, trace_id):
                return
            self._items.popleft()
            yield line

    def _known(self, line: ItemLine, trace_id: str) -> bool:
        assert line.article_id is not None
        path = f"/v1/articles/{quote(line.article_id)}/outcome?trace_id={quote(trace_id)}"
        told = self._client.read(path, _Outcome)
        if told.outcome == "pending":
            return False
        line.outcome = msgspec.convert(told.outcome, Became)
        line.reason, line.message = told.reason, told.message
        return True


def take_in_by(
    client: Client, settings: Settings, given: Input, stop: threading.Event
) -> Iterator[ItemLine]:
    """Give each item with its outcome, in the order of the input.

    Raises `Unavailable` when the program says nothing of an item for two minutes.
    """
    way = _Way(client)
    batch: list[tuple[ItemLine, ArticleFetched]] = []
    size = 0
    with Reader(read_inputs(settings, given, stop), stop) as reader:
        for found in reader.read(pause_seconds=_PAUSE_SECONDS):
            if found is not None:
                what, item = found
                line = ItemLine(what=what, line=item.line)
                if isinstance(item, Found):
                    batch.append((line, item.article))
                    size += len(item.article.text or "") + len(item.article.html or "")
                else:
                    # Its place in the report is behind what was read before it.
                    _send(client, way, batch)
                    batch, size = [], 0
                    line.outcome, line.url = "refused", item.url
                    line.reason, line.message = item.reason, item.message
                    way.add(line)
            if found is None or len(batch) >= _BATCH_ARTICLES or size >= _BATCH_BYTES:
                _send(client, way, batch)
                batch, size = [], 0
            yield from _room(way, _ROOM, stop)
        if not stop.is_set():
            _send(client, way, batch)
    yield from _room(way, 0, stop)


def _room(way: _Way, room: int, stop: threading.Event) -> Iterator[ItemLine]:
    """Give what is settled, until at most `room` items are on their way."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        for line in way.settled():
            deadline = time.monotonic() + _PATIENCE_SECONDS
            yield line
        if len(way) <= room or stop.wait(_PAUSE_SECONDS):
            return
        if time.monotonic() > deadline:
            raise Unavailable("the program says nothing of an item it took; is it working?")


def _send(client: Client, way: _Way, batch: list[tuple[ItemLine, ArticleFetched]]) -> None:
    if not batch:
        return
    body = b"\n".join(codec.encode(article) for _, article in batch)
    sent = client.ask("POST", "/v1/articles", body=body, media_type=_MEDIA_TYPE)
    answer = msgspec.json.decode(sent.content, type=_Answer)
    accepted = {each.index: each for each in answer.accepted}
    refused = {each.index: each for each in answer.refused}
    for index, (line, article) in enumerate(batch):
        line.url = article.url
        if (taken := accepted.get(index)) is not None:
            line.article_id = taken.article_id
            way.add(line, taken.trace_id)
        elif (declined := refused.get(index)) is not None:
            line.outcome, line.reason, line.message = "refused", declined.code, declined.detail
            way.add(line)
