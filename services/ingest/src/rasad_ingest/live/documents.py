"""A document as fetched to what it holds: the part of a poll that hostile bytes can slow down."""

import re
import uuid
from datetime import datetime

from rasad_core.documents.sources import SourceKind
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen
from rasad_core.intake.articles import Context
from rasad_core.intake.items import Found, Limits, Refused
from rasad_ingest.charset import decode
from rasad_ingest.content import items_of, unzipped
from rasad_ingest.detect import HEAD_CHARACTERS, detect
from rasad_ingest.sitemaps import Child, read_index

# The elements of a channel stand before its entries; a feed with more before them states nothing.
_HEAD_BYTES = 65_536
_FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*([0-9]{1,6})\s*</ttl>")
_PERIOD = re.compile(rb"<sy:updatePeriod>\s*(hourly|daily|weekly)\s*</sy:updatePeriod>")
_FREQUENCY = re.compile(rb"<sy:updateFrequency>\s*([0-9]{1,4})\s*</sy:updateFrequency>")
_PERIOD_SECONDS = {b"hourly": 3600.0, b"daily": 86_400.0, b"weekly": 604_800.0}


class Answer(Frozen, frozen=True, kw_only=True):
    """A body to read: where it came from, and the charset its bearer declared."""

    data: bytes
    kind: SourceKind
    url: str
    at: datetime
    charset: str | None = None


class Document(Frozen, frozen=True, kw_only=True):
    """What a body holds; `children` are the sitemaps of an index. `empty`: it has no entries."""

    articles: tuple[ArticleFetched, ...] = ()
    children: tuple[Child, ...] = ()
    refused: tuple[Refused, ...] = ()
    ttl_seconds: float | None = None
    empty: bool = False


def read_document(answer: Answer, limits: Limits) -> Document:
    """Read a body; raises `Unprocessable` where nothing of it can be made out."""
    data = unzipped(answer.data, limits.max_bytes)
    if not data.strip():
        return Document(empty=True)
    if answer.charset:
        data = decode(data, declared=answer.charset).encode("utf-8", "replace")
    if answer.kind == "sitemap" and (children := read_index(data)):
        return Document(children=children)
    context = Context(
        now=answer.at,
        origin="live",
        limits=limits,
        url=answer.url,
        new_trace_id=lambda: uuid.uuid4().hex,
    )
    items = list(items_of(data, answer.kind, context))
    refused = tuple(each for each in items if isinstance(each, Refused))
    articles = tuple(each.article for each in items if isinstance(each, Found))
    if answer.kind == "feed" and not articles and _is_page(data):
        message = "it answers a web page, no feed; name its feed, or add it as a page"
        raise Unprocessable(Reason.UNSUPPORTED, message)
    return Document(
        articles=articles,
        refused=refused,
        ttl_seconds=_ttl_seconds(data) if answer.kind == "feed" else None,
        empty=[each.reason for each in refused] == [Reason.EMPTY] and len(items) == 1,
    )


def refusal(document: Document) -> Unprocessable | None:
    """Say why nothing came of a document, where nothing did."""
    if document.articles or document.empty or not document.refused:
        return None
    first, count = document.refused[0], len(document.refused)
    message = first.message if count == 1 else f"none of {count} entries: {first.message}"
    return Unprocessable(first.reason, message)


def _is_page(data: bytes) -> bool:
    return detect(data[:_HEAD_BYTES].decode("utf-8", "replace")[:HEAD_CHARACTERS], "") == "page"


def _ttl_seconds(data: bytes) -> float | None:
    """Read how long a feed says it holds: `ttl` in minutes, or RDF's syndication module."""
    head = data[:_HEAD_BYTES]
    if first := _FIRST_ENTRY.search(head):
        head = head[: first.start()]
    if ttl := _TTL.search(head):
        return int(ttl[1]) * 60.0
    if period := _PERIOD.search(head):
        frequency = _FREQUENCY.search(head)
        return _PERIOD_SECONDS[period[1]] / max(1, int(frequency[1]) if frequency else 1)
    return None
