"""Input to searchable articles: read, publish, and say of each item what became of it."""

import threading
from collections.abc import Iterator, Sequence

from rasad.embedded import Archive
from rasad.items import ItemLine, Items
from rasad.pipeline import Pipeline
from rasad.reader import Reader
from rasad.stdin import stoppable_stdin
from rasad_core.documents.sources import PageTask
from rasad_core.documents.table import Table
from rasad_core.events import ArticleFetched, Frozen, Origin
from rasad_core.intake.items import As, Found, Item, Limits
from rasad_core.intake.publish import resolve, to_message
from rasad_core.kinds import PAGE_TASKS
from rasad_core.net.fetch import Fetcher
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.settings import Settings
from rasad_ingest.addresses import tasks_of
from rasad_ingest.files import names_address, read

# Articles published at once: fills one batch of a stage. Bytes: an article may have 1 MiB.
_BATCH_ARTICLES = 100
_BATCH_BYTES = 8_000_000
# Items on their way at once: several batches per stage, so that none waits for input, and few
# enough that a run's memory does not grow with its input.
_ROOM = 2000
# A batch is not kept waiting for an input that comes in drops.
_PAUSE_SECONDS = 0.1


class Input(Frozen, frozen=True, kw_only=True):
    """What to read, and as what."""

    what: Sequence[str]
    form: As = "auto"
    url: str | None = None
    origin: Origin = "live"


class _Batch:
    """Articles read and not yet published, with their lines of the report."""

    def __init__(self) -> None:
        self.articles: list[ArticleFetched] = []
        self.lines: list[ItemLine] = []
        self.size = 0

    def take(self, items: Items, what: str, found: Item) -> bool:
        """Add an item, or refuse it; say whether it is time to publish."""
        line = ItemLine(what=what, line=found.line)
        items.add(line)
        if not isinstance(found, Found):
            line.url = found.url
            items.refuse(line, found.reason, found.message)
            return False
        self.articles.append(found.article)
        self.lines.append(line)
        self.size += len(found.article.text or "") + len(found.article.html or "")
        return len(self.articles) >= _BATCH_ARTICLES or self.size >= _BATCH_BYTES


def take_in(archive: Archive, given: Input, stop: threading.Event) -> Iterator[ItemLine]:
    """Give each item with its outcome, in the order of the input, as soon as that is known.

    At the end everything that was accepted is searchable, and what an earlier run left in the log
    too. Entries of fetched feeds are completed from their pages by the next `rasad up`. When
    stopped, what was accepted and is unfinished stays in the log, and its items are not given.
    Raises what made a stage fail.
    """
    items = Items(room=_ROOM)
    source = read_inputs(archive.settings, given, stop)
    with Pipeline(archive, items.observe, stop), Reader(source, stop) as reader:
        batch = _Batch()
        for found in reader.read(pause_seconds=_PAUSE_SECONDS):
            if found is None or batch.take(items, *found):
                _send(archive, batch, items)
                batch = _Batch()
                items.wait_for_room(stop)
            yield from items.settled()
        if not stop.is_set():
            _send(archive, batch, items)
        while items.on_way() and not stop.is_set():
            items.wait()
            yield from items.settled()
    yield from items.settled(skip_unfinished=True)


def read_inputs(
    settings: Settings, given: Input, stop: threading.Event
) -> Iterator[tuple[str, Item]]:
    """Give every item with the WHAT it was in."""
    return ((what, item) for what in given.what for item in _read(settings, given, what, stop))


def _read(settings: Settings, given: Input, what: str, stop: threading.Event) -> Iterator[Item]:
    return read(
        what,
        form=given.form,
        url=given.url,
        origin=given.origin,
        now=SystemClock().now(),
        limits=Limits(max_bytes=settings.ingest_max_bytes),
        stdin=stoppable_stdin(stop),
        fetcher=_fetcher(settings, what),
    )


def _fetcher(settings: Settings, what: str) -> Fetcher | None:
    """Give the client for an address; files need none, and it takes 50 ms to make."""
    if not names_address(what):
        return None
    from rasad.outward import reading_fetcher

    return reading_fetcher(settings)


def _send(archive: Archive, batch: _Batch, items: Items) -> None:
    articles = resolve(batch.articles, archive.store)
    for article, line in zip(articles, batch.lines, strict=True):
        line.article_id, line.url = article.article_id, article.url
        items.expect(article.trace_id, line)
    archive.log.publish([to_message(article) for article in articles])
    fetched = [
        article
        for article, line in zip(articles, batch.lines, strict=True)
        if names_address(line.what)
    ]
    tasks = Table(archive.store, PAGE_TASKS, PageTask)
    for task in tasks_of(fetched, archive.clock.now()):
        tasks.put(task.article_id, task)
