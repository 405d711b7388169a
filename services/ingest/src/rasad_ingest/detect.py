"""What a file is: by its content first, by its name second."""

import re
from typing import Literal

from rasad_core.errors import Reason, Unprocessable

Kind = Literal["feed", "sitemap", "page", "text", "jsonl", "json"]

_XML_ROOT = re.compile(
    r"<(?:\w+:)?(rss|feed|rdf|channel|urlset|sitemapindex|html|opml)\b", re.IGNORECASE
)
_KINDS: dict[str, Kind] = {"urlset": "sitemap", "sitemapindex": "sitemap", "html": "page"}
_HTML = re.compile(r"<!doctype html|<(?:head|body|article|div|p|h1|meta|title)\b", re.IGNORECASE)
_SUFFIXES: dict[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".html": "page", ".htm": "page",
    ".xhtml": "page", ".txt": "text", ".text": "text", ".md": "text", ".rss": "feed",
    ".atom": "feed", ".rdf": "feed", ".xml": "feed",
}  # fmt: skip
# Some writers escape the slash.
_JSON_FEED = re.compile(r"jsonfeed\.org\\?/version")
HEAD_CHARACTERS = 4096
# Text that is a table or a list of sources, not an article.
_UNREAD_SUFFIXES = {".csv": "a table", ".tsv": "a table", ".opml": "a list of sources"}
_BINARY = {
    b"%PDF-": "PDF", b"PK\x03\x04": "a ZIP archive or office document", b"{\\rtf": "RTF",
    b"\xd0\xcf\x11\xe0": "an office document", b"\x89PNG": "a picture", b"GIF8": "a picture",
    b"\xff\xd8\xff": "a picture", b"RIFF": "a picture or sound", b"ID3": "sound",
    b"\x7fELF": "a program", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7-Zip",
    b"\x28\xb5\x2f\xfd": "Zstandard", b"Rar!": "RAR", b"SQLite format 3": "a database",
}  # fmt: skip


def refuse_binary(head: bytes) -> None:
    """Raise `Unprocessable(unsupported)` for what is no text of any kind, by its first bytes."""
    for begin, name in _BINARY.items():
        if head.startswith(begin):
            message = f"this is {name}; give its text, or unpack it"
            raise Unprocessable(Reason.UNSUPPORTED, message)


def detect(head: str, suffix: str) -> Kind:
    """Name what begins so, and ends its name in `suffix` (with the dot, `.gz` taken off).

    Raises `Unprocessable(unsupported)` for tables and lists of sources.
    """
    begin = head.lstrip("\ufeff \t\r\n")
    if begin.startswith("{"):
        return _json_kind(begin, suffix)
    if begin.startswith("["):
        return "json" if suffix in (".json", "") else _SUFFIXES.get(suffix, "text")
    root = _XML_ROOT.search(begin)
    if suffix in _UNREAD_SUFFIXES or (root and root[1].lower() == "opml" and begin[0] == "<"):
        what = _UNREAD_SUFFIXES.get(suffix, "a list of sources")
        message = f"this is {what}, no article; say what it is (--as text) to read it all the same"
        raise Unprocessable(Reason.UNSUPPORTED, message)
    if root and (begin.startswith("<") or _SUFFIXES.get(suffix) in ("feed", "page")):
        return _KINDS.get(root[1].lower(), "feed")
    if begin.startswith("<") and _HTML.search(begin):
        return "page"
    return _SUFFIXES.get(suffix, "text")


def _json_kind(begin: str, suffix: str) -> Kind:
    """Tell lines of objects from one object spread over lines."""
    first = begin.split("\n", 1)[0].rstrip()
    if suffix in (".jsonl", ".ndjson"):
        return "jsonl"
    if _JSON_FEED.search(begin):
        return "json"
    return "jsonl" if first.endswith("}") and suffix != ".json" else "json"
