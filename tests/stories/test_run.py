"""The stage over a log: crashes, redelivery, a lost file, another log."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.errors import Unavailable
from rasad_core.events import (
    ArticleAnalysed,
    ArticleDeleted,
    ArticleEnriched,
    ArticleWithdrawn,
)
from rasad_core.ports import Message, Outgoing, Publisher
from rasad_core.runtime.consume import Consumer, Outcome, Stopped
from rasad_core.topics import ANALYSED, BY_NAME, ENRICHED, STORIES_STATE
from rasad_stories import run
from rasad_stories.record import TAKEN_KEY, ArticleState
from rasad_stories.sequence import Stories
from story_articles import article
from story_stage import CLOCK, EVENTS, Broken, as_sets, enqueue, enriched, stories_of


def work(
    log: MemoryLog, path: Path | None, *, publisher: Publisher | None = None, batch_size: int = 100
) -> list[Outcome]:
    """One life of the stage: until the topic's end, or until the publisher breaks it off."""
    outcomes: list[Outcome] = []
    with Stories(path) as stories:
        consumer = Consumer(
            stage="stories",
            subscriber=log.subscriber("stories", [ANALYSED]),
            publisher=publisher or log,
            process=run.process(stories, log, CLOCK),
            observe=outcomes.append,
            clock=CLOCK,
            wait=lambda _: publisher is not None,
            batch_size=batch_size,
        )
        consumer.drain()
    return outcomes


def crash(log: MemoryLog, path: Path, *, after: int = 0, batch_size: int = 100) -> None:
    with pytest.raises(Stopped):
        work(log, path, publisher=Broken(log, after), batch_size=batch_size)


BRIDGED = [
    article("a", range(100)),
    article("b", range(100, 200), day=1),
    article("c", range(200), day=2),
    article("d", range(500, 600)),
]


def test_each_event_is_published_under_its_article_with_its_trace(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, BRIDGED)
    assert [outcome.detail for outcome in work(log, tmp_path / "s.db")] == [
        "new", "new", "copy", "new",
    ]  # fmt: skip
    for topic in (ENRICHED, STORIES_STATE):
        for message in log.read(topic):
            if message.key == TAKEN_KEY:
                continue
            event = codec.decode(message.value, *BY_NAME[topic].events or (ArticleState,))
            assert message.key == getattr(event, BY_NAME[topic].key)
            assert message.headers["trace_id"] == event.trace_id


def test_dropped_events_are_counted_with_their_reason(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, [article("a", range(50), fetched=1)] * 2 + [article("a", range(60))])
    outcomes = work(log, tmp_path / "s.db")
    assert [(each.result, each.reason) for each in outcomes] == [
        ("done", None), ("dropped", "unchanged"), ("dropped", "stale"),
    ]  # fmt: skip


@pytest.mark.parametrize("published", [0, 1, 4, 100])
def test_a_crash_before_the_commit_publishes_the_same_events_again(
    tmp_path: Path, published: int
) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, BRIDGED)
    crash(log, tmp_path / "s.db", after=published)
    before = enriched(log)
    outcomes = work(log, tmp_path / "s.db")
    assert [outcome.detail for outcome in outcomes] == ["new", "new", "copy", "new"]
    after = enriched(log)
    assert after[len(before) :][: len(before)] == before
    assert {event.seq for event in before} <= {event.seq for event in after[len(before) :]}
    assert stories_of(log)[BRIDGED[1].article_id] == BRIDGED[0].article_id


def test_messages_that_were_taken_apart_after_a_bad_one_survive_a_crash(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, BRIDGED[:2])
    log.publish([Outgoing(topic=ANALYSED, key="bad", value=b"{}")])
    enqueue(log, BRIDGED[2:])
    crash(log, tmp_path / "s.db")
    outcomes = work(log, tmp_path / "s.db")
    assert [outcome.detail for outcome in outcomes] == ["new", "new", "", "copy", "new"]
    assert [message.key for message in log.read("stories.dead")] == ["bad"]
    assert len({event.seq for event in enriched(log)}) == len(enriched(log))


