"""Files, folders and standard input to items; never raises for bad input."""

import gzip
import os
import uuid
import zlib
from collections.abc import Iterator
from datetime import datetime
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Origin
from rasad_ingest.articles import Context, article
from rasad_ingest.charset import decode
from rasad_ingest.detect import HEAD_CHARACTERS, Kind, detect
from rasad_ingest.feeds.entries import Feed, entry_article
from rasad_ingest.feeds.json_feed import is_json_feed, parse_json_feed
from rasad_ingest.feeds.xml import parse_xml_feed
from rasad_ingest.items import As, Found, Item, Limits, Refused, refused
from rasad_ingest.pages import read_page
from rasad_ingest.records import build_record, decode_json, read_record
from rasad_ingest.sitemaps import read_sitemap

# White space and a byte order mark.
_BLANK = b" \t\r\n\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
Source = BufferedReader | gzip.GzipFile


def read(
    what: str,
    *,
    form: As,
    url: str | None,
    origin: Origin,
    now: datetime,
    limits: Limits,
    stdin: BinaryIO,
) -> Iterator[Item]:
    """Give the items of a file, a folder (recursively, in the order of names) or `-`.

    `url` is the address the input came from. Bad items come as `Refused`, in their place.
    """
    context = Context(
        now=now, origin=origin, limits=limits, url=url, new_trace_id=lambda: uuid.uuid4().hex
    )
    if what == "-":
        yield from _guarded(stdin, "", form, context)
    elif what.lower().startswith(("http://", "https://")):
        message = "addresses are fetched by the live program, which is not there yet; name a file"
        yield Refused(reason=Reason.UNSUPPORTED, message=message, url=what)
    else:
        for path in _paths(Path(what)):
            yield from _file(path, form, context)


def _paths(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    # Links to folders are not followed, so that none can lead in a circle.
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if not name.startswith("."))


def _file(path: Path, form: As, context: Context) -> Iterator[Item]:
    if path.exists() and not path.is_file():
        yield Refused(reason=Reason.UNSUPPORTED, message=f"{path} is no file or folder")
        return
    try:
        with path.open("rb") as stream:
            suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
            for item in _guarded(stream, suffix.lower(), form, context):
                yield _placed(item, path)
    except FileNotFoundError:
        yield Refused(reason=Reason.NOT_FOUND, message=f"there is no file {path}")
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        yield Refused(reason=Reason.UNREADABLE, message=message)


def _placed(item: Item, path: Path) -> Item:
    """Name the file in a refusal, so that its message stands alone."""
    if isinstance(item, Found):
        return item
    line = "" if item.line is None else f":{item.line}"
    return Refused(
        reason=item.reason, message=f"{path}{line}: {item.message}", line=item.line, url=item.url
    )


def _guarded(stream: BinaryIO, suffix: str, form: As, context: Context) -> Iterator[Item]:
    try:
        yield from _stream(stream, suffix, form, context)
    except Unprocessable as error:
        yield refused(error, url=context.url)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"the gzip data is damaged: {error}"
        yield Refused(reason=Reason.MALFORMED, message=message, url=context.url)


def _stream(stream: BinaryIO, suffix: str, form: As, context: Context) -> Iterator[Item]:
    source: Source = stream if isinstance(stream, BufferedReader) else _buffered(stream)
    if source.peek(2).startswith(_GZIP):
        source = gzip.GzipFile(fileobj=source)
    kind = _kind(source.peek(HEAD_CHARACTERS), suffix, form)
    if kind == "jsonl":
        yield from _lines(source, context)
        return
    data = source.read(context.limits.max_bytes + 1)
    if len(data) > context.limits.max_bytes:
        message = f"more than {context.limits.max_bytes} bytes; split it, or write it as JSONL"
        raise Unprocessable(Reason.TOO_LARGE, message)
    if not data.strip(_BLANK):
        raise Unprocessable(Reason.EMPTY, "the file is empty")
    yield from _whole(data, kind, context)


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
            text = decode(data).replace("\0", "")
            if not text.strip():
                raise Unprocessable(Reason.EMPTY, "the text is empty")
            yield Found(article=_text(text, context))


def _text(text: str, context: Context) -> ArticleFetched:
    return article(context, form="text", url=context.url, text=text.strip(), content=text)


def _lines(source: Source | BytesIO, context: Context) -> Iterator[Item]:
    number = 0
    limit = context.limits.max_line_bytes
    while line := source.readline(limit + 1):
        number += 1
        if len(line) > limit:
            while not line.endswith(b"\n") and (line := source.readline(limit)):
                pass
            message = f"the line has more than {limit} bytes"
            yield Refused(reason=Reason.TOO_LARGE, message=message, line=number)
            continue
        line = line.strip().removeprefix(b"\xef\xbb\xbf")
        if line:
            try:
                yield Found(article=read_record(line, context), line=number)
            except Unprocessable as error:
                yield refused(error, line=number)


def _json(data: bytes, context: Context) -> Iterator[Item]:
    try:
        value = decode_json(data)
    except Unprocessable:
        # Objects one a line, in a file that calls itself .json.
        if data.count(b"\n{") or data.lstrip().startswith(b"{"):
            yield from _lines(BytesIO(data), context)
            return
        raise
    if is_json_feed(value):
        yield from _entries(parse_json_feed(value), context)
        return
    for number, record in enumerate(value if isinstance(value, list) else [value], start=1):
        try:
            yield Found(article=build_record(record, context))
        except Unprocessable as error:
            place = f"item {number}: " if isinstance(value, list) else ""
            yield Refused(reason=error.reason, message=place + error.message)


def _feed(data: bytes, context: Context) -> Iterator[Item]:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        yield from _entries(parse_json_feed(decode_json(data)), context)
    else:
        yield from _entries(parse_xml_feed(decode(data), context.url), context)


def _entries(feed: Feed, context: Context) -> Iterator[Item]:
    if not feed.entries:
        raise Unprocessable(Reason.EMPTY, "the feed has no entries")
    for number, entry in enumerate(feed.entries[: context.limits.max_entries], start=1):
        try:
            yield Found(article=entry_article(entry, feed, context))
        except Unprocessable as error:
            message = f"entry {number}: {error.message}"
            yield Refused(reason=error.reason, message=message, url=entry.link)
    if len(feed.entries) > context.limits.max_entries:
        message = f"only the first {context.limits.max_entries} of {len(feed.entries)} are read"
        yield Refused(reason=Reason.TOO_LARGE, message=message)


def _buffered(stream: BinaryIO) -> BufferedReader:
    """Give a stream that can be looked ahead in; standard input of a test has no buffer."""
    assert isinstance(stream, RawIOBase | BytesIO)
    return BufferedReader(stream)
