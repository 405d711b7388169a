"""Write enriched articles into the index, and remember revisions and addresses.

Guarantee: at least once. The index decides by `seq`, revisions and addresses are create-only, so an
event seen again changes nothing. An article is findable once its event is committed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import msgspec

from rasad_core import codec
from rasad_core.documents.outcomes import Became
from rasad_core.errors import Reason
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved, utc
from rasad_core.kinds import ALIASES, REVISIONS, revision_key
from rasad_core.ports import ArticleIndex, Clock, Message, Store, Write, WriteOutcome
from rasad_core.runtime.consume import Handled, Outcome, Process, Result

# Nothing changed in the index, so nothing was done; a move that waits for its article is done.
_RESULTS: dict[WriteOutcome, Result] = {
    "written": "done",
    "missing": "done",
    "stale": "dropped",
    "deleted": "dropped",
}
_REASONS: dict[WriteOutcome, Reason] = {"stale": Reason.STALE, "deleted": Reason.DELETED}


class _Read(NamedTuple):
    message: Message
    event: Write
    expired: bool


def process(
    index: ArticleIndex,
    store: Store,
    *,
    clock: Clock,
    retention_days: int | None = None,
    written: Callable[[ArticleEnriched], None] = lambda _: None,
) -> Process:
    """Give the handler of a batch of `articles.enriched`; `written` gets each article written.

    Articles published more than `retention_days` ago are `expired` and not written. Raises
    `Unprocessable` for an event that cannot be read, `Unavailable` when index or store are away.
    """

    def write(messages: Sequence[Message]) -> Sequence[Handled]:
        oldest = _oldest(clock.now(), retention_days)
        batch = [_read(message, oldest) for message in messages]
        kept = [each.event for each in batch if not each.expired]
        outcomes = index.write(kept)
        _remember(store, list(zip(kept, outcomes, strict=True)))
        for event, outcome in zip(kept, outcomes, strict=True):
            if outcome == "written" and isinstance(event, ArticleEnriched):
                written(event)
        each = iter(outcomes)
        return [_handled(read, None if read.expired else next(each)) for read in batch]

    return write


def _read(message: Message, oldest: datetime | None) -> _Read:
    event = codec.decode(message.value, ArticleEnriched, ArticleMoved, ArticleDeleted)
    expired = (
        oldest is not None and isinstance(event, ArticleEnriched) and utc(event.published) < oldest
    )
    return _Read(message, cast("Write", event), expired)


def _oldest(now: datetime, retention_days: int | None) -> datetime | None:
    return None if retention_days is None else now - timedelta(days=retention_days)


def _remember(store: Store, written: Sequence[tuple[Write, WriteOutcome]]) -> None:
    # A stale one too: it may be the very write that this program was killed right after.
    articles = [
        event
        for event, outcome in written
        if isinstance(event, ArticleEnriched) and outcome != "deleted"
    ]
    revisions = {
        revision_key(each.article_id, each.revision): codec.encode(each) for each in articles
    }
    store.create_many(REVISIONS, revisions)
    # Of two in one batch the first has it, as it would in two batches.
    owners = {url: each.article_id for each in reversed(articles) for url in each.aliases}
    store.create_many(
        ALIASES, {url: msgspec.json.encode(article_id) for url, article_id in owners.items()}
    )
    for event, _ in written:
        if isinstance(event, ArticleDeleted):
            _forget(store, event.article_id)


def _forget(store: Store, article_id: str) -> None:
    # Its addresses stay: an article that comes back under one of them must meet the tombstone.
    while revisions := store.list(REVISIONS, prefix=f"{article_id}/"):
        for revision in revisions:
            store.delete(REVISIONS, revision.key)


def _handled(read: _Read, outcome: WriteOutcome | None) -> Handled:
    result: Result = "expired" if outcome is None else _RESULTS[outcome]
    reason = Reason.EXPIRED if outcome is None else _REASONS.get(outcome)
    return Handled(
        message=read.message,
        outcome=Outcome(
            stage="index",
            result=result,
            key=read.message.key,
            trace_id=read.event.trace_id,
            reason=reason,
            detail=outcome or "",
            kept=None if outcome is None else _kept_as(read.event),
        ),
    )


def _kept_as(event: Write) -> Became | None:
    if not isinstance(event, ArticleEnriched):
        return None
    if event.revision > 1:
        return "revised"
    return "copy" if event.copy_of else "new"