@settings(deadline=None, max_examples=40)
@given(events=EVENTS, data=st.data())
def test_the_partition_survives_kills_and_the_loss_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, events: list[ArticleAnalysed], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("stories")
    log = MemoryLog(CLOCK)
    rest = list(events)
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        enqueue(log, rest[:count])
        rest = rest[count:]
        size = data.draw(st.integers(1, 5))
        if data.draw(st.booleans()):
            broken = Broken(log, after=data.draw(st.integers(0, 9)))
            with contextlib.suppress(Stopped):  # nothing to publish, nothing to break
                work(log, folder / "s.db", publisher=broken, batch_size=size)
        if data.draw(st.booleans()):
            for file in folder.iterdir():
                file.unlink()
        work(log, folder / "s.db", batch_size=size)
    calm = MemoryLog(CLOCK)
    enqueue(calm, events)
    work(calm, None)
    assert as_sets(stories_of(log)) == as_sets(stories_of(calm))


def withdraw(log: MemoryLog, article_id: str) -> None:
    event = ArticleWithdrawn(article_id=article_id, trace_id="w")
    log.publish([Outgoing(topic=ANALYSED, key=article_id, value=codec.encode(event))])


def test_withdrawn_article_between_others_gets_one_tombstone_and_stays_gone() -> None:
    log = MemoryLog(CLOCK)
    first, other = article("a", range(50)), article("b", range(100, 150))
    enqueue(log, [first])
    withdraw(log, first.article_id)
    withdraw(log, first.article_id)
    enqueue(log, [other, article("a", range(60), fetched=5)])
    withdraw(log, "never seen")

    details = [each.detail for each in work(log, None)]

    assert details == ["new", "withdrawn", "withdrawn", "new", "deleted", "withdrawn"]
    tombstones = [
        event
        for event in (
            codec.decode(message.value, ArticleEnriched, ArticleDeleted)
            for message in log.read(ENRICHED)
        )
        if isinstance(event, ArticleDeleted)
    ]
    assert {event.seq for event in tombstones} == {tombstones[0].seq}
    assert len(tombstones) == 2


def test_a_lost_file_is_rebuilt_with_revisions_redirects_seq_and_tombstones(
    tmp_path: Path,
) -> None:
    log = MemoryLog(CLOCK)
    gone = article("gone", range(900, 950))
    links = ("https://example.com/canonical",)
    claiming = article("claiming", range(700, 750), url="https://example.com/p", links=links)
    enqueue(log, [*BRIDGED, article("d", range(500, 620), fetched=1), gone, claiming])
    work(log, tmp_path / "s.db")
    withdraw(log, gone.article_id)
    assert [each.detail for each in work(log, tmp_path / "s.db")] == ["withdrawn"]
    with Stories(tmp_path / "s.db") as stories:
        first = [stories.record(n, trace_id="") for n in range(1, stories._groups.count + 1)]
        highest = stories._last_seq
    with Stories(tmp_path / "again.db") as stories:
        assert run.process(stories, log, CLOCK)([]) == []
        again = [stories.record(n, trace_id="") for n in range(1, stories._groups.count + 1)]
        assert again == first
        assert stories._last_seq == highest
        assert stories.resolve(BRIDGED[1].article_id) == BRIDGED[0].article_id
        assert stories.place(gone).detail == "deleted"
        placed = stories.place(article("late", range(500, 610), day=5))
        assert placed.event is not None
        assert placed.event.copy_of == BRIDGED[3].article_id


