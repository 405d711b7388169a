"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from collections.abc import Iterator
from typing import Any

from rasad_core.errors import Reason, Unprocessable
from rasad_core.times import parse_time
from rasad_ingest.feeds.entries import Entry, Feed
from rasad_ingest.feeds.links import absolute, is_address

_BODIES = ("content_html", "content_text", "summary")


def is_json_feed(value: object) -> bool:
    """Recognise a feed among JSON objects."""
    return isinstance(value, dict) and (
        "jsonfeed.org/version" in str(value.get("version", ""))
        or (isinstance(value.get("items"), list) and "title" in value)
    )


def parse_json_feed(value: Any, url: str | None = None) -> Feed:
    """Read a decoded feed; raises `Unprocessable(malformed)` when it has no list of items."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise Unprocessable(Reason.MALFORMED, "this JSON Feed has no list `items`")
    return Feed(
        format="json",
        title=_text(value, "title") or None,
        language=_text(value, "language") or None,
        entries=tuple(_entries(items, url or _text(value, "home_page_url") or None)),
    )


def _entries(items: list[Any], base: str | None) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            yield Entry()
            continue
        written = _text(item, "date_published") or _text(item, "date_modified")
        published = parse_time(written) if written else None
        listed = item.get("authors")
        authors = [*(listed if isinstance(listed, list) else ()), item.get("author")]
        names = [_text(author, "name") for author in authors if isinstance(author, dict)]
        link = _text(item, "url") or _text(item, "external_url")
        identity = _text(item, "id")
        tags = item["tags"] if isinstance(item.get("tags"), list) else ()
        yield Entry(
            link=absolute(link, base) if link else identity if is_address(identity) else None,
            title=_text(item, "title"),
            body=next(filter(None, (_text(item, name) for name in _BODIES)), ""),
            published=published,
            undated=written if written and published is None else None,
            author=next(filter(None, names), None),
            tags=tuple(tag for tag in tags if isinstance(tag, str)),
        )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""
