"""The log's events as what an index is built of: each partition in order, from where one was."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import cast

from rasad_core import codec
from rasad_core.adapters.elasticsearch.rebuilding import Batches, Part
from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.ports import LogReader, Message, Write
from rasad_core.topics import ENRICHED

# Events in memory at once, a few MB.
_BATCH = 200


def partitions(log: LogReader) -> Sequence[str]:
    """Name the parts that a version is built of."""
    return [str(number) for number in range(log.partitions_of(ENRICHED))]


def batches(
    log: LogReader, *, oldest: datetime | None, refused: Callable[[str, Unprocessable], None]
) -> Batches:
    """Give the events of a partition up to its present end.

    Articles published before `oldest` are left out. An event that cannot be read was a dead letter
    the first time; it is told and left out.
    """

    def read(message: Message) -> Write | None:
        try:
            event = codec.decode(message.value, ArticleEnriched, ArticleMoved, ArticleDeleted)
        except Unprocessable as error:
            refused(message.key, error)
            return None
        if oldest and isinstance(event, ArticleEnriched) and event.published < oldest:
            return None
        return cast("Write", event)

    def give(part: Part) -> Iterator[tuple[Sequence[Write], int]]:
        batch: list[Message] = []
        for message in log.read(ENRICHED, offset=part.next, partition=int(part.name)):
            batch.append(message)
            if len(batch) == _BATCH:
                yield _events(batch, read), message.offset + 1
                batch = []
        if batch:
            yield _events(batch, read), batch[-1].offset + 1

    return give


def _events(batch: Sequence[Message], read: Callable[[Message], Write | None]) -> Sequence[Write]:
    return [event for message in batch if (event := read(message)) is not None]
