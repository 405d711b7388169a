"""Processes that take turns, each with a file of its own: together they are as good as one."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleAnalysed, ArticleEnriched, ArticleMoved
from rasad_core.ports import Outgoing, Publisher
from rasad_core.runtime.consume import Consumer, Handled, Stopped
from rasad_core.topics import ANALYSED, ENRICHED, STORIES_STATE
from rasad_stories import run
from rasad_stories.publish import StateLast
from rasad_stories.record import ArticleState
from rasad_stories.sequence import Stories
from story_articles import article
from story_stage import CLOCK, EVENTS, as_sets, enqueue, stories_of


class Uncompacted(MemoryLog):
    """A log that still shows records which others have replaced, as Kafka does for days."""

    def __init__(self) -> None:
        super().__init__(CLOCK)
        self._topics[STORIES_STATE].compacted = False


class Breaking:
    """A publisher whose log goes away once so many messages got through."""

    def __init__(self, log: MemoryLog, after: int) -> None:
        self._log = log
        self._left = after

    def publish(self, messages: Sequence[Outgoing]) -> None:
        through = messages[: self._left]
        self._left -= len(through)
        self._log.publish(through)
        if len(through) < len(messages):
            raise Unavailable("away")


class Worker:
    """One process: its file, and what it keeps in memory until it is killed."""

    def __init__(self, log: MemoryLog, path: Path | None) -> None:
        self._log = log
        self._path = path
        self._begin()

    def _begin(self) -> None:
        self.stories = Stories(self._path)
        self.process = run.process(self.stories, self._log, CLOCK)

    def kill(self) -> None:
        self.stories.close()
        self._begin()

    def turn(self, *, rounds: int, size: int, publisher: Publisher | None = None) -> None:
        """Have the partition for some rounds, or until the publisher breaks the turn off."""
        consumer = Consumer(
            stage="stories",
            subscriber=self._log.subscriber("stories", [ANALYSED]),
            publisher=StateLast(publisher or self._log),
            process=self.process,
            observe=lambda _: None,
            clock=CLOCK,
            wait=lambda _: True,
            batch_size=size,
        )
        with suppress(Stopped):
            for _ in range(rounds):
                consumer.step()

    def begin_round(self, size: int) -> Sequence[Handled]:
        """Do a round but for publishing and committing: then it is cut off."""
        messages = self._log.subscriber("stories", [ANALYSED]).poll(size, timeout_seconds=0)
        return self.process(messages) if messages else ()


def lives(log: MemoryLog) -> dict[str, tuple[int, int, str]]:
    """What a reader of the events holds of each article: revision, fetch and text, by `seq`."""
    found: dict[str, tuple[int, tuple[int, int, str]]] = {}
    for message in log.read(ENRICHED):
        event = codec.decode(message.value, ArticleEnriched, ArticleMoved)
        if isinstance(event, ArticleEnriched) and event.seq > found.get(event.article_id, (0,))[0]:
            fetched = int(event.fetched_at.timestamp())
            found[event.article_id] = (event.seq, (event.revision, fetched, event.text))
    return {name: life for name, (_, life) in found.items()}


def revisions(log: MemoryLog) -> set[tuple[str, int, str]]:
    events = (codec.decode(m.value, ArticleEnriched, ArticleMoved) for m in log.read(ENRICHED))
    return {
        (each.article_id, each.revision, each.text)
        for each in events
        if isinstance(each, ArticleEnriched)
    }


def assert_as_good_as_one(log: MemoryLog, events: Sequence[ArticleAnalysed]) -> None:
    calm = MemoryLog(CLOCK)
    enqueue(calm, events)
    one = Worker(calm, None)
    one.turn(rounds=100, size=100)
    one.stories.close()

    assert as_sets(stories_of(log)) == as_sets(stories_of(calm))
    assert lives(log) == lives(calm)
    assert revisions(log) == revisions(calm)


# A fetch has one text: no two of an article come from the same second.
FETCHES = EVENTS.map(
    lambda events: [
        replace(event, fetched_at=event.fetched_at + timedelta(seconds=number))
        for number, event in enumerate(events)
    ]
)


@settings(deadline=None, max_examples=30)
@given(events=FETCHES, data=st.data())
def test_two_that_take_turns_and_are_killed_are_as_good_as_one(
    tmp_path_factory: pytest.TempPathFactory, events: list[ArticleAnalysed], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("turns")
    log = MemoryLog(CLOCK)
    enqueue(log, events)
    workers = [Worker(log, folder / name) for name in ("a.db", "b.db")]
    for _ in range(data.draw(st.integers(0, 12))):
        worker = workers[data.draw(st.integers(0, 1))]
        broken = Breaking(log, after=data.draw(st.integers(0, 12)))
        worker.turn(
            rounds=data.draw(st.integers(1, 3)),
            size=data.draw(st.integers(1, 4)),
            publisher=broken if data.draw(st.booleans()) else None,
        )
        if data.draw(st.booleans()):
            worker.kill()
    workers[data.draw(st.integers(0, 1))].turn(rounds=100, size=3)

    assert_as_good_as_one(log, events)
    for worker in workers:
        worker.stories.close()


@settings(deadline=None, max_examples=30)
@given(events=FETCHES, data=st.data())
def test_one_that_wakes_up_behind_its_successor_spoils_nothing(
    tmp_path_factory: pytest.TempPathFactory, events: list[ArticleAnalysed], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("asleep")
    log = Uncompacted()
    enqueue(log, events)
    sleeper, successor = Worker(log, folder / "a.db"), Worker(log, folder / "b.db")
    sleeper.turn(rounds=data.draw(st.integers(0, 3)), size=3)
    late = sleeper.begin_round(data.draw(st.integers(1, 4)))
    successor.turn(rounds=data.draw(st.integers(1, 4)), size=data.draw(st.integers(1, 4)))
    StateLast(log).publish([each for handled in late for each in handled.outgoing])
    successor.turn(rounds=100, size=3)
    after = Worker(log, folder / "c.db")
    again = article("late", range(1000, 1050), fetched=9)
    enqueue(log, [*events, again])
    after.turn(rounds=100, size=100)

    assert_as_good_as_one(log, [*events, *events, again])
    for worker in (sleeper, successor, after):
        worker.stories.close()


def test_record_of_one_that_woke_up_too_late_is_overwritten_with_the_newest(
    tmp_path: Path,
) -> None:
    log = Uncompacted()
    enqueue(log, [article("a", range(50)), article("a", range(60), fetched=1)])
    sleeper, successor = Worker(log, tmp_path / "a.db"), Worker(log, tmp_path / "b.db")
    late = sleeper.begin_round(1)
    successor.turn(rounds=2, size=1)
    *_, newest = log.read(STORIES_STATE)
    log.publish([each for handled in late for each in handled.outgoing])
    enqueue(log, [article("b", range(500, 550))])
    successor.turn(rounds=1, size=1)

    records = [message.value for message in log.read(STORIES_STATE) if message.key == newest.key]
    late_one, last = (codec.decode(value, ArticleState) for value in records[-2:])
    assert late_one.revision == 1
    assert replace(last, trace_id="") == replace(
        codec.decode(newest.value, ArticleState), trace_id=""
    )
    for worker in (sleeper, successor):
        worker.stories.close()


def test_state_becomes_durable_after_all_that_it_speaks_of() -> None:
    log = MemoryLog(CLOCK)
    ordered = StateLast(_Refusing(log))
    with suppress(ZeroDivisionError):
        ordered.publish(
            [
                Outgoing(topic=STORIES_STATE, key="a", value=b"1"),
                Outgoing(topic=ENRICHED, key="a", value=b"2"),
            ]
        )

    assert [message.value for message in log.read(ENRICHED)] == [b"2"]


class _Refusing:
    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def publish(self, messages: Sequence[Outgoing]) -> None:
        if messages[0].topic == STORIES_STATE:
            raise ZeroDivisionError
        self._log.publish(messages)
