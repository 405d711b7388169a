"""NEAR, NOT NEAR, atleastN, case and stems: what they select and mark, by the letter."""

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

import brute_force
from evaluated import article, found, marked
from rasad_core.events import ArticleEnriched, Highlight
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse
from strategies import NOW, articles, trees


@settings(deadline=None, max_examples=70)
@given(trees(), articles())
def test_operators_of_place_select_what_trying_everything_selects(
    node: Node, one: ArticleEnriched
) -> None:
    document = search_document(one)

    assert matches(node, document, now=NOW) is brute_force.selects(node, document)


@settings(deadline=None, max_examples=70)
@given(trees(), articles())
def test_highlights_are_the_words_of_the_places_that_count(
    node: Node, one: ArticleEnriched
) -> None:
    document = search_document(one)
    tokens = {"title": document.title, "text": document.text}

    found = highlights(node, document, now=NOW)

    assert set(found) == {
        Highlight(
            field="title" if field == "title" else "text",
            start=tokens[field].starts[first],
            end=tokens[field].ends[last],
            clause=clause,
        )
        for field, first, last, clause in brute_force.found(node, document)
    }


# Of research on Elasticsearch: what each obvious translation to intervals or spans gets wrong.
@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        pytest.param("ban* NEAR/4 bank*", "x banking y", False, id="one token on both sides"),
        pytest.param("(a NEAR/3 b) NEAR/0 c", "a c b", False, id="inside the other's span"),
        pytest.param('"p q" NEAR/1 "p q"', "p q p q", True, id="equal phrases"),
        pytest.param('atleast2("p p")', "p p p", False, id="overlapping repeats"),
        pytest.param("((a NEAR/3 a) OR x) NEAR/0 y", "a x a y", True, id="a repeat is wide"),
        pytest.param("a NOT NEAR/5 b", "a a b", False, id="near is not the tightest alone"),
        pytest.param("c ONEAR/0 (a ONEAR/5 b)", "c a a b", False, id="nested spans are minimal"),
        pytest.param(
            'a ONEAR/0 (b OR "b c") ONEAR/0 d', "a b c d", True, id="alternatives of two lengths"
        ),
        pytest.param(
            "z ONEAR/0 ((a OR b) ONEAR/5 c)", "z a b c", False, id="one-word alternatives are one"
        ),
        pytest.param(
            'z ONEAR/0 (("a x" OR b) ONEAR/5 c)', "z a x b c", True, id="longer ones are their own"
        ),
        pytest.param(
            'z NEAR/0 ("p q" NEAR/2 "q r")', "z p q r p q r", True, id="each order is its own"
        ),
    ],
)
def test_counterexample_of_an_executor(query: str, text: str, *, expected: bool) -> None:
    assert found(query, text) is expected
    # Far from where anything else could help.
    assert found(query, f"u v w {text} w v u", title="u") is expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("a NEAR/0 b", "b a", True),
        ("a ONEAR/0 b", "b a", False),
        ("a ONEAR/0 b", "a b", True),
        ("a NEAR/2 b", "a x x b", True),
        ("a NEAR/2 b", "a x x x b", False),
        ("a NEAR b", "a x x x x b", True),
        ("a NEAR b", "a x x x x x b", False),
        ("a NEAR/100 b", "a " + 100 * "x " + "b", True),
        ("a NEAR/100 b", "a " + 101 * "x " + "b", False),
        ("a NEAR/9 a", "a", False),
        ("a NEAR/9 a", "a x a", True),
        ('("climate" OR "climate change") NEAR/0 summit', "climate change summit", True),
        ("a NEAR/1 b NEAR/1 c", "a x b x c", True),
        ("a NEAR/1 b NEAR/1 c", "b x a x c", True),
        ("a NEAR/1 b NEAR/1 c", "b x c x a", False),
        ("a NEAR/1 b NEAR/1 c", "a x c x b", False),
        ("~bank NEAR/0 banks", "bank banks", True),
        ("a NOT NEAR/2 b", "a x x b", False),
        ("a NOT NEAR/2 b", "a x x x b", True),
        ("a NOT NEAR/2 b", "a b x x x a", True),
        ("a NOT NEAR/2 b", "b x x a x x b", False),
        ("a NOT NEAR/2 b", "b", False),
        ('Apple NOT NEAR/3 "Apple pie"', "an apple pie", False),
        ('Apple NOT NEAR/3 "Apple pie"', "an apple x x x x apple pie", True),
        ("(a NEAR/9 b) NOT NEAR/0 c", "a x c x b", False),
        ("x NOT a NEAR/1 b", "x a b", False),
        ("x NOT a NEAR/1 b", "x a y y b", True),
        ('atleast2("p p")', "p p p p", True),
        ('atleast2(climate OR "climate change")', "climate change", False),
        ('atleast2(climate OR "climate change")', "climate change climate", True),
        ("atleast3(a OR b)", "a b a", True),
        ("atleast3(a OR b)", "a b", False),
        ("atleast2(a NEAR/1 b)", "a b a", False),
        ("atleast2(a NEAR/1 b)", "a b x x b a", True),
    ],
)
def test_place_is_where_the_language_says(query: str, text: str, *, expected: bool) -> None:
    assert found(query, text) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("alpha NEAR/9 beta", False),
        ("beta NEAR/1 delta", True),
        ("lead:(beta NEAR/1 delta)", False),
        ("lead:(beta NEAR/1 gamma)", True),
        ("title:(beta NEAR/1 gamma)", False),
        ("gamma NOT NEAR/0 delta", False),
        ("lead:(gamma NOT NEAR/0 delta)", True),
        ("alpha NOT NEAR/9 beta", True),
        ("atleast2(alpha OR beta)", True),
        ("title:(atleast2(alpha OR beta))", False),
        ("lead:(atleast2(beta OR gamma))", True),
        ("lead:(atleast2(beta OR delta))", False),
    ],
)
def test_near_stops_at_walls_and_atleast_counts_across(query: str, *, expected: bool) -> None:
    assert found(query, "beta gamma delta", title="alpha", lead="beta gamma") is expected


