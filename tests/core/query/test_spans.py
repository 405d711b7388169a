"""Places of words, phrases and NEAR: those that trying everything finds."""

from collections.abc import Sequence
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

import brute_force
from rasad_core.events import ArticleEnriched
from rasad_core.query.ast import Near, Node, Or
from rasad_core.query.spans import Span, Text, alternatives, disjoint, far, ordered, places
from rasad_core.text.tokenise import tokenise
from strategies import PLACES, articles, words_of
from strategies import places as some_places

# Any spans, in no order, overlapping at will.
extents = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=9).map(
    lambda each: [(first, first + more) for first, more in each]
)
distances = st.integers(0, 5)


def spans(extents: Sequence[tuple[int, int]]) -> list[Span]:
    return [Span(first, last, ((first, last, "x"),)) for first, last in extents]


def tightest(extents: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep what an alternative is made of: rising, none within another."""
    return sorted({each for each in extents if brute_force.is_minimal(each, extents)})


@given(extents)
def test_disjoint_counts_the_most_places_that_do_not_overlap(found: list[tuple[int, int]]) -> None:
    assert disjoint(spans(found)) == brute_force.most_apart(found)


@given(extents, extents, distances)
def test_far_keeps_what_no_other_overlaps_or_comes_near(
    left: list[tuple[int, int]], right: list[tuple[int, int]], distance: int
) -> None:
    kept = [(span.first, span.last) for span in far(spans(left), spans(right), distance)]

    assert kept == [
        each
        for each in left
        if not any(brute_force.is_near(each, other, distance) for other in right)
    ]


@given(extents.map(tightest), extents.map(tightest), distances)
def test_ordered_gives_the_tightest_of_all_pairs(
    left: list[tuple[int, int]], right: list[tuple[int, int]], distance: int
) -> None:
    found = ordered(spans(left), spans(right), distance)

    expected = brute_force.beside(
        {each: frozenset({(*each, "x")}) for each in left},
        {each: frozenset({(*each, "x")}) for each in right},
        distance,
    )
    assert [(span.first, span.last) for span in found] == sorted(expected)
    assert [frozenset(span.leaves) for span in found] == [expected[key] for key in sorted(expected)]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PLACES).flatmap(some_places), articles())
def test_alternatives_are_those_that_every_pair_of_places_gives(
    node: Node, one: ArticleEnriched
) -> None:
    tokens = tokenise(one.text, one.language)
    end = len(tokens) * 2 // 3

    found = alternatives(node, Text("text", tokens, end, one.language))

    expected = brute_force.alternatives(node, ("text", tokens, end, one.language))
    assert [
        {(span.first, span.last): frozenset(span.leaves) for span in spans}
        for spans in found
        if spans
    ] == [each for each in expected if each]
    assert all(
        [(span.first, span.last) for span in spans] == tightest([(s.first, s.last) for s in spans])
        for spans in found
    )


def near(left: Node, right: Node, *, distance: int = 4) -> Near:
    return Near(left=left, right=right, distance=distance, ordered=False, start=0, end=0)


def any_of(words: Sequence[str]) -> Or:
    return Or(children=tuple(words_of(word) for word in words))


# Two thousand words, a hundred of them different, one in ten Arabic with proclitics.
LONG = " ".join("وبالجيش" if at % 10 == 0 else f"w{at * at % 101}" for at in range(2_000))


def seconds(node: Node) -> float:
    text = Text("text", tokenise(LONG, "en"), 2_000, "en")
    began = process_time()
    found = places(node, text)
    took = process_time() - began

    assert found
    return took


def test_near_of_many_phrases_does_not_take_seconds() -> None:
    left = any_of([f'"w{at} w{(at + 7) % 101}"' for at in range(80)] + ['"w1 w4"'])
    right = any_of([f'"w{at} w{(at + 9) % 101}"' for at in range(20)] + ['"w16 w25"'])

    assert seconds(near(left, right)) < 1


def test_near_of_thousands_of_words_does_not_take_seconds() -> None:
    assert seconds(near(any_of([f"w{at}" for at in range(3_000)]), words_of("الجيش"))) < 1


def test_near_of_hundreds_of_stems_and_wildcards_does_not_take_seconds() -> None:
    many = [f"~w{at}" for at in range(300)] + [f"*w{at}*" for at in range(300)]

    assert seconds(near(any_of(many), words_of("الجيش"))) < 1
