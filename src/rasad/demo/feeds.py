"""How each outlet tells of its news: RSS, Atom, RDF, JSON Feed, a news sitemap, a broken feed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from rasad.demo.manuscripts import FeedKind, Outlet
from rasad.demo.newsroom import Printed
from rasad.demo.printing import rendered
from rasad_core.events import Frozen


class Format(Frozen, frozen=True, kw_only=True):
    """Under which name a kind of feed is served, and as what."""

    file: str
    media_type: str
    template: str = ""


_RSS = Format(file="feed.xml", media_type="application/rss+xml", template="rss.xml")
_ATOM = Format(file="feed.xml", media_type="application/atom+xml", template="atom.xml")
FORMATS: Mapping[FeedKind, Format] = {
    "rss": _RSS,
    "rss-full": _RSS,
    "failing": _RSS,
    "broken": Format(file="feed.xml", media_type="text/xml", template="broken.xml"),
    "atom": _ATOM,
    "atom-full": _ATOM,
    "rdf": Format(file="feed.xml", media_type="application/rdf+xml", template="rdf.xml"),
    "json": Format(file="feed.json", media_type="application/feed+json"),
    "sitemap": Format(
        file="sitemap-news.xml", media_type="application/xml", template="sitemap.xml"
    ),
}
_TRACKING = "?utm_source=rss&utm_medium=feed"


class Item(Frozen, frozen=True, kw_only=True):
    """An article as an entry of a feed; `html` is empty where the feed has summaries only."""

    article: Printed
    link: str
    html: str
    rfc822: str


def feed_path(outlet: Outlet) -> str:
    """Give the path of the outlet's feed."""
    return f"/{outlet.slug}/{FORMATS[outlet.feed].file}"


def link(address: str, article: Printed) -> str:
    """Give the address of an article's page."""
    return address + quote(article.path)


def render_feed(
    outlet: Outlet, articles: Sequence[Printed], *, address: str, changed_at: datetime
) -> bytes:
    """Write the feed; the same articles give the same bytes."""
    items = [_item(each, address) for each in articles]
    if outlet.feed == "json":
        return _json_feed(outlet, items, address)
    return rendered(
        FORMATS[outlet.feed].template,
        encoding=outlet.encoding,
        outlet=outlet,
        items=items,
        home=f"{address}/{outlet.slug}/",
        feed=address + feed_path(outlet),
        changed_at=changed_at,
        changed_rfc822=format_datetime(changed_at),
    )


def _item(article: Printed, address: str) -> Item:
    outlet = article.outlet
    whole = outlet.feed in ("rss-full", "atom-full", "json")
    return Item(
        article=article,
        link=link(address, article) + (_TRACKING if outlet.tracked else ""),
        html=rendered("body.html", paragraphs=article.paragraphs).decode() if whole else "",
        rfc822=format_datetime(article.published),
    )


def _json_feed(outlet: Outlet, items: Sequence[Item], address: str) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "language": outlet.language,
        "home_page_url": f"{address}/{outlet.slug}/",
        "feed_url": address + feed_path(outlet),
        "items": [
            {
                "id": each.link,
                "url": each.link,
                "title": each.article.title,
                "summary": each.article.summary,
                "content_html": each.html,
                "date_published": each.article.published.isoformat(),
                "date_modified": each.article.modified.isoformat(),
                "authors": [{"name": each.article.author}] if each.article.author else [],
                "tags": each.article.tags,
            }
            for each in items
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()
