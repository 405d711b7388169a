"""What a file is: by its content first, by its name second."""

import re
from typing import Literal

Kind = Literal["feed", "sitemap", "page", "text", "jsonl", "json"]

_XML_ROOT = re.compile(
    r"<(?:\w+:)?(rss|feed|rdf|channel|urlset|sitemapindex|html)\b", re.IGNORECASE
)
_KINDS: dict[str, Kind] = {"urlset": "sitemap", "sitemapindex": "sitemap", "html": "page"}
_HTML = re.compile(r"<!doctype html|<(?:head|body|article|div|p|h1|meta|title)\b", re.IGNORECASE)
_SUFFIXES: dict[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".html": "page", ".htm": "page",
    ".xhtml": "page", ".txt": "text", ".text": "text", ".md": "text", ".rss": "feed",
    ".atom": "feed", ".rdf": "feed", ".xml": "feed",
}  # fmt: skip
HEAD_CHARACTERS = 4096


def detect(head: str, suffix: str) -> Kind:
    """Name what begins so, and ends its name in `suffix` (with the dot, `.gz` taken off)."""
    begin = head.lstrip("\ufeff \t\r\n")
    if begin.startswith("{"):
        return _json_kind(begin, suffix)
    if begin.startswith("["):
        return "json" if suffix in (".json", "") else _SUFFIXES.get(suffix, "text")
    root = _XML_ROOT.search(begin)
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
    return "jsonl" if first.endswith("}") and suffix != ".json" else "json"
