"""Trees of queries for the engine: what the parser makes, and places below NEAR and its kin."""

from hypothesis import strategies as st

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Range,
    Words,
)
from rasad_core.query.parse import parse
from strategies import TERMS, queries, spelled_queries

_STEMS = ("banks", "bank", "banking", "جيش", "وزير", "change", "turkey", "cat")
_RANGES: tuple[Range, ...] = ("title", "lead", "body")


def _words(*patterns: Pattern) -> Words:
    written = " ".join(pattern.text for pattern in patterns)
    return Words(patterns=patterns, written=written, start=0, end=1)


_PLAIN = [node for text in TERMS if isinstance(node := parse(text).node, Words)]
_distances = st.sampled_from([0, 1, 2, 4, 100])


@st.composite
def _leaves(draw: st.DrawFn) -> Words:
    """Draw a word or phrase; now and then one of patterns that no parser puts together."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return _words(Pattern(text=draw(st.sampled_from(_STEMS)), stream="stem"))
    if kind > 1:
        return draw(st.sampled_from(_PLAIN))
    parts = draw(st.lists(_leaves(), min_size=2, max_size=3))
    return _words(*(words.patterns[0] for words in parts))


@st.composite
def places(draw: st.DrawFn, depth: int = 2) -> Node:
    """Draw what may stand below NEAR."""
    kind = draw(st.integers(0, 4)) if depth else 0
    if kind < 2:
        return draw(_leaves())
    if kind == 2:
        return _near(draw, depth)
    return Or(children=tuple(draw(st.lists(places(depth - 1), min_size=2, max_size=4))))


def _near(draw: st.DrawFn, depth: int) -> Near:
    return Near(
        left=draw(places(depth - 1)),
        right=draw(places(depth - 1)),
        distance=draw(_distances),
        ordered=draw(st.booleans()),
        start=0,
        end=1,
    )


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> Node:
    """Draw any query but one that only excludes."""
    if not depth or draw(st.booleans()):
        return _end(draw)
    children = trees(depth - 1)
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return InRange(range=draw(st.sampled_from(_RANGES)), child=draw(children), start=0, end=1)
    if kind < 3:
        parts = [draw(children), Not(child=draw(children))]
        return And(children=tuple(draw(st.permutations(parts))))
    parts = draw(st.lists(children, min_size=2, max_size=4))
    return And(children=tuple(parts)) if kind == 3 else Or(children=tuple(parts))


def _end(draw: st.DrawFn) -> Node:
    kind = draw(st.integers(0, 6))
    if kind < 2:
        return parse(draw(st.one_of(queries, spelled_queries))).node
    if kind == 2:
        low = draw(st.integers(0, 8))
        return MetaNumber(field="length", low=low, high=None, written="", start=0, end=1)
    if kind == 3:
        return draw(_leaves())
    if kind == 4:
        return AtLeast(times=draw(st.integers(1, 4)), child=draw(places()), start=0, end=1)
    if kind == 5:
        return _near(draw, 2)
    left, right = draw(places()), draw(places())
    return NotNear(left=left, right=right, distance=draw(_distances), start=0, end=1)
