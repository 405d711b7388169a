"""An alert's matches as an Atom feed: plain text only, nothing that a reader could run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from rasad_core.documents.alerts import Alert
from rasad_core.documents.match_view import MatchJson
from rasad_core.intake.clean import clean
from rasad_core.output import instant

_ATOM: Final = "http://www.w3.org/2005/Atom"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def atom_feed(alert: Alert, matches: Sequence[MatchJson], address: str) -> bytes:
    """Write Atom 1.0; `address` is the feed's own. The same matches give the same bytes."""
    feed = ET.Element("feed", {"xmlns": _ATOM})
    _text(feed, "id", f"urn:rasad:alert:{alert.alert_id}")
    _text(feed, "title", alert.name)
    _text(feed, "updated", instant(_newest(alert, matches)))
    _text(ET.SubElement(feed, "author"), "name", "Rasad")
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    for match in matches:
        feed.append(_entry(match))
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(match: MatchJson) -> ET.Element:
    article = match.article
    entry = ET.Element("entry", {_LANG: article.language})
    _text(entry, "id", f"urn:rasad:match:{match.match_id}")
    _text(entry, "title", article.title or article.url or match.match_id)
    _text(entry, "updated", instant(match.matched_at))
    _text(entry, "published", instant(article.published))
    if article.source:
        _text(ET.SubElement(entry, "author"), "name", article.source)
    if link := _link(article.url):
        ET.SubElement(entry, "link", {"rel": "alternate", "href": link})
    _text(entry, "content", match.snippet.text).set("type", "text")
    return entry


def _newest(alert: Alert, matches: Sequence[MatchJson]) -> datetime:
    return max((each.matched_at for each in matches), default=alert.created_at)


def _link(url: str | None) -> str | None:
    """Give an address that a reader may be sent to, else none: `javascript:` is one too."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return clean(url) if parts.scheme in {"http", "https"} and parts.hostname else None


def _text(parent: ET.Element, name: str, content: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = clean(content)
    return element
