"""The life of the index on a real Elasticsearch: versions built and switched, months that end."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

import live_index
from rasad_core.adapters.elasticsearch import lifecycle, versions
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.elasticsearch.rebuilding import Part, Rebuild, Rebuilt
from rasad_core.errors import RasadError, Unavailable
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.ports import Write
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.consume import Stopped
from strategies import NOW

pytestmark = pytest.mark.live("elasticsearch")
# A writer here looks up once a second, and none of its requests takes long.
NOTICED_SECONDS = 1.3


@pytest.fixture
def prefix() -> Iterator[str]:
    with live_index.installed() as made:
        yield made


def article(number: int = 1, **changes: object) -> ArticleEnriched:
    made = ArticleEnriched(
        trace_id="t", article_id=f"a{number}", form="record", fetched_at=NOW, published=NOW,
        title=f"Harbour {number}", text="Ships wait.", lead="Ships wait.", language="en",
        revision=1, seq=number, story_id=f"s{number}", month=f"2026.0{number % 3 + 1}",
    )  # fmt: skip
    return replace(made, **changes)


def moved(number: int, seq: int) -> ArticleMoved:
    return ArticleMoved(
        trace_id="t", article_id=f"a{number}", seq=seq, month=article(number).month,
        story_id=f"s{seq}", from_story_id="s0",
    )  # fmt: skip


def deleted(number: int, seq: int) -> ArticleDeleted:
    return ArticleDeleted(
        trace_id="t", article_id=f"a{number}", seq=seq, month=article(number).month
    )


def rebuild(
    prefix: str, *, wait: Callable[[float], bool] = lambda _: False,
    noticed_seconds: float = 0.0,
) -> Rebuild:  # fmt: skip
    return Rebuild(
        live_index.client(), prefix, clock=SystemClock(), wait=wait,
        noticed_seconds=noticed_seconds,
    )  # fmt: skip


def documents(prefix: str) -> dict[str, dict[str, object]]:
    client, alias = live_index.client(), Names(prefix=prefix).alias
    client.indices.refresh(index=alias)
    hits = client.search(
        index=alias, size=2000,
        docvalue_fields=[{"field": name} for name in ("story_id", "facts.length")],
    )["hits"]["hits"]  # fmt: skip
    return {
        hit["_id"]: {
            **{name: value for name, value in hit["_source"].items() if name != "indexed_at"},
            **hit.get("fields", {}),
        }
        for hit in hits
    }


def found(prefix: str) -> tuple[int, set[str]]:
    """Search as a reader does: the total, and the ids."""
    answer = live_index.client().search(
        index=Names(prefix=prefix).alias, query={"term": {"searchable": True}}, size=5000,
        source=False, track_total_hits=True, allow_partial_search_results=False,
    )  # fmt: skip
    hits = answer["hits"]
    return hits["total"]["value"], {hit["_id"] for hit in hits["hits"]}


HISTORY: list[Write] = [
    *(article(number) for number in range(1, 260)),
    moved(1, 900), moved(500, 901), deleted(2, 902), deleted(501, 903),
]  # fmt: skip


def test_rebuilt_version_holds_what_the_one_before_held(prefix: str) -> None:
    index = ElasticsearchIndex(live_index.client(), prefix)
    index.write(HISTORY)
    before = documents(prefix)

    assert rebuild(prefix).from_index() == Rebuilt(version=2, replaced=1, articles=261, months=4)

    names = Names(prefix=prefix)
    assert documents(prefix) == before
    assert len(before) == 261
    aliased = names.months(list(live_index.client().indices.get_alias(name=names.alias)))
    assert {month.version for month in aliased} == {2}
    # New months begin in the new version.
    index = ElasticsearchIndex(live_index.client(), prefix, refresh=True)
    index.write([article(700, month="2027.01")])
    assert found(prefix)[0] == 259
    assert rebuild(prefix).from_index().version == 3
    assert found(prefix)[0] == 259


@pytest.mark.slow
def test_readers_and_writers_go_on_while_a_version_is_built(prefix: str) -> None:
    writer = ElasticsearchIndex(live_index.client(), prefix)
    writer.write(HISTORY)
    live_index.client().indices.refresh(index=Names(prefix=prefix).alias)
    done = threading.Event()

    def write() -> list[Write]:
        written: list[Write] = []
        number = 1000
        while not done.is_set():
            batch = [article(number + at, seq=number + at) for at in range(3)]
            events: list[Write] = [*batch, moved(number, number + 5000), moved(3, number + 9000)]
            while True:
                try:
                    writer.write(events)
                except Unavailable:
                    done.wait(0.05)
                else:
                    break
            written += events
            number += 3
        return written

    def read() -> list[tuple[int, set[str]]]:
        answers = []
        while not done.is_set():
            answers.append(found(prefix))
        return answers

    with ThreadPoolExecutor(2) as pool:
        writing, reading = pool.submit(write), pool.submit(read)
        try:
            rebuild(prefix, wait=done.wait, noticed_seconds=NOTICED_SECONDS).from_index()
        finally:
            done.set()

    events, answers = writing.result(), reading.result()
    for (_, earlier), (total, ids) in pairwise(answers):
        assert earlier <= ids
        assert total == len(ids)
    assert versions.look_up(live_index.client(), Names(prefix=prefix)).reading == 2  # type: ignore[union-attr]
    assert len(events) > 20
    with live_index.installed() as other:
        ElasticsearchIndex(live_index.client(), other).write([*HISTORY, *events])
        assert documents(prefix) == documents(other)


def stopping_after(rounds: int) -> Callable[[float], bool]:
    left = iter(range(rounds))
    return lambda _seconds: next(left, None) is None


@pytest.mark.parametrize("rounds", [0, 1, 3, 6, 7])
def test_rebuild_that_was_ended_goes_on(prefix: str, rounds: int) -> None:
    index = ElasticsearchIndex(live_index.client(), prefix)
    index.write(HISTORY)
    before = documents(prefix)
    with pytest.raises(Stopped):
        rebuild(prefix, wait=stopping_after(rounds)).from_index()

    assert documents(prefix) == before
    assert rebuild(prefix).from_index().version == 2
    assert documents(prefix) == before


def test_writer_writes_to_the_version_that_is_built_and_begins_no_month_in_a_switch(
    prefix: str,
) -> None:
    client, names = live_index.client(), Names(prefix=prefix)
    ElasticsearchIndex(client, prefix).write([article(1)])
    versions.change(client, names, lambda found: replace(found, building=2, switching=True))

    writer = ElasticsearchIndex(client, prefix)
    with pytest.raises(Unavailable, match="begins when the index has been switched"):
        writer.write([article(1, seq=9), article(2)])
    lifecycle.begin(client, names.index(2, article(1).month))
    assert writer.write([article(1, seq=9)]) == ["written"]

    held = [client.get(index=names.index(each, article(1).month), id="a1") for each in (1, 2)]
    assert [each["_source"]["content_seq"] for each in held] == [9, 9]


def test_version_that_is_given_up_leaves_no_trace(prefix: str) -> None:
    client, names = live_index.client(), Names(prefix=prefix)
    ElasticsearchIndex(client, prefix).write(HISTORY)
    with pytest.raises(Stopped):
        rebuild(prefix, wait=stopping_after(4)).from_index()

    assert rebuild(prefix).cancel() == 2
    assert rebuild(prefix).cancel() is None
    assert {month.version for month in names.months(lifecycle.indices(client, names))} == {1}
    assert len(documents(prefix)) == 261


def test_lost_month_comes_back_from_the_log(prefix: str) -> None:
    client, names = live_index.client(), Names(prefix=prefix)
    ElasticsearchIndex(client, prefix).write(HISTORY)
    before = documents(prefix)
    lifecycle.drop(client, names.index(1, "2026.02"))
    asked: list[Part] = []

    def batches(part: Part) -> Iterator[tuple[Sequence[Write], int]]:
        asked.append(part)
        events = [event for event in HISTORY if _partition(event) == part.name]
        for at in range(part.next, len(events), 100):
            yield events[at : at + 100], at + 100

    with pytest.raises(Stopped):
        rebuild(prefix, wait=stopping_after(3)).from_log(["0", "1"], batches)
    rebuild(prefix).from_log(["0", "1"], batches)

    assert documents(prefix) == before
    assert asked == [Part(name="0"), Part(name="1"), Part(name="0", next=200), Part(name="1")]


def _partition(event: Write) -> str:
    return str(int(event.article_id[1:]) % 2)


def test_log_that_has_fewer_articles_is_not_switched_to_unasked(prefix: str) -> None:
    ElasticsearchIndex(live_index.client(), prefix).write(HISTORY)

    def batches(_part: Part) -> Iterator[tuple[Sequence[Write], int]]:
        yield HISTORY[:9], 1

    with pytest.raises(RasadError, match="258 articles are held, and the log has 9 of them"):
        rebuild(prefix).from_log(["0"], batches)

    assert found(prefix)[0] == 258
    rebuild(prefix).from_log(["0"], batches, fewer=True)
    assert found(prefix)[0] == 9


def test_month_ends_when_its_last_article_is_past_retention(prefix: str) -> None:
    client, names = live_index.client(), Names(prefix=prefix)
    old = datetime(2025, 1, 5, tzinfo=UTC)
    ElasticsearchIndex(client, prefix, refresh=True).write(
        [
            article(1, month="2025.01", published=old),
            article(2, month="2025.02", published=old + timedelta(days=400)),
            article(3, month="2026.03"),
        ]
    )

    def dropped(retention_days: int | None) -> Sequence[str]:
        return lifecycle.drop_expired(client, prefix, now=NOW, retention_days=retention_days)

    assert dropped(None) == dropped(403) == []
    assert dropped(402) == [names.index(1, "2025.01")]
    # February is past, but its article was dated later by a correction.
    assert dropped(300) == []
    assert found(prefix)[0] == 2


def test_replaced_version_is_kept_for_an_hour(prefix: str) -> None:
    client, names = live_index.client(), Names(prefix=prefix)
    ElasticsearchIndex(client, prefix).write([article(1)])
    rebuild(prefix).from_index()
    now = SystemClock().now()

    def dropped(at: datetime) -> Sequence[str]:
        return lifecycle.drop_expired(client, prefix, now=at, retention_days=None)

    assert dropped(now + timedelta(minutes=59)) == []
    gone = dropped(now + timedelta(minutes=61))
    assert {month.version for month in names.months(gone)} == {1}
    assert found(prefix) == (1, {"a1"})


def test_installing_again_changes_nothing(prefix: str) -> None:
    client = live_index.client()
    before = lifecycle.indices(client, Names(prefix=prefix))

    assert lifecycle.install(client, prefix) == lifecycle.install(client, prefix)
    assert lifecycle.indices(client, Names(prefix=prefix)) == before
    assert not lifecycle.outdated(client, prefix)
