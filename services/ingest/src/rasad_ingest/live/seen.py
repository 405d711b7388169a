"""Which entries of a document are new or changed since the last poll, in bounded memory."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice

import msgspec
from msgspec.structs import replace

from rasad_core.events import ArticleFetched
from rasad_ingest.feeds.entries import plain

# Entries that left the document may come back: feeds that answer from two servers of different
# age, and those that drop and restore a story. The longest feed we saw has 1,000 entries.
OLDER = 2000
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def entry_hash(article: ArticleFetched) -> str:
    """Give 16 hex digits that change when the entry does: not with time or run.

    Dates of entries do not count, as some feeds stamp all of theirs anew for every answer; a bare
    address of a sitemap has nothing else to change. Of a page only its words count.
    """
    if article.form == "page":
        return _digest(plain(article.html or article.title or "").encode())
    bare = not (article.title or article.text or article.html)
    told = replace(
        article,
        trace_id="",
        article_id="",
        origin="live",
        published=article.published if bare else None,
        problems=(),
        fetched_at=_NO_TIME,
    )
    return _digest(msgspec.json.encode(told))


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
