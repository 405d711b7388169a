from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from rasad_core.codec import decode, encode
from rasad_core.errors import Reason
from rasad_core.events import ArticleAnalysed, ArticleFetched
from rasad_core.ports import Message
from rasad_enrich.pool import AnalysisPool
from rasad_enrich.run import process

Fetch = Callable[..., ArticleFetched]
NOW = datetime(2024, 5, 9, 12, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(scope="module")
def pool() -> Iterator[AnalysisPool]:
    with AnalysisPool(1, 30) as opened:
        yield opened


def message(value: bytes, offset: int = 0) -> Message:
    return Message(
        topic="articles.raw", partition=0, offset=offset, key="article-1", value=value,
        headers={"trace_id": "trace-1"}, at=NOW,
    )  # fmt: skip


def test_an_article_is_published_with_its_trace(fetch: Fetch, pool: AnalysisPool) -> None:
    (handled,) = process(pool, clock=FixedClock())(
        [message(encode(fetch("It rained.", title="Rain")))]
    )

    (outgoing,) = handled.outgoing
    assert (outgoing.topic, outgoing.key) == ("articles.analysed", "article-1")
    assert outgoing.headers == {"trace_id": "trace-1"}
    assert decode(outgoing.value, ArticleAnalysed).title == "Rain"
    assert (handled.outcome.result, handled.outcome.stage) == ("done", "enrich")


def test_refused_events_become_dead_letters_and_the_rest_goes_on(
    fetch: Fetch, pool: AnalysisPool
) -> None:
    values = [b"not json", encode(fetch("It rained.")), encode(fetch("", title=""))]
    messages = [message(value, offset) for offset, value in enumerate(values)]

    bad, good, empty = process(pool, clock=FixedClock())(messages)

    assert [one.outcome.result for one in (bad, good, empty)] == ["dead", "done", "dead"]
    assert (bad.outcome.reason, empty.outcome.reason) == (Reason.MALFORMED, Reason.EMPTY)
    (letter,) = bad.outgoing
    assert (letter.topic, letter.value) == ("enrich.dead", b"not json")
    assert letter.headers["dead.reason"] == "malformed"
    assert letter.headers["dead.at"] == NOW.isoformat()


def test_the_same_event_gives_the_same_event(fetch: Fetch, pool: AnalysisPool) -> None:
    raw = message(encode(fetch("It rained in Leeds yesterday.", title="Rain")))

    (once,), (twice,) = (
        process(pool, clock=FixedClock())([raw]),
        process(pool, clock=FixedClock())([raw]),
    )

    assert once.outgoing == twice.outgoing
