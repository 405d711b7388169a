"""What is done to a feed's text before it is parsed, and what its text tells of its end."""

import re

from rasad_core.errors import Reason, Unprocessable
from rasad_core.intake.clean import clean_markup

# Entities that a feed declares itself are bombs, or a page's mistake; HTML's own are known anyway.
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<[A-Za-z]")
_ENTRY = r"(?:\w+:)?(?:item|entry)\b"
_ENTRY_BEGIN = re.compile(rf"<{_ENTRY}", re.IGNORECASE)
_ENTRY_END = re.compile(rf"</{_ENTRY}", re.IGNORECASE)
_FEED_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_PIECE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([A-Za-z_][^\s/<>]*)[^<>]*?(/?)>",
    re.DOTALL,
)
# Elements open inside one entry. The parser takes 15 µs for each and forgets none; the deepest real
# entry, with its page's HTML unescaped, had 40.
_MAX_DEPTH = 1000


def repaired(text: str) -> str:
    """Give the feed without what no parser should see; raises `Unprocessable(too_deep)`."""
    whole = clean_markup(_without_doctype(text))
    _refuse_depth(whole)
    return whole


def cut_off(text: str) -> str | None:
    """Say in which part the text ends too soon: `entry`, `feed` or, where it is whole, None."""
    begins = [each.start() for each in _ENTRY_BEGIN.finditer(text)]
    tail = text[begins[-1] :] if begins else text
    if _FEED_END.search(tail):
        return None
    return "feed" if not begins or _ENTRY_END.search(tail) else "entry"


def entry_by_entry(text: str) -> tuple[str, list[str]]:
    """Take a feed apart: what stands before its first entry, and each entry with what follows."""
    begins = [each.start() for each in _ENTRY_BEGIN.finditer(text)]
    ends = [*begins[1:], len(text)]
    parts = [text[begin:end] for begin, end in zip(begins, ends, strict=True)]
    return text[: begins[0]] if begins else text, parts


def _without_doctype(text: str) -> str:
    """Take out a declaration before the first element; further on it is somebody's text."""
    root = _ROOT.search(text)
    begin = text.find("<!DOCTYPE", 0, root.start() if root else 0)
    found = _DOCTYPE.match(text, begin) if begin >= 0 else None
    return text[:begin] + text[found.end() :] if found else text


def _refuse_depth(text: str) -> None:
    depth = 0
    for piece in _PIECE.finditer(text):
        name = piece[2]
        if name is None or piece[3]:
            continue
        if name.lower() in ("item", "entry"):
            depth = 0
        depth += -1 if piece[1] else 1
        if depth > _MAX_DEPTH:
            message = f"more than {_MAX_DEPTH} elements lie inside each other"
            raise Unprocessable(Reason.TOO_DEEP, message)
