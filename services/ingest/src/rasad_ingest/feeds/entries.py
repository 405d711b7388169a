"""One entry of a feed, whatever its format, to an article."""

import html
import re
from datetime import datetime
from typing import Literal

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen, Problem
from rasad_core.identity import canonical_url
from rasad_ingest.articles import Context, article
from rasad_ingest.slim import slim

_TAG = re.compile(r"<[^>]*>")
_MARKUP = re.compile(
    r"<(?:p|br|div|a|img|b|i|em|strong|span|ul|ol|li|h\d|table|blockquote)\b", re.IGNORECASE
)


class Entry(Frozen, frozen=True, kw_only=True):
    """`body` is HTML or text, whichever it looks like; `date` is as written, unread."""

    link: str | None = None
    title: str = ""
    body: str = ""
    published: datetime | None = None
    undated: str | None = None  # what stood where the date should, when it is none
    author: str | None = None
    tags: tuple[str, ...] = ()


class Feed(Frozen, frozen=True, kw_only=True):
    """What the entries of a feed share, and the entries."""

    format: Literal["rss", "atom", "rdf", "json"]
    entries: tuple[Entry, ...]
    title: str | None = None
    language: str | None = None


def entry_article(entry: Entry, feed: Feed, context: Context) -> ArticleFetched:
    """Build the article of an entry; raises `Unprocessable`: `no_link`, `bad_url`, `too_large`."""
    title = plain(entry.title)
    if not (entry.link or title or entry.body):
        raise Unprocessable(Reason.NO_LINK, "the entry has neither link, title nor text")
    url = entry.link
    if url is not None and not is_address(url) and (title or entry.body):
        url = None
    marked_up = bool(_MARKUP.search(entry.body))
    problems: tuple[Problem, ...] = ()
    if entry.undated:
        problems = (Problem(step="published", reason=f"`{entry.undated[:100]}` is no time"),)
    body = entry.body.strip()
    return article(
        context,
        form="entry",
        url=url,
        content=f"{title}\n{body}",
        title=title or None,
        html=slim(body, max_bytes=context.limits.max_html_bytes) if marked_up else None,
        text=None if marked_up else plain(body, keep_lines=True) or None,
        published=entry.published,
        source=feed.title,
        language=feed.language,
        author=entry.author,
        tags=entry.tags,
        problems=problems,
    )


def is_address(url: str) -> bool:
    """Say whether a link is one; guids of any form stand where links should."""
    try:
        canonical_url(url)
    except Unprocessable:
        return False
    return True


def plain(text: str, *, keep_lines: bool = False) -> str:
    """Take markup and entities out of a title or summary."""
    bare = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    bare = bare.replace("\0", "")
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in bare.splitlines()).strip()
    return " ".join(bare.split())