def test_a_log_restored_from_a_backup_takes_the_state_back_with_it(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, BRIDGED[:1])
    work(log, tmp_path / "s.db")
    later = MemoryLog(CLOCK)  # the log went on after the backup, and the file with it
    for topic in (ANALYSED, STORIES_STATE):
        later.publish([_again(message) for message in log.read(topic)])
    enqueue(later, BRIDGED[1:])
    work(later, tmp_path / "s.db")
    enqueue(log, [BRIDGED[3]])  # back to the backup: this article is not in its index
    assert [each.detail for each in work(log, tmp_path / "s.db")] == ["new"]
    with Stories(tmp_path / "s.db") as stories:
        assert stories._groups.count == 2


def _again(message: Message) -> Outgoing:
    return Outgoing(
        topic=message.topic, key=message.key, value=message.value, headers=message.headers
    )


def test_a_new_log_beside_an_old_file_starts_with_nothing(tmp_path: Path) -> None:
    old = MemoryLog(CLOCK)
    enqueue(old, BRIDGED)
    work(old, tmp_path / "s.db")
    new = MemoryLog(CLOCK)
    enqueue(new, BRIDGED[2:])
    assert [each.detail for each in work(new, tmp_path / "s.db")] == ["new", "new"]


def test_a_reader_set_back_to_the_start_changes_nothing(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, BRIDGED)
    work(log, tmp_path / "s.db")
    before = stories_of(log)
    for message in log.read(ANALYSED):  # known offsets: the same answers
        with Stories(tmp_path / "s.db") as stories:
            handled = run.process(stories, log, CLOCK)([message])
            assert handled[0].outcome.detail in ("new", "copy")
            log.publish(handled[0].outgoing)
    assert stories_of(log) == before


def test_what_is_older_than_the_kept_answers_is_judged_again(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, BRIDGED)
    work(log, tmp_path / "s.db")
    with Stories(tmp_path / "s.db") as stories:
        with stories.transaction():
            stories.state.drop_done(ANALYSED, 0, below=2)
        handled = run.process(stories, log, CLOCK)(list(log.read(ANALYSED)))
    assert [each.outcome.detail for each in handled] == ["unchanged"] * 4


def test_the_answers_kept_do_not_grow_without_end(tmp_path: Path) -> None:
    log = MemoryLog(CLOCK)
    enqueue(log, [article("a", range(50), trace_id=f"t{n}") for n in range(1500)])
    work(log, tmp_path / "s.db")
    with Stories(tmp_path / "s.db") as stories:
        assert stories.state.done_range(ANALYSED, 0) == (499, 1499)


def test_a_file_held_by_another_program_is_waited_for_and_loses_nothing(tmp_path: Path) -> None:
    other = None
    with Stories(tmp_path / "s.db") as stories:
        stories.state._sql.execute("PRAGMA busy_timeout=0")
        other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="stories"):
            stories.place(BRIDGED[0])
        other.execute("ROLLBACK")
        assert stories.place(BRIDGED[0]).detail == "new"
    other.close()


def test_an_error_in_a_batch_leaves_memory_and_file_as_they_were() -> None:
    stories = Stories(None)
    stories.place(BRIDGED[0])

    def fail_at_the_end() -> None:
        with stories.transaction():
            list(stories.assign(BRIDGED[1:], now=CLOCK.now()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()
    assert [stories.place(each).detail for each in BRIDGED[1:]] == ["new", "copy", "new"]
    stories.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from story_articles import article
from rasad_stories.sequence import Stories
stories = Stories(Path(sys.argv[1]))
for number in range(5):
    stories.place(article(f"kept{number}", range(number * 100, number * 100 + 60)))
with stories.transaction():
    event = article("lost", range(60))
    next(stories.assign([event], now=event.fetched_at))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_killed_process_leaves_whole_transactions(tmp_path: Path) -> None:
    tests = str(Path(__file__).parents[1])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "s.db")],
        env={"PYTHONPATH": tests},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with Stories(tmp_path / "s.db") as stories:
        assert stories._groups.count == 5
        assert stories.place(article("lost", range(60))).detail == "copy"
