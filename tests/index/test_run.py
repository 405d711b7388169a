"""The index stage: written, remembered, expired, and the same when seen again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from rasad_core import codec
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.kinds import ALIASES, REVISIONS
from rasad_core.ports import Message, SearchRequest, Write
from rasad_core.runtime.consume import Handled
from rasad_core.topics import ENRICHED
from rasad_index.run import process

NOW = datetime(2026, 3, 10, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


class Stage:
    def __init__(self, retention_days: int | None = None) -> None:
        self.index = MemoryArticleIndex()
        self.store = MemoryStore()
        self._process = process(
            self.index, self.store, clock=FixedClock(), retention_days=retention_days
        )

    def __call__(self, *events: Write) -> Sequence[Handled]:
        return self._process([message(event, at) for at, event in enumerate(events)])

    def details(self, *events: Write) -> list[str]:
        return [handled.outcome.detail for handled in self(*events)]


def message(event: Write, offset: int = 0) -> Message:
    return Message(
        topic=ENRICHED, partition=0, offset=offset, key=event.article_id,
        value=codec.encode(event), at=NOW,
    )  # fmt: skip


def article(
    article_id: str = "a",
    *,
    seq: int = 1,
    revision: int = 1,
    aliases: tuple[str, ...] = (),
    age_days: int = 1,
) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id=f"trace-{article_id}-{seq}", article_id=article_id, form="record",
        fetched_at=NOW, published=NOW - timedelta(days=age_days), title=f"Tide {seq}",
        text="The tide is high.", revision=revision, seq=seq, story_id=article_id,
        month="2026.03", aliases=aliases,
    )  # fmt: skip


def test_article_is_found_and_its_revisions_are_kept_in_order() -> None:
    stage = Stage()

    stage(article(seq=1, revision=1), article(seq=2, revision=2))

    assert stage.index.search(SearchRequest(now=NOW)).total == 1
    kept = [codec.decode(each.value, ArticleEnriched).title for each in stage.store.list(REVISIONS)]
    assert kept == ["Tide 1", "Tide 2"]


def test_outcome_carries_stage_key_and_trace() -> None:
    (handled,) = Stage()(article())

    outcome = handled.outcome
    assert (outcome.stage, outcome.result, outcome.detail) == ("index", "done", "written")
    assert (outcome.key, outcome.trace_id) == ("a", "trace-a-1")
    assert handled.outgoing == ()


def test_same_events_again_change_nothing() -> None:
    stage = Stage()
    events = (article(aliases=("https://x.example/1",)), article("b", seq=2))
    stage(*events)
    before = [*stage.store.list(REVISIONS), *stage.store.list(ALIASES)]

    again = stage(*events)

    assert [each.outcome.result for each in again] == ["dropped", "dropped"]
    assert [each.outcome.reason for each in again] == [Reason.STALE, Reason.STALE]
    assert [*stage.store.list(REVISIONS), *stage.store.list(ALIASES)] == before


def test_round_killed_between_index_and_store_is_completed_when_seen_again() -> None:
    stage = Stage()
    event = article(aliases=("https://x.example/1",))
    stage.index.write([event])

    stage(event)

    assert [each.key for each in stage.store.list(ALIASES)] == ["https://x.example/1"]
    assert len(stage.store.list(REVISIONS)) == 1


def test_address_belongs_to_the_first_that_claims_it() -> None:
    stage = Stage()
    shared = "https://x.example/1"

    stage(article("a", aliases=(shared,)), article("b", seq=2, aliases=(shared,)))
    stage(article("c", seq=3, aliases=(shared,)))

    (alias,) = stage.store.list(ALIASES)
    assert msgspec.json.decode(alias.value) == "a"


def test_article_past_retention_is_expired_and_not_written() -> None:
    stage = Stage(retention_days=30)

    handled = stage(article("old", age_days=31), article("new", seq=2, age_days=29))

    assert [each.outcome.result for each in handled] == ["expired", "done"]
    assert handled[0].outcome.reason is Reason.EXPIRED
    assert stage.index.get("old") is None
    assert stage.index.get("new") is not None
    assert len(stage.store.list(REVISIONS)) == 1


def test_move_changes_the_story_and_may_come_before_its_article() -> None:
    stage = Stage()
    move = ArticleMoved(
        trace_id="t", article_id="a", seq=9, month="2026.03", story_id="z", from_story_id="a"
    )

    assert stage.details(move) == ["missing"]
    assert stage.details(article()) == ["written"]

    held = stage.index.get("a")
    assert held is not None
    assert held.story_id == "z"


def test_deleted_article_stays_gone_with_its_revisions_and_keeps_its_addresses() -> None:
    stage = Stage()
    event = article(aliases=("https://x.example/1",))
    deletion = ArticleDeleted(trace_id="t", article_id="a", seq=5, month="2026.03")

    stage(event, deletion)
    again = stage(event, article(seq=6, revision=2))

    assert [each.outcome.reason for each in again] == [Reason.DELETED, Reason.DELETED]
    assert stage.index.get("a") is None
    assert stage.store.list(REVISIONS) == []
    assert len(stage.store.list(ALIASES)) == 1


def test_event_that_cannot_be_read_is_refused_before_anything_is_written() -> None:
    stage = Stage()
    broken = Message(topic=ENRICHED, partition=0, offset=1, key="b", value=b"{}", at=NOW)
    write = process(stage.index, stage.store, clock=FixedClock())

    with pytest.raises(Unprocessable) as refusal:
        write([message(article()), broken])

    assert refusal.value.reason is Reason.UNKNOWN_SCHEMA
    assert stage.index.search(SearchRequest(now=NOW)).total == 0
