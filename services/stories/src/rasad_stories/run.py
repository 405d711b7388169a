"""Stories as a `consume.Process`: input position, state and output in one local transaction.

A round of the consumer is: `process` commits its transaction, then the log takes what is to be
published, then the input is committed. After a crash in between, the same messages come again; the
file knows them by position and fingerprint and answers with the very same output, the same `seq`
included, so that publishing twice is publishing once.

A message is known only while position *and* fingerprint agree. A position that the file knows with
another message, or one below all it knows, says that this is not the log the file was written
with (restored from a backup, made anew), or that its reader was set back; a record in
`stories.state` that is not the file's own says that another process has gone on (`rebuild`). Then
the file is put aside and the state rebuilt from the `stories.state` of the log at hand, whose
records are as old as its messages. Anything else is simply placed: placing the same event
again drops it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from rasad_core import codec
from rasad_core.errors import Reason
from rasad_core.events import ArticleAnalysed, ArticleWithdrawn, Event, Frozen
from rasad_core.ports import Clock, Message, Outgoing, Write
from rasad_core.runtime.consume import Handled, Outcome, Process
from rasad_stories.compare import hash_of
from rasad_stories.line import Detail
from rasad_stories.publish import enriched, record_of
from rasad_stories.rebuild import Log, Succession
from rasad_stories.sequence import Placement, Stories

# How many offsets back output is kept: several rounds of the consumer (100 messages), since one
# round can come as a batch or, when a message fails, as many calls before anything is published.
_KEPT_OFFSETS = 1000
_REASONS = {
    "unchanged": Reason.UNCHANGED,
    "stale": Reason.STALE,
    "deleted": Reason.DELETED,
}


class _Done(Frozen, frozen=True, kw_only=True):
    """The result of a message, as kept in the file."""

    detail: Detail
    trace_id: str
    outgoing: tuple[Outgoing, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Done)


def process(stories: Stories, log: Log, clock: Clock) -> Process:
    """Make the handler of `articles.analysed`.

    `log` is where `stories.state` is read, and taken over. The handler raises `Unprocessable` for
    an event that cannot be read, `Unavailable` for a file that cannot be written and a log that is
    away; in each case nothing is placed.
    """
    succession = Succession(stories, log)

    def handle(messages: Sequence[Message]) -> Sequence[Handled]:
        succession.follow(clock.now())
        if _is_foreign(stories, messages):
            succession.rebuild(clock.now())
        known = [_known(stories, message) for message in messages]
        pending = [m for m, done in zip(messages, known, strict=True) if done is None]
        placed = iter(_place(stories, succession, pending, clock) if pending else ())
        results = [next(placed) if done is None else done for done in known]
        return [_handled(m, done) for m, done in zip(messages, results, strict=True)]

    return handle


def _place(
    stories: Stories, succession: Succession, messages: Sequence[Message], clock: Clock
) -> list[_Done]:
    events = [
        codec.decode(message.value, ArticleAnalysed, ArticleWithdrawn) for message in messages
    ]
    now = clock.now()
    with stories.transaction():
        succession.keep()
        results: list[_Done] = []
        # Articles are placed together, between withdrawals: those have their place in the order.
        for withdrawal, run in groupby(events, lambda event: isinstance(event, ArticleWithdrawn)):
            part = list(run)
            results += _withdrawn(stories, part, now) if withdrawal else _kept(stories, part, now)
        for message, result in zip(messages, results, strict=True):
            stories.state.keep_done(
                message.topic, message.partition, message.offset,
                _fingerprint(message), _encoder.encode(result),
            )  # fmt: skip
        for topic, partition in {(message.topic, message.partition) for message in messages}:
            _, last = stories.state.done_range(topic, partition) or (0, 0)
            stories.state.drop_done(topic, partition, below=last - _KEPT_OFFSETS)
    return results


def _kept(stories: Stories, events: Sequence[Event], now: datetime) -> list[_Done]:
    articles = [event for event in events if isinstance(event, ArticleAnalysed)]
    placements = stories.assign(articles, now=now)
    # One after the other: a record that knew of a later message would make a successor drop that.
    return [_result(stories, *each) for each in zip(articles, placements, strict=True)]


def _withdrawn(stories: Stories, events: Sequence[Event], now: datetime) -> list[_Done]:
    asked = [event for event in events if isinstance(event, ArticleWithdrawn)]
    return [_tombstone(stories, event, now) for event in asked]


def _tombstone(stories: Stories, event: ArticleWithdrawn, now: datetime) -> _Done:
    gone = stories.delete(event.article_id, trace_id=event.trace_id, now=now)
    line = stories.state.line(event.article_id)
    outgoing: tuple[Outgoing, ...] = ()
    if gone is not None and line is not None:
        outgoing = (enriched(gone), record_of(stories, line.number, event.trace_id))
    return _Done(detail="withdrawn", trace_id=event.trace_id, outgoing=outgoing)


def _result(stories: Stories, event: ArticleAnalysed, placement: Placement) -> _Done:
    # The article's own record comes last: while the log lacks it, the message counts as in flight.
    published: list[Write] = [placement.event] if placement.event else []
    published.extend(placement.moved)
    return _Done(
        detail=placement.detail,
        trace_id=event.trace_id,
        outgoing=(
            *(enriched(each) for each in published),
            *(record_of(stories, number, event.trace_id) for number in placement.touched),
        ),
    )


def _handled(message: Message, done: _Done) -> Handled:
    reason = _REASONS.get(done.detail)
    outcome = Outcome(
        stage="stories",
        result="done" if reason is None else "dropped",
        key=message.key,
        trace_id=done.trace_id,
        reason=reason,
        detail=done.detail,
    )
    return Handled(message=message, outcome=outcome, outgoing=done.outgoing)


def _known(stories: Stories, message: Message) -> _Done | None:
    found = stories.state.done(message.topic, message.partition, message.offset)
    if found is None or found[0] != _fingerprint(message):
        return None
    return _decoder.decode(found[1])


def _is_foreign(stories: Stories, messages: Sequence[Message]) -> bool:
    places = {(message.topic, message.partition) for message in messages}
    held = {place: stories.state.done_range(*place) for place in places}
    for message in messages:
        known = held[message.topic, message.partition]
        if known is None or message.offset > known[1]:
            continue
        found = stories.state.done(message.topic, message.partition, message.offset)
        below = message.offset < known[0]
        # A hole within the range is a message that became a dead letter.
        if below or (found is not None and found[0] != _fingerprint(message)):
            return True
    return False


def _fingerprint(message: Message) -> int:
    about = (message.key, message.headers.get("trace_id", ""))
    return hash_of(repr(about).encode("utf-8", "surrogatepass") + message.value)
