"""Bytes to text: what the file says of itself first, detection second, refusal last."""

import codecs
import re

from charset_normalizer import from_bytes

from rasad_core.errors import Reason, Unprocessable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Where declarations are looked for; browsers look in the first 1,024 bytes, some pages are late.
_HEAD_BYTES = 8192
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]*?encoding|<meta[^>]*?charset)\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""",
    re.IGNORECASE,
)
# What browsers read under these names (WHATWG Encoding).
_BROWSER_NAMES = {"iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252",
                  "us-ascii": "cp1252", "iso-8859-9": "cp1254", "tis-620": "cp874"}  # fmt: skip
# Detection costs 10 ms a kilobyte on bad cases; this much tells as much.
_SAMPLE_BYTES = 40_000


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Decode a file; raises `Unprocessable(bad_encoding)`.

    Order: byte order mark, UTF-8 where it is valid (no other charset looks like it by chance), what
    the file or its bearer declares, detection.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    if wide := _wide(data):
        return wide
    for name in ("utf-8", _declared_in(data), declared):
        text = _strictly(data, name)
        if text is not None:
            return text
    return _detected(data)


def _wide(data: bytes) -> str | None:
    """Read UTF-16 without a mark: every second byte of its markup is zero."""
    head = data[:40]
    if len(head) < 4 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 4:
        return None
    return _strictly(data, "utf-16-be" if even > odd else "utf-16-le")


def _declared_in(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_HEAD_BYTES])
    return found[1].decode("ascii") if found else None


def _strictly(data: bytes, charset: str | None) -> str | None:
    if charset is None:
        return None
    name = charset.strip().lower()
    try:
        text = data.decode(_BROWSER_NAMES.get(name, name))
    except (UnicodeError, LookupError):
        return None
    # Codecs that are not text, such as hex, give bytes.
    return text if isinstance(text, str) else None


def _detected(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    text = None if best is None else _strictly(data, best.encoding)
    if text is None and best is not None:
        text = data.decode(best.encoding, "replace")
    if text is None or "\0" in text[:1000]:
        message = "no charset fits these bytes; is it a text file? Save it as UTF-8 and try again"
        raise Unprocessable(Reason.BAD_ENCODING, message)
    return text
