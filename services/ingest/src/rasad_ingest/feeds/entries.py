"""One entry of a feed, whatever its format, to an article."""

import html
import re
from datetime import datetime
from typing import Literal

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen, Problem
from rasad_core.intake.articles import Context, article
from rasad_core.intake.items import Limits
from rasad_core.intake.slim import slim
from rasad_ingest.feeds.links import is_address

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>|<!--.*?(?:-->|\Z)", re.DOTALL)
# Tags that part no words: "Ista<b>n</b>bul" is one.
_INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small",
     "span", "strong", "sub", "sup", "u", "wbr"]
)  # fmt: skip


class Entry(Frozen, frozen=True, kw_only=True):
    """`body` is HTML or text, whichever it looks like; `date` is as written, unread."""

    link: str | None = None
    unreadable: str | None = None  # why the parser could make nothing of it
    title: str = ""
    body: str = ""
    published: datetime | None = None
    undated: str | None = None  # what stood where the date should, when it is none
    author: str | None = None
    source: str | None = None  # the outlet, where the feed took the entry from elsewhere
    tags: tuple[str, ...] = ()


class Feed(Frozen, frozen=True, kw_only=True):
    """What the entries of a feed share, and the entries."""

    format: Literal["rss", "atom", "rdf", "json"]
    entries: tuple[Entry, ...]
    title: str | None = None
    language: str | None = None
    cut: str | None = None  # where the file ends, if before the feed does


def entry_article(entry: Entry, feed: Feed, context: Context) -> ArticleFetched:
    """Build the article of an entry; raises `Unprocessable` where there is none to build.

    A link that is no address, a date that is none and a body too large are problems, no refusals.
    """
    if entry.unreadable:
        raise Unprocessable(Reason.MALFORMED, entry.unreadable)
    title = plain(entry.title)
    body = entry.body.strip()
    if not (entry.link or title or body):
        raise Unprocessable(Reason.NO_LINK, "the entry has neither link, title nor text")
    if len(title.encode("utf-8", "replace")) > context.limits.max_name_bytes:
        message = f"the title has over {context.limits.max_name_bytes} bytes"
        raise Unprocessable(Reason.TOO_LARGE, message)
    url = entry.link
    if url is not None and not is_address(url) and (title or body):
        url = None
    page, text, problems = _body(body, context.limits)
    return article(
        context,
        form="entry",
        url=url,
        content=f"{title}\n{body}",
        title=title or None,
        html=page,
        text=text or None,
        published=entry.published,
        source=entry.source or feed.title,
        language=feed.language,
        author=entry.author,
        tags=entry.tags,
        problems=(*_problems(entry, url), *problems),
    )


def _body(body: str, limits: Limits) -> tuple[str | None, str, tuple[Problem, ...]]:
    """Tell HTML from text; HTML too large even when slimmed leaves its words, if they fit."""
    problems: tuple[Problem, ...] = ()
    if _TAG.search(body):
        try:
            return slim(body, max_bytes=limits.max_html_bytes), "", ()
        except Unprocessable as error:
            problems = (Problem(step="extract", reason=error.reason.value),)
    text = plain(body, keep_lines=True)
    if len(text.encode("utf-8", "replace")) > limits.max_field_bytes:
        return None, "", (Problem(step="extract", reason=Reason.TOO_LARGE.value),)
    return None, text, problems


def _problems(entry: Entry, url: str | None) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if entry.link and url is None:
        problems.append(Problem(step="url", reason=f"`{entry.link[:100]}` is no address"))
    if entry.undated:
        problems.append(Problem(step="published", reason=f"`{entry.undated[:100]}` is no time"))
    return tuple(problems)


def plain(text: str, *, keep_lines: bool = False) -> str:
    """Take markup and entities out of a title or summary."""
    bare = text
    if "<" in text or "&" in text:
        parted = _TAG.sub(lambda tag: "" if (tag[1] or "").lower() in _INLINE else " ", text)
        bare = html.unescape(parted)
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in bare.splitlines()).strip()
    return " ".join(bare.split())
