"""What the linter says of a query, held against what its parts match."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.query.ast import And, AtLeast, Near, Node, NotNear, Or
from rasad_core.query.covering import Covering, alternatives
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.errors import Code
from rasad_core.query.evaluate import matches
from rasad_core.query.nearness import implied, near_itself, wider
from rasad_core.query.parse import parse
from rasad_core.query.print import to_text
from rasad_core.query.values import impossible, unknown
from strategies import METADATA, NOW, PLACES, articles, spatial

VALUES = (
    *METADATA, "length:>12", "length:<12", "length:5..30", "length:<=20", "published:2026-02",
    "published:2026-03", "published:>=2026-03-05", "published:<2026-02-01", "published:-30d",
    "domain:example.com", "domain:news.example.com", "domain:example.org", "lang:ar", "lang:en",
)  # fmt: skip
documents = st.lists(articles().map(search_document), min_size=3, max_size=3)


@st.composite
def related(draw: st.DrawFn) -> list[Node]:
    """Build parts of a query of which some say what others say, too."""
    terms = draw(st.sampled_from(PLACES))[:6]
    nodes = draw(st.lists(spatial(terms), min_size=2, max_size=3))
    for node in tuple(nodes):
        match node:
            case Near():
                wide, ordered = draw(st.integers(0, 3)), draw(st.booleans())
                nodes += [node.left, _near(node, node.distance + wide, ordered=ordered)]
            case NotNear():
                nodes.append(node.left)
            case AtLeast():
                nodes.append(node.child)
    Random(draw(st.integers(0, 9))).shuffle(nodes)
    return nodes[:4]


def _near(node: Near, distance: int, *, ordered: bool) -> Near:
    return Near(
        left=node.left, right=node.right, distance=distance, ordered=ordered, start=0, end=0
    )


def matched(node: Node, found: list[SearchDocument]) -> list[bool]:
    return [matches(node, document, now=NOW) for document in found]


@pytest.mark.slow
@settings(deadline=None, max_examples=40)  # the first Arabic word loads a word list
@given(related(), documents)
def test_what_is_covered_is_found_by_others_anyway(
    nodes: list[Node], found: list[SearchDocument]
) -> None:
    first, *others = nodes
    if Covering([each for other in others for each in alternatives(other)])(first):
        for document in found:
            others_match = any(matches(other, document, now=NOW) for other in others)
            assert others_match or not matches(first, document, now=NOW)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)  # the first Arabic word loads a word list
@given(related(), documents)
def test_what_changes_nothing_may_be_left_out(
    nodes: list[Node], found: list[SearchDocument]
) -> None:
    parts = tuple(node for node in nodes if not isinstance(node, Or))
    if len(parts) < 2:
        return
    either, both = Or(children=parts), And(children=parts)
    for whole, warnings in ((both, implied(both)), (either, wider(either))):
        said = [warning.message for warning in warnings]
        for at, part in enumerate(parts):
            if any(message.startswith(f"`{to_text(part)}` ") for message in said):
                rest = parts[:at] + parts[at + 1 :]
                left = rest[0] if len(rest) == 1 else type(whole)(children=rest)

                assert matched(left, found) == matched(whole, found)
                break


@pytest.mark.slow
@settings(deadline=None, max_examples=40)  # the first Arabic word loads a word list
@given(related(), documents)
def test_what_is_near_itself_finds_nothing(nodes: list[Node], found: list[SearchDocument]) -> None:
    for node in nodes:
        if isinstance(node, NotNear) and any(
            warning.code is Code.CONTRADICTION for warning in near_itself(node)
        ):
            assert not any(matched(node, found))


@settings(deadline=None, max_examples=200)  # the first Arabic word loads a word list
@given(st.lists(st.sampled_from(VALUES), min_size=2, max_size=4, unique=True), documents)
def test_values_that_are_impossible_together_find_nothing(
    values: list[str], found: list[SearchDocument]
) -> None:
    node = parse(" AND ".join(values)).node
    if isinstance(node, And) and list(impossible(node)):
        assert not any(matched(node, found))


@settings(deadline=None, max_examples=100)  # the first Arabic word loads a word list
@given(st.sampled_from(VALUES), documents)
def test_code_that_no_article_has_finds_nothing(value: str, found: list[SearchDocument]) -> None:
    node = parse(value).node
    if list(unknown(node)):
        assert not any(matched(node, found))
