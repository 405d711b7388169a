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
from rasad_core.query.engine import Engine, engine
from rasad_core.query.evaluate import matches
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
@settings(deadline=None, max_examples=60)
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
