"""What a page says about itself: JSON-LD, meta tags, headings, links."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from rasad_core.events import Frozen, Json
from rasad_core.times import parse_time
from rasad_enrich.steps.published import EARLIEST

_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review|LiveBlog", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
# Between a title and the name of its site.
_SEPARATOR = re.compile(r"\s+(?:[|–—»·•-]|::)\s+")
_MAX_TAGS = 20
_MAX_DEPTH = 8
_PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publishdate",
    "publish-date", "pubdate", "publication_date", "article.published", "dc.date.issued",
    "dcterms.created", "dc.date", "dcterms.date", "date",
)  # fmt: skip


class PageFacts(Frozen, frozen=True, kw_only=True):
    """What the page declares; every field may be missing, none is trusted over the feed."""

    title: str = ""
    description: str = ""
    body: str = ""  # JSON-LD articleBody
    site: str | None = None
    author: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    published: datetime | None = None


def read_metadata(tree: LexborHTMLParser, url: str | None) -> PageFacts:
    """Collect what the page declares, best source first; nothing is fetched."""
    meta = _meta(tree)
    linked = _linked_data(tree)
    site = meta.get("og:site_name") or _name_of(linked.get("publisher"))
    return PageFacts(
        title=_title(tree, meta, linked, site),
        description=_clean(meta.get("og:description") or meta.get("description")),
        body=_plain(linked.get("articleBody")),
        site=re.sub(r"^https?://(?:www\.)?", "", _clean(site)).rstrip("/") or None,
        author=_author(meta, linked),
        language=_language(tree, meta, linked),
        section=_section(meta, linked),
        tags=_tags(tree, meta, linked),
        links=_links(tree, meta, url),
        published=_published(tree, meta, linked),
    )


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _linked_data(tree: LexborHTMLParser) -> Mapping[str, Json]:
    best: Mapping[str, Json] = {}
    for script in tree.css('script[type="application/ld+json"]'):
        for item in _articles_in(_json(script.text() or "")):
            # The page's own article says most about itself; teasers have a headline at most.
            if len(item) > len(best):
                best = item
    return best


def _json(text: str) -> Json:
    try:
        return json.loads(text.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return None  # a page's broken JSON-LD is no fault of the article


def _articles_in(value: Json, depth: int = 0) -> Iterator[Mapping[str, Json]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _articles_in(one, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in names):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if key in value:
                yield from _articles_in(value[key], depth + 1)


def _title(
    tree: LexborHTMLParser, meta: Mapping[str, str], linked: Mapping[str, Json], site: str | None
) -> str:
    headings = [_clean(node.text(separator=" ")) for node in tree.css("h1")]
    page = tree.css_first("head title") or tree.css_first("title")
    whole = _clean(page.text()) if page else ""
    # An h1 that the page's title begins with is the headline; other h1 are logos as often as not.
    sure = next((one for one in headings if one and whole.startswith(one)), "")
    candidates = (
        _plain(linked.get("headline")), meta.get("og:title"), sure, meta.get("twitter:title"),
        *headings[:1], whole,
    )  # fmt: skip
    for candidate in candidates:
        title = _without_site(_clean(candidate), site, headings)
        if title:
            return title
    return ""


def _without_site(title: str, site: str | None, headings: list[str]) -> str:
    parts = _SEPARATOR.split(title)
    if len(parts) == 1 or title in headings:
        return title
    cut = title[: title.rfind(parts[-1])].rstrip(" |–—»·•-:")
    known = site and _clean(site).casefold() in parts[-1].casefold()
    return cut if known or cut in headings else title


def _author(meta: Mapping[str, str], linked: Mapping[str, Json]) -> str | None:
    names = _names_of(linked.get("author"))
    if not names:
        names = [meta.get(key, "") for key in ("author", "article:author", "parsely-author")]
        names = [name for name in names if name][:1]
    kept = [_clean(name) for name in names]
    kept = [name for name in kept if name and "://" not in name and len(name) <= 100]
    return ", ".join(dict.fromkeys(kept)) or None


def _names_of(value: Json) -> list[str]:
    if isinstance(value, list):
        return [name for one in value for name in _names_of(one)]
    name = _name_of(value)
    return [name] if name else []


def _name_of(value: Json) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _language(
    tree: LexborHTMLParser, meta: Mapping[str, str], linked: Mapping[str, Json]
) -> str | None:
    root = tree.css_first("html")
    declared = root.attributes.get("lang") if root else None
    of_article = _name_of(linked.get("inLanguage"))
    return of_article or declared or meta.get("og:locale") or meta.get("content-language")


def _section(meta: Mapping[str, str], linked: Mapping[str, Json]) -> str | None:
    section = meta.get("article:section") or _name_of(linked.get("articleSection"))
    return _clean(section)[:100] or None


def _tags(
    tree: LexborHTMLParser, meta: Mapping[str, str], linked: Mapping[str, Json]
) -> tuple[str, ...]:
    nodes = tree.css('meta[property="article:tag"][content]')
    tags = [node.attributes.get("content") or "" for node in nodes]
    keywords = linked.get("keywords")
    if not tags and isinstance(keywords, list):
        tags = [one for one in keywords if isinstance(one, str)]
    if not tags:
        listed = keywords if isinstance(keywords, str) else ""
        tags = [listed or meta.get("news_keywords") or meta.get("keywords") or ""]
    if len(tags) == 1:  # all of them in one attribute
        tags = re.split(r"[,،;]", tags[0])
    kept = [_clean(tag) for tag in tags]
    return tuple(dict.fromkeys(tag for tag in kept if 0 < len(tag) <= 80))[:_MAX_TAGS]


def _links(tree: LexborHTMLParser, meta: Mapping[str, str], url: str | None) -> tuple[str, ...]:
    canonical = tree.css_first('link[rel="canonical"][href]')
    learned = [canonical.attributes.get("href") if canonical else None, meta.get("og:url")]
    return tuple(dict.fromkeys(full for one in learned if one and (full := _absolute(url, one))))


def _absolute(url: str | None, link: str) -> str | None:
    try:
        full = urljoin(url or "", link.strip())
    except ValueError:
        return None
    return full if full.startswith(("http://", "https://")) else None


def _published(
    tree: LexborHTMLParser, meta: Mapping[str, str], linked: Mapping[str, Json]
) -> datetime | None:
    timed = "article time[datetime], time[pubdate], time.published, time.entry-date"
    nodes = (*tree.css('[itemprop="datePublished"]'), *tree.css(timed))[:3]
    written = (
        linked.get("datePublished"),
        *(meta.get(name) for name in _PUBLISHED_NAMES),
        *(node.attributes.get("datetime") or node.attributes.get("content") for node in nodes),
        linked.get("dateCreated"),
    )
    for one in written:
        moment = parse_time(one) if isinstance(one, str) else None
        if moment is not None and moment >= EARLIEST:  # 0001-01-01 is a template's empty value
            return moment
    return None


def _plain(value: Json) -> str:
    return html.unescape(value).strip() if isinstance(value, str) else ""


def _clean(value: str | None) -> str:
    """One line, entities and tags that leaked into an attribute undone."""
    return _SPACES.sub(" ", html.unescape(value or "")).strip()
