"""Candidates for what the server cannot say: none is missed, and each is judged by the evaluator."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import strategies
from rasad_core.adapters.elasticsearch.costs import clauses, cost, hard, is_textual, positional
from rasad_core.adapters.elasticsearch.loosening import candidates_of
from rasad_core.adapters.elasticsearch.verifying import Candidate, Verifier
from rasad_core.events import ArticleEnriched
from rasad_core.query.ast import And, Node, Not, Or
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from strategies import NOW, words_of


def candidate(article: ArticleEnriched) -> Candidate:
    return Candidate(
        title=article.title, text=article.text, lead=article.lead, language=article.language
    )


@given(nodes=st.lists(strategies.trees().filter(is_textual), min_size=1, max_size=3),
       archive=strategies.archives(3))  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_article_reduced_to_the_words_of_a_query_is_judged_alike(
    nodes: list[Node], archive: list[ArticleEnriched]
) -> None:
    verifier = Verifier(nodes)

    for article in archive:
        document = search_document(article)
        assert list(verifier.matching(candidate(article))) == [
            matches(node, document, now=NOW) for node in nodes
        ]


def test_of_many_alternatives_those_are_looked_at_that_an_article_has() -> None:
    several = [f"w{number}" for number in range(40)] + [f'"a1 w{number}"' for number in range(40)]
    queries = (f"({' OR '.join(several)} OR (x1 NEAR/0 w3)) NEAR/1 b1", " OR ".join(several[40:]))
    verifier = Verifier([parse(query).node for query in queries])
    texts = ("a1 w7 x b1", "w7 x x b1", "x1 w3 x b1", "a1 b1", "b1 w39", "a1 x w1")

    found = [tuple(verifier.matching(Candidate(text=text))) for text in texts]

    assert found == [
        (True, True), (False, False), (True, False), (False, False), (True, False), (False, False),
    ]  # fmt: skip


NOTHING = words_of("nowhere")


def without(query: Node, parts: Sequence[Node], certain: Mapping[Node, Node]) -> Node:
    """Put what is certain in the place of parts of a query, or what is nowhere."""
    if query in parts:
        return certain.get(query, NOTHING)
    match query:
        case And() | Or():
            children = tuple(without(each, parts, certain) for each in query.children)
            return replace(query, children=children)
        case Not():
            return replace(query, child=without(query.child, parts, certain))
    return query


@given(query=strategies.trees(), archive=strategies.archives(4))
@settings(deadline=None, max_examples=60)
def test_article_that_is_no_candidate_is_judged_without_the_hard_parts(
    query: Node, archive: list[ArticleEnriched]
) -> None:
    parts = positional(query)
    assume(parts)
    documents = [search_document(article) for article in archive]

    for candidates in candidates_of(query, parts):
        known = without(query, parts, candidates.certain)
        for document in documents:
            if not matches(candidates.query, document, now=NOW):
                assert matches(query, document, now=NOW) == matches(known, document, now=NOW)
            for part, certain in candidates.certain.items():
                assert not matches(certain, document, now=NOW) or matches(part, document, now=NOW)


@pytest.mark.parametrize(
    ("query", "alternatives", "clauses_wanted"),
    [
        ("bank NEAR climate", 1, 8),
        ("bank NEAR تركيا", 2, 16),
        ("bank ONEAR =Climate", 1, 5),
        ("~bank NEAR/2 x1", 2, 78),
        ('("a1 b1" OR "a2 b2" OR c1 OR c2) NEAR "a3 b3"', 6, 96),
        ("(a1 NEAR b1) NEAR c1", 2, 24),
        ("atleast3(a1)", 1, 12),
    ],
)
def test_cost_is_what_is_asked_when_alternatives_are_written_out(
    query: str, alternatives: int, clauses_wanted: int
) -> None:
    node = parse(query).node

    assert (cost(node).alternatives, clauses(node)) == (alternatives, clauses_wanted)


PHRASES = " OR ".join(f'"a{number} b{number}"' for number in range(80))


@pytest.mark.parametrize(
    ("query", "hard_parts"),
    [
        ("bank NEAR climate", 0),
        ("a1 NOT NEAR (b1 NEAR c1)", 1),
        ("title:(a1 NOT NEAR b1)", 0),
        ("title:(a1 NOT NEAR (b1 NEAR c1))", 1),
        ("x1 AND (y1 OR NOT_ OR a1 NOT NEAR (b1 NEAR c1)) AND lang:en", 1),
        (f"x1 AND ({PHRASES}) NEAR ({PHRASES})", 1),
        (" OR ".join(f"w{number}" for number in range(5_000)), 0),
        (f"title:({' OR '.join(f'w{number}' for number in range(5_000))})", 1),
        (" OR ".join(f'"w{number} x"' for number in range(5_000)), 1),
    ],
)
def test_what_the_server_cannot_say_is_known_beforehand(query: str, hard_parts: int) -> None:
    assert len(hard(parse(query).node)) == hard_parts


def test_name_in_a_language_without_readings_is_found_by_the_word() -> None:
    verifier = Verifier([parse("banks NOT NEAR/2 bank").node])

    assert list(verifier.matching(Candidate(text="@Bank of Banks", language="fa-IR"))) == [False]
