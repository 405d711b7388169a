"""Which entries of a document are new or changed since the last poll, in bounded memory."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

import msgspec
from msgspec.structs import replace

from rasad_core.events import ArticleFetched
from rasad_ingest.feeds.entries import plain

# Entries that left the document may come back: feeds that answer from two servers of different
# age, and those that drop and restore a story. The longest feed we saw has 1,000 entries.
OLDER = 2000
# Fewer may well all have changed: the front pages of sections.
_MANY = 20
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def entry_hash(article: ArticleFetched) -> str:
    """Give 16 hex digits that change when the entry does: not with time or run.

    Dates of entries do not count, as some feeds stamp all of theirs anew for every answer; a bare
    address of a sitemap has nothing else to change. Of a page only its words count.
    """
    if article.form == "page":
        return _digest(plain(article.html or article.title or "").encode())
    told = replace(
        article,
        trace_id="",
        article_id="",
        origin="live",
        published=None if says_something(article) else article.published,
        problems=(),
        fetched_at=_NO_TIME,
    )
    return _digest(msgspec.json.encode(told))


def says_something(article: ArticleFetched) -> bool:
    """Tell an entry from the bare address of a sitemap, which its page alone makes an article."""
    return bool(article.title or article.text or article.html)


def changed(
    articles: Sequence[ArticleFetched], present: Mapping[str, str], before: Mapping[str, str]
) -> list[ArticleFetched]:
    """Give the entries that were not there before, or not like this.

    Many a sitemap says of all its addresses that they changed just now. Where most did since the
    last poll, that is not believed of those that are bare.
    """
    known = [each for each in articles if each.article_id in before]
    other = [each for each in known if before[each.article_id] != present[each.article_id]]
    stamped = len(other) >= _MANY and len(other) * 2 > len(known)
    believed = {each.article_id for each in other if says_something(each) or not stamped}
    return [
        each for each in articles if each.article_id not in before or each.article_id in believed
    ]


def distinct(articles: Iterable[ArticleFetched]) -> list[ArticleFetched]:
    """Keep the first entry of each article; feeds that list one twice would change for ever."""
    found: dict[str, ArticleFetched] = {}
    for each in articles:
        found.setdefault(each.article_id, each)
    return list(found.values())


def remembered(
    present: Mapping[str, str], before: Mapping[str, str], older: int = OLDER
) -> dict[str, str]:
    """Give the entries to remember: all of the document, and the last `older` that left it."""
    left = ((key, value) for key, value in before.items() if key not in present)
    return {**present, **dict(islice(left, older))}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