@pytest.mark.parametrize(
    ("query", "text", "language", "expected"),
    [
        ("~bank", "Banks lend.", "en", True),
        ("~bank", "The banking union.", "en-GB", True),
        ("~banking", "A bank.", "en", True),
        ("~bank", "Banks lend.", "und", False),
        ("~bank", "Bankers lend.", "en", False),
        ("~kitap", "Yeni kitaplar geldi.", "tr", True),
        ("~Haus", "Alte Häuser", "de", True),
        ("~مدرسة", "وبالمدرسة", "ar", True),
        ("~تركيا", "لتركيا", "ar", True),
        ('~"central banks"', "centrally banking", "en", True),
        ("~東京", "東京都", "zh", True),
    ],
)
def test_stems_are_compared_in_the_language_of_the_article(
    query: str, text: str, language: str, *, expected: bool
) -> None:
    document = search_document(replace(article(text), language=language))

    assert matches(parse(query).node, document, now=NOW) is expected


def test_case_compares_what_is_in_it_as_written() -> None:
    assert found("case(Bank OR climate) NEAR/0 change", "bank change Bank change")
    assert not found("case(Bank OR climate) NEAR/0 change", "bank change Climate change")
    assert found('case("Bank Cl*")', "Bank Climate")
    assert not found('case("Bank Cl*")', "Bank climate")


def test_of_near_the_words_that_stand_near_are_highlighted() -> None:
    text = "alpha alpha x beta x x x alpha"
    assert marked("alpha NEAR/1 beta", text) == [
        ("text", "alpha", "alpha"),
        ("text", "beta", "beta"),
    ]
    assert marked("alpha ONEAR/1 beta", "beta alpha") == []
    assert marked('"alpha x" NEAR/0 beta', text) == [
        ("text", "alpha x", '"alpha x"'),
        ("text", "beta", "beta"),
    ]
    assert marked("(alpha NEAR/1 beta) NEAR/0 gamma", "gamma alpha beta alpha") == [
        ("text", "gamma", "gamma"),
        ("text", "alpha", "alpha"),
        ("text", "beta", "beta"),
    ]


def test_of_not_near_the_places_that_stand_far_are_highlighted() -> None:
    document = search_document(article("alpha beta x x alpha"))
    (only,) = highlights(parse("alpha NOT NEAR/1 beta").node, document, now=NOW)
    assert (only.start, only.clause) == (15, "alpha")


def test_of_atleast_all_places_are_highlighted() -> None:
    assert marked('atleast2(alpha OR "alpha beta")', "alpha beta", title="alpha") == [
        ("title", "alpha", "alpha"),
        ("text", "alpha", "alpha"),
        ("text", "alpha beta", '"alpha beta"'),
    ]
