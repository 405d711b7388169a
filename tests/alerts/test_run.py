"""The alerts stage: what is published for an article, and what becomes of its event."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from alert_stage import NOW, Stage, article, message
from rasad.matching import Alert, Alerts, Reference, Tally
from rasad.matching import match as match_by_command
from rasad_alerts.run import MAX_CLAUSE_CHARACTERS, MAX_SPANS, process
from rasad_core import codec
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import (
    AlertMatched,
    ArticleDeleted,
    ArticleEnriched,
    ArticleMoved,
    Origin,
    Signature,
)
from rasad_core.ports import Message, Write
from rasad_core.query.parse import parse
from rasad_core.runtime.metrics import Metrics
from rasad_core.snippet import snippet
from rasad_core.topics import ENRICHED, MATCHED
from strategies import articles, queries

MIB = 1024 * 1024


def watching(**alerts: str) -> Stage:
    stage = Stage()
    for alert_id, query in alerts.items():
        stage.announce(alert_id, query)
    return stage


def test_match_is_published_under_its_alert_with_the_trace_of_the_article() -> None:
    stage = watching(a1="tide")

    (handled,) = stage(article())

    (outgoing,) = handled.outgoing
    assert (outgoing.topic, outgoing.key) == (MATCHED, "a1")
    assert outgoing.headers == {"trace_id": "trace-a"}
    outcome = handled.outcome
    assert (outcome.stage, outcome.result, outcome.detail) == ("alerts", "done", "matched")
    assert (outcome.key, outcome.trace_id, outcome.message) == ("a", "trace-a", "")


def test_match_carries_its_proof_and_the_article_without_text_and_signature() -> None:
    stage = watching(a1="tide OR harbour")
    signed = Signature(minhash=bytes(512), shingles=3)

    (match,) = stage.matches(replace(article(title="Harbour news"), signature=signed))

    assert (match.team_id, match.alert_version, match.matched_at) == ("default", 1, NOW)
    assert (match.article.text, match.article.signature) == ("", None)
    assert (match.article.title, match.article.lead) == ("Harbour news", "The tide is high.")
    assert [(each.field, each.start, each.end, each.clause) for each in match.spans] == [
        ("title", 0, 7, "harbour"),
        ("text", 4, 8, "tide"),
    ]
    assert match.snippet.text == "The tide is high."
    assert match.snippet.marks == ((4, 8),)


def test_every_matching_alert_has_its_event_in_the_order_of_ids() -> None:
    stage = watching(a3="tide", a1="high", a2="ebb", a4='"tide is"')

    assert stage.fired(article()) == ["a1", "a3", "a4"]


def test_article_that_no_alert_matches_is_done() -> None:
    (handled,) = watching(a1="ebb")(article())

    assert (handled.outcome.result, handled.outcome.detail) == ("done", "none")
    assert handled.outgoing == ()


def test_without_alerts_every_article_is_done() -> None:
    (handled,) = Stage()(article())

    assert (handled.outcome.result, handled.outcome.detail) == ("done", "none")


@pytest.mark.parametrize("origin", ["backfill", "reprocess"])
def test_article_that_is_not_live_never_fires(origin: Origin) -> None:
    (handled,) = watching(a1="tide")(article(origin=origin))

    assert (handled.outcome.result, handled.outcome.detail) == ("dropped", origin)
    assert handled.outgoing == ()


@pytest.mark.parametrize(
    ("event", "detail"),
    [
        (
            ArticleMoved(trace_id="t", article_id="a", seq=2, month="2026.03", story_id="z",
                         from_story_id="s"),
            "moved",
        ),
        (ArticleDeleted(trace_id="t", article_id="a", seq=3, month="2026.03"), "deleted"),
    ],
)  # fmt: skip
def test_move_and_deletion_are_dropped(event: Write, detail: str) -> None:
    (handled,) = watching(a1="tide")(event)

    assert (handled.outcome.result, handled.outcome.detail) == ("dropped", detail)
    assert (handled.outcome.trace_id, handled.outgoing) == ("t", ())


def test_every_event_of_a_batch_has_one_outcome_in_its_order() -> None:
    stage = watching(a1="tide")

    handled = stage(article(), article(origin="backfill"), article("ebb"))

    assert [each.outcome.detail for each in handled] == ["matched", "backfill", "none"]


def test_days_count_from_the_fetch_of_the_article() -> None:
    stage = watching(a1="published:-3d AND tide")
    fetched = NOW - timedelta(days=30)

    recent = article(fetched_at=fetched, published=fetched - timedelta(days=2))
    old = article(fetched_at=fetched, published=fetched - timedelta(days=4))

    assert stage.fired(recent) == ["a1"]
    assert stage.fired(old) == []


def test_article_seen_again_gives_the_same_events_but_the_time_of_matching() -> None:
    stage = watching(a1="tide", a2="high")
    before = stage.matches(article())
    stage.clock.forward(5)

    again = stage.matches(article())

    assert [each.matched_at for each in again] == [stage.clock.at] * 2
    assert [_timeless(each) for each in again] == [_timeless(each) for each in before]


def _timeless(match: AlertMatched) -> bytes:
    return codec.encode(replace(match, matched_at=NOW))


def test_event_that_cannot_be_read_is_refused() -> None:
    stage = Stage()
    broken = Message(topic=ENRICHED, partition=0, offset=1, key="b", value=b"{}", at=NOW)

    with pytest.raises(Unprocessable) as refusal:
        process(stage.definitions, stage.clock)([message(article()), broken])

    assert refusal.value.reason is Reason.UNKNOWN_SCHEMA


def test_alert_that_cannot_be_evaluated_is_named_and_counted_and_the_others_go_on() -> None:
    # 99,999 weeks before the year 1000 there was no calendar.
    stage = watching(a1="tide AND published:-99999w", a2="tide")
    ancient = article(fetched_at=datetime(1000, 1, 1, tzinfo=UTC))

    with capture_logs() as logs:
        (handled,) = stage(ancient)

    assert [each.key for each in handled.outgoing] == ["a2"]
    assert (handled.outcome.result, handled.outcome.detail) == ("done", "matched")
    assert handled.outcome.message == "alerts that could not be evaluated: 1"
    assert [(each["alert_id"], each["article_id"]) for each in logs] == [("a1", "a")]


@settings(deadline=None, max_examples=50)
@given(articles(), st.lists(queries, min_size=1, max_size=6))
def test_alerts_fire_as_the_command_says(event: ArticleEnriched, texts: list[str]) -> None:
    alerts = {f"a{number}": text for number, text in enumerate(texts)}
    known = Alerts(Reference())
    for name, text in alerts.items():
        known.add(Alert(alert_id=name, query=text), parse(text).node)

    fired = watching(**alerts).matches(event)

    expected = match_by_command(known, event, Tally(), spans=True)
    assert [(each.alert_id, each.spans) for each in fired] == [
        (each.alert_id, each.spans) for each in expected
    ]
    assert all(each.snippet == snippet(event.text, each.spans) for each in fired)


@pytest.mark.slow
def test_match_of_an_article_of_a_mebibyte_stays_under_one() -> None:
    stage = watching(a1='"high tide"', a2="ebb", a3="tid*")
    text = "The high tide came.\n\n" * (MIB // 21)

    (handled,) = stage(article(text))

    assert [each.key for each in handled.outgoing] == ["a1", "a3"]
    for outgoing in handled.outgoing:
        match = codec.decode(outgoing.value, AlertMatched)
        assert len(outgoing.value) < MIB // 4
        assert len(match.spans) == MAX_SPANS
        assert text[match.spans[-1].start :].startswith(("high tide", "tide"))


def test_match_of_a_long_phrase_in_many_places_stays_under_a_mebibyte() -> None:
    stage = watching(a1=f'"{"tide " * 400}"', a2="ebb OR tide")

    (handled,) = stage(article("tide " * 1_500))

    long, short = (codec.decode(each.value, AlertMatched) for each in handled.outgoing)
    assert len(handled.outgoing[0].value) < MIB // 4
    assert len(long.spans) == MAX_CLAUSE_CHARACTERS // len(long.spans[0].clause)
    assert len(short.spans) == MAX_SPANS


def test_alerts_that_took_most_are_told_once_a_minute() -> None:
    stage, metrics = Stage(), Metrics()
    run = process(stage.definitions, stage.clock, metrics)

    def ranked() -> list[str]:
        run([message(article("The tide is high."))])
        return re.findall(r'dearest_seconds\{alert_id="(\w+)"\}', metrics.rendered().decode())

    stage.announce("a1", "tide AND high")

    assert ranked() == ["a1"]

    stage.announce("a2", "high AND tide AND NOT low")

    assert ranked() == ["a1"]

    stage.clock.forward(60)

    assert sorted(ranked()) == ["a1", "a2"]
