"""RSS, Atom and RDF by `feedparser`, which reads broken ones too."""

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import feedparser

from rasad_core.errors import Reason, Unprocessable
from rasad_ingest.feeds.entries import Entry, Feed, plain
from rasad_ingest.times import parse_time

_FORMATS: dict[str, Literal["rss", "atom", "rdf"]] = {
    "atom": "atom",
    "rss090": "rdf",
    "rss10": "rdf",
}
# Entities that a feed declares itself are bombs, or a page's mistake; HTML's own are known anyway.
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)


def parse_xml_feed(text: str, url: str | None) -> Feed:
    """Parse a feed; entries of a broken file are kept as far as they can be made out.

    Raises `Unprocessable(malformed)` when it is no feed at all. External entities are not followed.
    """
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url or ""}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = feedparser.parse(
            io.BytesIO(_DOCTYPE.sub("", text, count=1).encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
        )
    if not data.version and not data.entries and not data.feed:
        why = str(data.get("bozo_exception", "it has no feed element"))
        raise Unprocessable(Reason.MALFORMED, f"this is no feed: {why}")
    version = str(data.version)
    return Feed(
        format=_FORMATS.get(version, "atom" if version.startswith("atom") else "rss"),
        title=plain(data.feed.get("title", "")) or None,
        language=data.feed.get("language") or None,
        entries=tuple(_entries(data)),
    )


def _entries(data: Any) -> Iterator[Entry]:
    for raw in data.entries:
        written = raw.get("published") or raw.get("updated") or raw.get("created") or ""
        published = parse_time(written)
        contents = [each.get("value", "") for each in raw.get("content", ())]
        body = max(contents, key=len, default="") or raw.get("summary", "")
        tags = [tag.get("term") or "" for tag in raw.get("tags", ())]
        yield Entry(
            link=_link(raw),
            title=raw.get("title", ""),
            body=body,
            published=published,
            undated=written if written and published is None else None,
            author=plain(raw.get("author", "")) or None,
            tags=tuple(dict.fromkeys(tag for each in tags if (tag := plain(each)))),
        )


def _link(raw: Any) -> str | None:
    """Give the entry's address: its link, or an id that is one."""
    for address in (raw.get("link"), raw.get("id")):
        if isinstance(address, str) and address.strip().lower().startswith(("http://", "https://")):
            return address.strip()
    link = raw.get("link")
    return link.strip() or None if isinstance(link, str) else None
