"""A document or stream of any kind to items; never raises for bad input."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader, BytesIO, RawIOBase
from typing import BinaryIO

from msgspec.structs import replace

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.intake.articles import Context, article
from rasad_core.intake.clean import clean
from rasad_core.intake.items import As, Found, Item, Refused, refused
from rasad_core.intake.records import build_record, decode_json
from rasad_ingest.charset import decode
from rasad_ingest.detect import HEAD_CHARACTERS, Kind, detect, refuse_binary
from rasad_ingest.feeds.entries import Feed, entry_article
from rasad_ingest.feeds.json_feed import is_json_feed, parse_json_feed
from rasad_ingest.feeds.xml import parse_xml_feed
from rasad_ingest.lines import Source, read_lines
from rasad_ingest.pages import read_page
from rasad_ingest.sitemaps import read_sitemap

# White space and a byte order mark.
_BLANK = b" \t\r\n\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_DAMAGE = (gzip.BadGzipFile, EOFError, zlib.error)
_PART_BYTES = 65_536


def items_of(data: bytes, form: As, context: Context, *, suffix: str = "") -> Iterator[Item]:
    """Give the items of a document held whole, zipped or not; bad ones come as `Refused`.

    `suffix` is how its name ends, with the dot.
    """
    yield from map(sayable, guarded(BytesIO(data), suffix, form, context))


def unzipped(data: bytes, max_bytes: int) -> bytes:
    """Give a document as it was before it was zipped, if it was.

    Raises `Unprocessable`: `too_large`, and `malformed` where not even its beginning can be read.
    """
    if not data.startswith(_GZIP):
        return data
    found, damage = _read_all(BufferedReader(gzip.GzipFile(fileobj=BytesIO(data))), max_bytes)
    if damage and not found:
        raise Unprocessable(Reason.MALFORMED, f"the gzip data is damaged: {damage}")
    return found


def sayable(item: Item) -> Item:
    """Clean what a refusal says: names of files and fields may be no text at all."""
    if isinstance(item, Found):
        return item
    return replace(item, message=clean(item.message), url=item.url and clean(item.url))


def guarded(stream: BinaryIO, suffix: str, form: As, context: Context) -> Iterator[Item]:
    """Give the items of a stream; `suffix` is how its name ends, with the dot, `.gz` taken off."""
    try:
        yield from _stream(stream, suffix, form, context)
    except Unprocessable as error:
        yield refused(error, url=context.url)
    except _DAMAGE as error:
        yield _damaged(error, context)


def _damaged(error: Exception, context: Context) -> Refused:
    message = f"the gzip data is damaged: {error}"
    return Refused(reason=Reason.MALFORMED, message=message, url=context.url)


def _stream(stream: BinaryIO, suffix: str, form: As, context: Context) -> Iterator[Item]:
    source: Source = stream if isinstance(stream, BufferedReader) else _buffered(stream)
    if source.peek(2).startswith(_GZIP):
        source = gzip.GzipFile(fileobj=source)
    head = source.peek(HEAD_CHARACTERS)
    refuse_binary(head)
    kind = _kind(head, suffix, form)
    if kind == "jsonl":
        yield from read_lines(source, context)
        return
    data, damage = _read_all(source, context.limits.max_bytes)
    if damage and not data:
        raise damage
    if not data.strip(_BLANK):
        raise Unprocessable(Reason.EMPTY, "the file is empty")
    yield from _whole(data, kind, context)
    if damage:
        yield _damaged(damage, context)


def _read_all(source: Source, max_bytes: int) -> tuple[bytes, Exception | None]:
    """Read an input whole; what came before damage in the gzip data is read too."""
    parts: list[bytes] = []
    left = max_bytes + 1
    try:
        while left > 0 and (part := source.read1(min(left, _PART_BYTES))):
            parts.append(part)
            left -= len(part)
    except _DAMAGE as error:
        return b"".join(parts), error
    if left <= 0:
        message = f"more than {max_bytes} bytes; split it, or write it as JSONL"
        raise Unprocessable(Reason.TOO_LARGE, message)
    return b"".join(parts), None


def _kind(head: bytes, suffix: str, form: As) -> Kind:
    if form != "auto":
        return form
    try:
        text = decode(head)
    except Unprocessable:
        text = head.decode("latin-1")
    return detect(text[:HEAD_CHARACTERS], suffix)


def _whole(data: bytes, kind: Kind, context: Context) -> Iterator[Item]:
    match kind:
        case "feed":
            yield from _feed(data, context)
        case "sitemap":
            yield from read_sitemap(data, context)
        case "json":
            yield from _json(data, context)
        case "page":
            yield read_page(decode(data), context)
        case _:
            yield Found(article=_text(clean(decode(data)).strip(), context))


def _text(text: str, context: Context) -> ArticleFetched:
    if not text:
        raise Unprocessable(Reason.EMPTY, "the text is empty")
    size, allowed = len(text.encode()), context.limits.max_field_bytes
    if size > allowed:
        message = f"the text has {size} bytes; {allowed} are allowed"
        raise Unprocessable(Reason.TOO_LARGE, message)
    return article(context, form="text", url=context.url, text=text, content=text)


def _json(data: bytes, context: Context) -> Iterator[Item]:
    try:
        value = decode_json(data)
    except Unprocessable:
        # Objects one a line, in a file that calls itself .json.
        if data.count(b"\n{") or data.lstrip().startswith(b"{"):
            yield from read_lines(BufferedReader(BytesIO(data)), context)
            return
        raise
    if is_json_feed(value):
        yield from _entries(parse_json_feed(value, context.url), context)
        return
    if isinstance(value, list):
        yield from _array(value, replace(context, url=None))
    else:
        yield Found(article=build_record(value, context))


def _array(records: list[object], context: Context) -> Iterator[Item]:
    if not records:
        raise Unprocessable(Reason.EMPTY, "the list is empty")
    for number, record in enumerate(records, start=1):
        try:
            yield Found(article=build_record(record, context))
        except Unprocessable as error:
            yield Refused(reason=error.reason, message=f"item {number}: {error.message}")


def _feed(data: bytes, context: Context) -> Iterator[Item]:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        yield from _entries(parse_json_feed(decode_json(data), context.url), context)
    else:
        yield from _entries(parse_xml_feed(decode(data), context.url), context)


def _entries(feed: Feed, context: Context) -> Iterator[Item]:
    if not feed.entries and not feed.cut:
        raise Unprocessable(Reason.EMPTY, "the feed has no entries")
    for number, entry in enumerate(feed.entries[: context.limits.max_entries], start=1):
        try:
            yield Found(article=entry_article(entry, feed, context))
        except Unprocessable as error:
            message = f"entry {number}: {error.message}"
            yield Refused(reason=error.reason, message=message, url=entry.link)
    if feed.cut:
        yield Refused(reason=Reason.MALFORMED, message=feed.cut, url=context.url)
    if len(feed.entries) > context.limits.max_entries:
        message = f"only the first {context.limits.max_entries} of {len(feed.entries)} are read"
        yield Refused(reason=Reason.TOO_LARGE, message=message)


def _buffered(stream: BinaryIO) -> BufferedReader:
    """Give a stream that can be looked ahead in; standard input of a test has no buffer."""
    assert isinstance(stream, RawIOBase | BytesIO)
    return BufferedReader(stream)
