"""The body of a push to articles, item by item: one bad item spoils nothing but itself."""

import codecs
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, TypeVar

from msgspec.structs import replace

from rasad_api.bodies import unsupported
from rasad_api.problems import Problem, ProblemError
from rasad_core import codec
from rasad_core.documents.outcomes import PUSHED, push_trace_id
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen, Origin
from rasad_core.intake.articles import Context
from rasad_core.intake.items import Limits
from rasad_core.intake.publish import resolve
from rasad_core.intake.records import build_record, decode_json, read_record
from rasad_core.ports import Store

T = TypeVar("T")
# CONTRACT 4.
MAX_ITEMS = 1000
JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
# Lines are `ArticleFetched` as in the log: what `rasad ingest` read, for a running program.
FETCHED: Final = "application/vnd.rasad.fetched+x-ndjson"
# `rasad_core.intake.items.Limits`: what an event may have, and a broker takes.
_MAX_EVENT_BYTES = 2_000_000
_LINES_TOO = frozenset({LINES, "application/ndjson", "application/jsonl"})
# Encodings of text; Python's codecs have others too, some of them slow or not text at all.
_CHARSETS = re.compile(
    r"utf-8(-sig)?|utf-16(-[bl]e)?|ascii|iso8859-\d+|cp\d+|gb\w+|big5|shift_jis|euc_\w+|koi8-\w"
)


class Declined(Frozen, frozen=True, kw_only=True):
    """An item that is no article, at its place in the body; `code` is one of `errors.Reason`."""

    index: int
    code: Reason
    detail: str


class Taken(Frozen, frozen=True, kw_only=True):
    """An article to publish, and its place in the body."""

    index: int
    article: ArticleFetched


def read_push(
    body: bytes, media_type: str, charset: str | None, *, origin: Origin, now: datetime
) -> Sequence[Taken | Declined]:
    """Read every item.

    Items are fetched a microsecond after each other, so that article and time name one push.
    Raises `Problem`: 415, 413 for too many items, 422 where there are none to tell apart.
    """
    text = _as_utf8(body, charset)
    if media_type == JSON:
        return _read(
            _values(text), lambda value, at: build_record(value, _context(origin, at)), now
        )
    if media_type == FETCHED:
        return _read(_lines(text), _event, now)
    if media_type in _LINES_TOO:
        return _read(_lines(text), lambda line, at: read_record(line, _context(origin, at)), now)
    raise unsupported(media_type, JSON, LINES)


def named(taken: Sequence[Taken], store: Store) -> Sequence[Taken]:
    """Give each article the id that its address leads to, and the trace that finds its outcome."""
    resolved = resolve([each.article for each in taken], store)
    return [
        replace(each, article=_traced(article))
        for each, article in zip(taken, resolved, strict=True)
    ]


def _traced(article: ArticleFetched) -> ArticleFetched:
    if article.trace_id.startswith(PUSHED):
        return article
    told = (
        PUSHED + article.trace_id
        if article.trace_id
        else push_trace_id(article.article_id, article.fetched_at)
    )
    return replace(article, trace_id=told)


def _context(origin: Origin, at: datetime) -> Context:
    # `named` gives the trace: it needs the id, which the address may lead elsewhere.
    return Context(now=at, origin=origin, limits=Limits(), new_trace_id=str)


def _read(
    items: Sequence[T], build: Callable[[T, datetime], ArticleFetched], now: datetime
) -> Sequence[Taken | Declined]:
    if not items:
        raise _unreadable(Reason.EMPTY, "there is no article in the body")
    if len(items) > MAX_ITEMS:
        raise Problem(413, "too-large", f"more than {MAX_ITEMS} items; send them in parts")
    return list(_built(items, build, now))


def _built(
    items: Sequence[T], build: Callable[[T, datetime], ArticleFetched], now: datetime
) -> Iterator[Taken | Declined]:
    for index, item in enumerate(items):
        try:
            yield Taken(index=index, article=build(item, now + timedelta(microseconds=index)))
        except Unprocessable as error:
            yield Declined(index=index, code=error.reason, detail=error.message)


def _event(line: bytes, _: datetime) -> ArticleFetched:
    if len(line) > _MAX_EVENT_BYTES:
        detail = f"the event has {len(line)} bytes; {_MAX_EVENT_BYTES} are allowed"
        raise Unprocessable(Reason.TOO_LARGE, detail)
    return codec.decode(line, ArticleFetched)


def _values(text: bytes) -> Sequence[object]:
    try:
        value = decode_json(text)
    except Unprocessable as error:
        raise _unreadable(error.reason, error.message) from None
    return value if isinstance(value, list) else [value]


def _lines(text: bytes) -> Sequence[bytes]:
    # One too many says that there are too many; a million more would only take room.
    return list(islice((line for line in io.BytesIO(text) if line.strip()), MAX_ITEMS + 1))


def _as_utf8(body: bytes, charset: str | None) -> bytes:
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        name = ""
    if not _CHARSETS.fullmatch(name):
        detail = f"`{charset}` is no charset that is read here; send UTF-8"
        raise Problem(415, "unsupported-media-type", detail)
    if name == "utf-8":
        return body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode(name).encode()
    except UnicodeError as error:
        detail = f"the body is not {charset}: {error}"
        raise _unreadable(Reason.BAD_ENCODING, detail) from None


def _unreadable(reason: Reason, detail: str) -> Problem:
    return Problem(
        422, "unprocessable", detail, errors=[ProblemError(code=reason.value, detail=detail)]
    )
