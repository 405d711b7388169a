"""What stages gave up on: list it, look at it, send it again, or drop it from sight.

A dead letter lies in `<stage>.dead` with its original key, bytes and headers. Whether it was
replayed or dropped is a mark in the store; the log itself is never changed. A crash between
sending one again and marking it sends it once more the next time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

import msgspec

from rasad_core.errors import RasadError
from rasad_core.events import Frozen
from rasad_core.kinds import DEAD_LETTERS
from rasad_core.ports import Clock, LogReader, Message, Outgoing, Publisher, Store
from rasad_core.topics import BY_NAME, STAGES, Stage, dead_letter_topic

_PREFIX = "dead."
# Marks looked up at once.
_CHUNK = 500


class DeadLetter(Frozen, frozen=True, kw_only=True):
    """One dead letter. `topic`, `partition`, `offset` are where the original message was read.

    `key` is its key to look at; what it is sent again with is that of `Opened`.

    `dead_id` is `<stage>-<partition>-<offset>`, its place in `<stage>.dead`. `reason` is one of
    `errors.Reason`, or what a newer Rasad wrote.
    """

    dead_id: str
    stage: Stage
    reason: str
    message: str
    topic: str
    partition: int
    offset: int
    key: str
    at: datetime
    attempts: int
    replayed_at: datetime | None


class Opened(Frozen, frozen=True, kw_only=True):
    """A dead letter with its payload: the original bytes and headers."""

    letter: DeadLetter
    original: Outgoing


class Replayed(Frozen, frozen=True, kw_only=True):
    """How many were sent again, had been before, and cannot be: their topic is not known."""

    replayed: int
    skipped: int
    failed: int


class _Mark(Frozen, frozen=True, kw_only=True):
    replayed_at: datetime | None = None
    dropped_at: datetime | None = None


_marks = msgspec.json.Decoder(_Mark)


def find(
    reader: LogReader, store: Store, *, stage: Stage | None = None, reason: str | None = None
) -> Iterator[DeadLetter]:
    """Give the dead letters that are not dropped, oldest first within a stage."""
    return (opened.letter for opened in _find(reader, store, stage, reason))


def show(reader: LogReader, store: Store, dead_id: str) -> Opened:
    """Give one with its payload; raises `RasadError` where there is none of that id."""
    stage, partition, offset = _place(dead_id)
    messages = reader.read(dead_letter_topic(stage), offset=offset, partition=partition)
    first = [each for each in islice(messages, 1) if each.offset == offset]
    for opened in _opened(store, stage, first):
        return opened
    raise RasadError(f"there is no dead letter `{dead_id}`, or it was dropped or has expired")


def drop(reader: LogReader, store: Store, dead_ids: Iterable[str], *, now: datetime) -> None:
    """Hide these for good; raises `RasadError` at an unknown one, before any is dropped."""
    letters = [show(reader, store, dead_id).letter for dead_id in dict.fromkeys(dead_ids)]
    for letter in letters:
        _mark(store, letter, _Mark(replayed_at=letter.replayed_at, dropped_at=now))


def replay(
    reader: LogReader,
    publisher: Publisher,
    store: Store,
    *,
    clock: Clock,
    wait: Callable[[float], bool],
    stage: Stage | None = None,
    reason: str | None = None,
    dead_id: str | None = None,
    per_second: float | None = None,
    dry_run: bool = False,
) -> Replayed:
    """Send the chosen ones to their topics again: original key, bytes and headers.

    `wait` sleeps so many seconds and says True to stop early; at most `per_second` are sent.
    `dry_run` only counts. `Unavailable` passes through: what was sent is marked, and the next call
    goes on from there.
    """
    if dead_id is None:
        chosen = _find(reader, store, stage, reason)
    else:
        chosen = iter([show(reader, store, dead_id)])
    sent = skipped = failed = 0
    for opened in chosen:
        if opened.letter.replayed_at is not None:
            skipped += 1
        elif opened.letter.topic not in BY_NAME:
            failed += 1
        else:
            if sent and per_second and not dry_run and wait(1 / per_second):
                break
            sent += 1
            if not dry_run:
                publisher.publish([opened.original])
                _mark(store, opened.letter, _Mark(replayed_at=clock.now()))
    return Replayed(replayed=sent, skipped=skipped, failed=failed)


def readable(text: str) -> str:
    """Write out what is no text in a key or header, which another program may have put there."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _find(
    reader: LogReader, store: Store, stage: Stage | None, reason: str | None
) -> Iterator[Opened]:
    for each in STAGES if stage is None else (stage,):
        topic = dead_letter_topic(each)
        if topic not in BY_NAME:
            raise RasadError(f"`{each}` has no dead letters; stages that do: {', '.join(STAGES)}")
        for partition in range(BY_NAME[topic].partitions):
            messages = reader.read(topic, partition=partition)
            while chunk := list(islice(messages, _CHUNK)):
                for opened in _opened(store, each, chunk):
                    if reason in (None, opened.letter.reason):
                        yield opened


def _opened(store: Store, stage: Stage, messages: Sequence[Message]) -> Iterator[Opened]:
    marks = store.get_many(DEAD_LETTERS, [_dead_id(stage, message) for message in messages])
    for message in messages:
        held = marks.get(_dead_id(stage, message))
        mark = _Mark() if held is None else _marks.decode(held.value)
        if mark.dropped_at is None:
            yield _open(stage, message, mark)


def _open(stage: Stage, message: Message, mark: _Mark) -> Opened:
    # A letter that another program put there may lack headers; it is shown, and not replayed.
    about = {
        name.removeprefix(_PREFIX): value
        for name, value in message.headers.items()
        if name.startswith(_PREFIX)
    }
    headers = {
        name: value for name, value in message.headers.items() if not name.startswith(_PREFIX)
    }
    letter = DeadLetter(
        dead_id=_dead_id(stage, message),
        stage=stage,
        reason=readable(about.get("reason", "")),
        message=readable(about.get("message", "")),
        topic=readable(about.get("topic", "")),
        partition=_number(about.get("partition")),
        offset=_number(about.get("offset")),
        key=readable(message.key),
        at=_moment(about.get("at"), message.at),
        attempts=_number(about.get("attempts")),
        replayed_at=mark.replayed_at,
    )
    original = Outgoing(topic=letter.topic, key=message.key, value=message.value, headers=headers)
    return Opened(letter=letter, original=original)


def _mark(store: Store, letter: DeadLetter, mark: _Mark) -> None:
    store.put(DEAD_LETTERS, letter.dead_id, msgspec.json.encode(mark))


def _dead_id(stage: Stage, message: Message) -> str:
    return f"{stage}-{message.partition}-{message.offset}"


def _place(dead_id: str) -> tuple[Stage, int, int]:
    name, _, place = dead_id.partition("-")
    partition, _, offset = place.partition("-")
    for stage in STAGES:
        if stage == name and partition.isdecimal() and offset.isdecimal():
            return stage, int(partition), int(offset)
    raise RasadError(f"`{dead_id}` is no id of a dead letter; one looks like `{STAGES[0]}-0-17`")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _moment(text: str | None, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else otherwise
    except ValueError:
        return otherwise
