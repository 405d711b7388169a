"""New entries to the log and to the tasks that complete them; both durable when it returns."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from rasad_core.documents.sources import Source
from rasad_core.events import ArticleFetched, Frozen, Origin
from rasad_core.intake.publish import resolve, to_message
from rasad_core.kinds import PAGE_TASKS
from rasad_core.ports import Publisher, Store
from rasad_ingest.live.seen import says_something
from rasad_ingest.page_tasks import page_task

# Bounds one write; a batch of entries with their bodies is a few MB.
_BATCH = 500


class Reading(Frozen, frozen=True, kw_only=True):
    """For whom and as which feed entries are read; those before `live_since` are no news."""

    feed_id: str
    rows: tuple[Source, ...]
    live_since: datetime | None
    now: datetime


def send(
    articles: Sequence[ArticleFetched], reading: Reading, store: Store, publisher: Publisher
) -> None:
    """Publish entries and make their page tasks; raises `Unavailable`: then some are sent.

    Sending again is safe: the article ids are the same, and a task that is there stays as it is.
    """
    for start in range(0, len(articles), _BATCH):
        part = [_dressed(each, reading) for each in articles[start : start + _BATCH]]
        part = list(resolve(part, store))
        publisher.publish([to_message(each) for each in part if says_something(each)])
        if tasks := dict(_tasks(part, reading)):
            store.create_many(PAGE_TASKS, tasks)


def _dressed(article: ArticleFetched, reading: Reading) -> ArticleFetched:
    """Add what the teams know of the source; the outlet's name is theirs to give."""
    rows = reading.rows
    tags = (*article.tags, *(tag for row in rows for tag in row.tags))
    return replace(
        article,
        origin=_origin(article, reading),
        source=_first(row.name for row in rows) or article.source,
        country=article.country or _first(row.country for row in rows),
        language=article.language or _first(row.language for row in rows),
        tags=tuple(dict.fromkeys(tags)),
    )


def _first(values: Iterator[str | None]) -> str | None:
    return next(filter(None, values), None)


def _origin(article: ArticleFetched, reading: Reading) -> Origin:
    since = reading.live_since
    if since is None or (article.published is not None and article.published >= since):
        return "live"
    return "backfill"


def _tasks(part: Sequence[ArticleFetched], reading: Reading) -> Iterator[tuple[str, bytes]]:
    for each in part:
        task = page_task(each, feed_id=reading.feed_id, due_at=reading.now)
        if task is not None:
            yield each.article_id, msgspec.json.encode(task)
