"""Input to searchable articles: read, publish, and say of each item what became of it."""

import sys
import threading
from collections.abc import Iterator, Sequence

from rasad.embedded import Archive
from rasad.items import ItemLine, Items
from rasad.pipeline import Pipeline
from rasad_core.events import ArticleFetched, Frozen, Origin
from rasad_ingest.files import read
from rasad_ingest.items import As, Found, Item, Limits
from rasad_ingest.publish import resolve, to_message

# Articles published at once: fills one batch of a stage. Bytes: an article may have 1 MiB.
_BATCH_ARTICLES = 100
_BATCH_BYTES = 8_000_000
# Items on their way at once: several batches per stage, so that none waits for input, and few
# enough that a run's memory does not grow with its input.
_ROOM = 2000


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

    def add(self, article: ArticleFetched, line: ItemLine) -> bool:
        """Add one; say whether it is time to publish."""
        self.articles.append(article)
        self.lines.append(line)
        self.size += len(article.text or "") + len(article.html or "")
        return len(self.articles) >= _BATCH_ARTICLES or self.size >= _BATCH_BYTES


def take_in(archive: Archive, given: Input, stop: threading.Event) -> Iterator[ItemLine]:
    """Give each item with its outcome, in the order of the input, as soon as that is known.

    At the end everything that was accepted is searchable, and what an earlier run left in the log
    too. When stopped, what was accepted and is unfinished stays in the log, and its items are not
    given. Raises what made a stage fail.
    """
    items = Items(room=_ROOM)
    with Pipeline(archive, items.observe, stop):
        for _ in _publish(archive, given, items, stop):
            yield from items.settled()
        while items.on_way() and not stop.is_set():
            items.wait()
            yield from items.settled()
    yield from items.settled(skip_unfinished=True)


def _publish(archive: Archive, given: Input, items: Items, stop: threading.Event) -> Iterator[None]:
    """Read and publish; comes up for air after each batch and each refusal."""
    batch = _Batch()
    for what in given.what:
        for found in _read(archive, given, what):
            if stop.is_set():
                return
            line = ItemLine(what=what, line=found.line)
            items.add(line)
            if not isinstance(found, Found):
                line.url = found.url
                items.refuse(line, found.reason, found.message)
                yield
            elif batch.add(found.article, line):
                _send(archive, batch, items)
                batch = _Batch()
                items.wait_for_room(stop)
                yield
    _send(archive, batch, items)
    yield


def _read(archive: Archive, given: Input, what: str) -> Iterator[Item]:
    return read(
        what,
        form=given.form,
        url=given.url,
        origin=given.origin,
        now=archive.clock.now(),
        limits=Limits(max_bytes=archive.settings.ingest_max_bytes),
        stdin=sys.stdin.buffer,
    )


def _send(archive: Archive, batch: _Batch, items: Items) -> None:
    articles = resolve(batch.articles, archive.store)
    for article, line in zip(articles, batch.lines, strict=True):
        line.article_id, line.url = article.article_id, article.url
        items.expect(article.trace_id, line)
    archive.log.publish([to_message(article) for article in articles])
