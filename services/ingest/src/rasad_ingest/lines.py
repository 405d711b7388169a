"""Lines of JSON, read one by one: an input of any size needs the memory of one line."""

import io
from collections.abc import Callable, Iterator
from gzip import GzipFile

from msgspec.structs import replace

from rasad_core.errors import Reason, Unprocessable
from rasad_core.intake.articles import Context
from rasad_core.intake.items import Found, Item, Refused, refused
from rasad_core.intake.records import read_record
from rasad_ingest.charset import wide_charset

Source = io.BufferedReader | GzipFile
_MARK = b"\xef\xbb\xbf"


def read_lines(source: Source, context: Context) -> Iterator[Item]:
    """Give an item per line that is not blank; none for an input without lines.

    An address given for the input is the article's only where it is the only line: many articles
    have not one address.
    """
    nameless = replace(context, url=None)
    for number, line in _numbered(_readline_of(source), context):
        if isinstance(line, Refused):
            yield line
            continue
        only = number == 1 and not source.peek(1)
        try:
            yield Found(article=read_record(line, context if only else nameless), line=number)
        except Unprocessable as error:
            yield refused(error, line=number)


def _readline_of(source: Source) -> Callable[[int], bytes]:
    charset = wide_charset(source.peek(64))
    if charset is None:
        return source.readline
    # Some shells write UTF-16, where a line end is two bytes.
    wide = io.TextIOWrapper(source, encoding=charset, errors="replace", newline="\n")
    return lambda size: wide.readline(size).encode("utf-8", "replace")


def _numbered(
    readline: Callable[[int], bytes], context: Context
) -> Iterator[tuple[int, bytes | Refused]]:
    number, limit = 0, context.limits.max_line_bytes
    while line := readline(limit + 1):
        number += 1
        if len(line) > limit:
            message = f"the line has more than {limit} bytes"
            ended = line.endswith(b"\n") or _skip_line(readline, context)
            if not ended:
                message += f", and no end after {context.limits.max_bytes}; the rest is not read"
            yield number, Refused(reason=Reason.TOO_LARGE, message=message, line=number)
            if not ended:
                return
        elif line := line.strip().removeprefix(_MARK):
            yield number, line


def _skip_line(readline: Callable[[int], bytes], context: Context) -> bool:
    """Pass over the rest of a line; False when it is as long as no input made of lines."""
    left = context.limits.max_bytes
    while left > 0:
        part = readline(min(left, context.limits.max_line_bytes))
        if not part or part.endswith(b"\n"):
            return True
        left -= len(part)
    return False
