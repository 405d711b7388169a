"""The engine selects what the reference evaluator selects, whatever came and went."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_queries import trees
from rasad_core.events import ArticleEnriched
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.engine import Engine, engine, matching
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from strategies import NOW, archives

KINDS: tuple[Literal["compiled", "python"], ...] = ("python", "compiled")
keys = st.sampled_from("abcdefgh")
# What is done to a few keys between one article and the next: a query given, or taken away.
changes = st.lists(st.tuples(keys, st.one_of(st.none(), trees(), trees())), max_size=6)


def selected(queries: Mapping[str, Node], article: ArticleEnriched) -> list[str]:
    document = search_document(article)
    return sorted(key for key, node in queries.items() if matches(node, document, now=NOW))


def changed(
    engines: Sequence[Engine], queries: dict[str, Node], steps: Sequence[tuple[str, Node | None]]
) -> None:
    for key, node in steps:
        if node is None:
            queries.pop(key, None)
        else:
            queries[key] = node
        for each in engines:
            if node is None:
                each.remove(key)
            else:
                each.add(key, node)


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.lists(changes, min_size=6, max_size=6), archives())
def test_engine_selects_what_the_evaluator_selects_while_queries_come_and_go(
    steps: list[list[tuple[str, Node | None]]], written: list[ArticleEnriched]
) -> None:
    engines = [engine(kind) for kind in KINDS]
    queries: dict[str, Node] = {}
    for made, article in zip(steps, written, strict=True):
        changed(engines, queries, made)
        for each in engines:
            assert each.match(article, now=NOW) == selected(queries, article)
            assert len(each) == len(queries)


@pytest.mark.parametrize("kind", KINDS)
def test_key_given_again_replaces_its_query(kind: Literal["compiled", "python"]) -> None:
    kept = engine(kind)
    kept.add("a", parse("tide").node)
    kept.add("a", parse("ebb").node)
    kept.remove("unknown")

    assert kept.match(article("tide"), now=NOW) == []
    assert kept.match(article("ebb"), now=NOW) == ["a"]
    assert len(kept) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_wildcard_written_otherwise_takes_no_alert_away(
    kind: Literal["compiled", "python"],
) -> None:
    kept = engine(kind)
    for query in ("clim*", "clim**", "*mate", "**mate"):
        kept.add(query, parse(query).node)

    assert kept.match(article("climate"), now=NOW) == ["**mate", "*mate", "clim*", "clim**"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_matching_took_is_counted(kind: Literal["compiled", "python"]) -> None:
    kept = engine(kind)
    kept.add("certain", parse("tide").node)
    kept.add("run", parse("tide AND quay").node)
    kept.add("elsewhere", parse("storm").node)

    assert kept.match(article("tide at the quay"), now=NOW) == ["certain", "run"]
    counters = kept.counters
    assert (counters.articles, counters.verified, counters.matched) == (1, 1, 2)
    assert [key for key, visits, _ in kept.dearest(1) if visits] == ["run"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_when_what_was_remembered_of_articles_is_forgotten(
    kind: Literal["compiled", "python"],
) -> None:
    queries = {
        text: parse(text).node for text in ("tide", "quay*", "~banks", '"high tide"', "東京都")
    }
    kept = engine(kind)
    for key, node in queries.items():
        kept.add(key, node)

    for text in ("high tide", "some words of an article", "quays banks high", "東京都 tide"):
        assert kept.match(article(text), now=NOW) == selected(queries, article(text))
        assert isinstance(kept, matching._Engine)
        kept._machine.forget(kept._numbering.clear())
        assert kept.match(article(text), now=NOW) == selected(queries, article(text))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("queries", "text"),
    [
        ([f'"ebb tide" AND NOT q{number}' for number in range(6_000)], "ebb tide"),
        (["tide NEAR/1 quay", "atleast1000(tide)"], "tide ebb quay " * 6_000),
        (['("a b" OR "b a") NEAR/3 ("c d" OR "d c")'], "a b c d " * 3_000),
    ],
    ids=["programs", "places", "spans"],
)
def test_an_article_that_needs_more_room_than_there_is_gets_it(
    kind: Literal["compiled", "python"], queries: list[str], text: str
) -> None:
    kept = engine(kind)
    for query in queries:
        kept.add(query, parse(query).node)

    for _ in range(2):
        assert kept.match(article(text), now=NOW) == sorted(queries)


def article(text: str) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, text=text,
        lead=text, language="en", revision=1, seq=1, story_id="s", month="2026.03",
    )  # fmt: skip
