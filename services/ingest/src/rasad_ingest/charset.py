"""Bytes to text: what the file says of itself first, detection second, refusal last."""

import codecs
import re

from charset_normalizer import from_bytes

from rasad_core.errors import Reason, Unprocessable
from rasad_ingest.mojibake import is_mojibake, looks_turkish

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
_BROWSER_NAMES = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
}  # fmt: skip
# The legacy charsets that news came in. Left to all it knows, the detector takes French for cp1250
# and Persian for Mac Cyrillic; Central European ones are not told from Western ones by their
# bytes, so that those must be declared.
_DETECTED = [
    "cp1256", "iso8859_6", "cp1251", "koi8_r", "cp1252", "cp1254", "cp1253", "cp1255", "cp874",
    "gb18030", "big5", "cp932", "euc_jp", "cp949",
]  # fmt: skip
# Detection costs 10 ms a kilobyte on bad cases; this much tells as much.
_SAMPLE_BYTES = 40_000
_MARKUP = re.compile(rb"<[^<>]*>")


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Decode a file; raises `Unprocessable(bad_encoding)`.

    Order: byte order mark, UTF-8 where it is valid (no other charset looks like it by chance) or
    nearly so, what the file or its bearer declares unless that gives gibberish, detection.
    """
    if wide := wide_charset(data):
        for mark, charset in _MARKS:
            if charset == wide and data.startswith(mark):
                data = data[len(mark) :]
        return data.decode(wide, "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    text = _strictly(data, "utf-8") or _nearly_utf8(data)
    if text is not None:
        return text
    told = [_strictly(data, name) for name in (_declared_in(data), declared)]
    for text in told:
        if text is not None and not is_mojibake(text):
            return text
    text = _detected(data) or next((text for text in told if text is not None), None)
    if text is None:
        message = "no charset fits these bytes; is it a text file? Save it as UTF-8 and try again"
        raise Unprocessable(Reason.BAD_ENCODING, message)
    return text


def wide_charset(head: bytes) -> str | None:
    """Name the charset of two or four bytes a letter that data begins in: by its mark, or zeros."""
    for mark, charset in _MARKS:
        if charset != "utf-8" and head.startswith(mark):
            return charset
    # UTF-16 without a mark: every second byte of its markup is zero, none of the others.
    begin = head[:40]
    even, odd = begin[0::2].count(0), begin[1::2].count(0)
    if min(even, odd) > 0 or max(even, odd) < max(len(begin) // 4, 2):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _nearly_utf8(data: bytes) -> str | None:
    """Read UTF-8 with a few bad bytes, as a cut or a careless program leaves them."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    foreign = sum(not letter.isascii() for letter in text[:_SAMPLE_BYTES])
    return text if bad * 10 <= foreign else None


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
    western = codecs.lookup(_BROWSER_NAMES.get(name, name)).name == "cp1252"
    return _western(data, text) if western else text


def _western(data: bytes, text: str) -> str:
    return data.decode("cp1254", "replace") if looks_turkish(text) else text


def _detected(data: bytes) -> str | None:
    sample = _MARKUP.sub(b" ", data[: 4 * _SAMPLE_BYTES])[:_SAMPLE_BYTES]
    best = from_bytes(sample, cp_isolation=_DETECTED).best() or from_bytes(sample).best()
    if best is None:
        return None
    text = data.decode(best.encoding, "replace")
    if best.encoding == "cp1252":
        text = _western(data, text)
    return None if "\0" in text[:1000] else text
