"""The sitemaps of an index, newest first, until enough are read."""

from collections import deque
from collections.abc import Callable

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen
from rasad_ingest.live.documents import Document, refusal

# Large publishers have one a day since 1990; the newest fifty hold what is news.
_MOST_SITEMAPS = 50
# An index made to hurt would hold up the reading of all other feeds, once for each sitemap.
_COSTLY = frozenset({Reason.TIMED_OUT, Reason.CRASHED, Reason.TOO_LARGE})

Read = Callable[[str], Document]


class Walked(Frozen, frozen=True, kw_only=True):
    """The articles of an index; `missed` says why a sitemap of it could not be read, if one."""

    articles: tuple[ArticleFetched, ...]
    missed: str | None = None


def walk(index: Document, url: str, read: Read, max_entries: int) -> Walked:
    """Read the sitemaps an index names, and those of an index among them.

    Each address once, so that loops end. `read` raises `Unprocessable` for what it cannot give.
    """
    articles: list[ArticleFetched] = []
    missed: str | None = None
    asked = {url}
    waiting = deque(child.url for child in index.children)
    while waiting and len(asked) <= _MOST_SITEMAPS and len(articles) < max_entries:
        address = waiting.popleft()
        if address in asked:
            continue
        asked.add(address)
        try:
            found = read(address)
            if (nothing := refusal(found)) is not None:
                raise nothing
        except Unprocessable as error:
            missed = missed or f"{address}: {error.message}"
            if error.reason in _COSTLY:
                break
            continue
        articles.extend(found.articles)
        waiting.extend(child.url for child in found.children)
    return Walked(articles=tuple(articles[:max_entries]), missed=missed)
