"""The feeds of a site: what its page names, or else what stands where feeds are wont to stand."""

from collections.abc import Iterator
from http import HTTPStatus
from threading import Event
from urllib.parse import urljoin

from lxml import html

from rasad_core.documents.sources import SourceKind
from rasad_core.errors import Unprocessable
from rasad_core.events import Frozen
from rasad_core.intake.clean import clean
from rasad_core.intake.items import Limits
from rasad_core.intake.slim import parse_page
from rasad_core.net.fetch import Fetcher, FetchFailed, Request, Response
from rasad_ingest.addresses import fetch, readable, suffix_of
from rasad_ingest.charset import decode
from rasad_ingest.detect import HEAD_CHARACTERS, Kind, detect
from rasad_ingest.feeds.links import is_address
from rasad_ingest.live.hosts import Hosts

_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
})  # fmt: skip
# Where WordPress, Drupal, Blogger, Jekyll and Hugo put theirs; the first that is there will do.
_PATHS = ("/feed", "/rss", "/atom.xml", "/feed.xml", "/index.xml", "/sitemap.xml")
# It has had enough of us for now.
_BUSY = (429, 503)
# Sites name their feeds early in the page. The parser takes time by the square of the attributes:
# 1.4 s for the worst page of this size, and minutes for the worst there is.
_MAX_CHARACTERS = 160_000
# A front page names two or three; beyond are one for every article's comments.
_MAX_FOUND = 50
_MAX_TITLE_CHARACTERS = 200


class FoundSource(Frozen, frozen=True, kw_only=True):
    """A source that may be added, and what the page calls it."""

    url: str
    kind: SourceKind
    title: str | None = None


def discover(
    url: str, fetcher: Fetcher, *, hosts: Hosts, stop: Event, limits: Limits
) -> tuple[FoundSource, ...]:
    """Find the sources behind an address: itself if it is one, or those of the page it is.

    What a page names is not fetched. Only where it names none are common paths tried, each in its
    host's turn, up to the first that holds a feed or sitemap. Raises `Unprocessable` when the
    address itself cannot be read, and `Unavailable` as `Hosts.turn` does.
    """
    with hosts.turn(url, stop):
        response = fetch(url, fetcher)
    data = readable(response, limits.max_bytes)
    itself = _source(response, data)
    if itself is not None:
        return (itself,)
    named = tuple(_named(parse_page(decode(data)[:_MAX_CHARACTERS]), response.url))
    return named[:_MAX_FOUND] or _guessed(response.url, fetcher, hosts, stop, limits)


def _guessed(
    base: str, fetcher: Fetcher, hosts: Hosts, stop: Event, limits: Limits
) -> tuple[FoundSource, ...]:
    for path in _PATHS:
        url = urljoin(base, path)
        try:
            with hosts.turn(url, stop):
                response = fetcher.fetch(Request(url=url))
            if response.status in _BUSY:
                return ()
            if response.status != HTTPStatus.OK:
                continue
            found = _source(response, readable(response, limits.max_bytes))
        except (FetchFailed, Unprocessable):
            continue  # a guess that was none
        if found is not None:
            return (found,)
    return ()


def _source(response: Response, data: bytes) -> FoundSource | None:
    """Take an answer for a source by what it holds; many servers say `text/html` of all."""
    kind = _kind(decode(data)[:HEAD_CHARACTERS], suffix_of(response))
    if kind is None:
        return None
    return FoundSource(url=response.url, kind=kind)


def _kind(head: str, suffix: str) -> SourceKind | None:
    begin = head.lstrip("\ufeff \t\r\n")
    if begin.startswith("{"):
        return "feed" if "jsonfeed.org" in begin else None
    if not begin.startswith("<"):
        return None
    kind: Kind = detect(begin, suffix)
    return kind if kind in ("feed", "sitemap") else None


def _named(root: html.HtmlElement, base: str) -> Iterator[FoundSource]:
    given = root.find(".//base[@href]")
    base = _joined(base, "" if given is None else given.get("href", "")) or base
    seen: set[str] = set()
    for link in root.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        if not {"alternate", "feed"} & set(relations) or media_type not in _TYPES:
            continue
        url = _joined(base, link.get("href") or "")
        if url is None or url in seen:
            continue
        seen.add(url)
        title = " ".join(clean(link.get("title") or "").split())[:_MAX_TITLE_CHARACTERS]
        yield FoundSource(url=url, kind="feed", title=title or None)


def _joined(base: str, href: str) -> str | None:
    """Resolve a link; None unless it leads to an address."""
    if not href.strip():
        return None
    try:
        url = urljoin(base, clean(href).strip())
    except ValueError:
        return None
    return url if is_address(url) else None
