"""Queries of all operators for property tests: trees of every legal shape, and texts of any."""

from hypothesis import strategies as st

from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Words
from rasad_core.query.parse import parse
from rasad_core.query.places import meaning
from rasad_core.query.shape import flat
from strategies import METADATA, TERMS

SIGNED = ("~bank", '~"two Banks"', "~الجيش", "~東京 ~都", "~U.S.", "=C++", '="Ban* x"', "=#tag")


def _leaves(*terms: str) -> tuple[Node, ...]:
    return tuple(parse(term).node for term in terms)


_WORDS = tuple(node for node in _leaves(*TERMS, *SIGNED) if isinstance(node, Words))
_METADATA = _leaves(*METADATA)
_DISTANCES = st.sampled_from([0, 1, 2, 4, 100])


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    return kind(children=flat(parts, kind))


def _near(parts: tuple[Node, Node, int, bool]) -> Node:
    left, right, distance, ordered = parts
    return Near(left=left, right=right, distance=distance, ordered=ordered, start=0, end=0)


def _of_places(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: _joined(Or, parts)),
        st.tuples(children, children, _DISTANCES, st.booleans()).map(_near),
    )


# What may stand beside NEAR. Five leaves have 80 alternatives at most.
places = st.recursive(st.sampled_from(_WORDS), _of_places, max_leaves=5)
_not_near = (
    st.tuples(places, places, _DISTANCES)
    .filter(lambda parts: meaning(parts[0]) != meaning(parts[1]))
    .map(lambda parts: NotNear(left=parts[0], right=parts[1], distance=parts[2], start=0, end=0))
)
_at_least = st.tuples(st.sampled_from([1, 2, 1000]), places).map(
    lambda parts: AtLeast(times=parts[0], child=parts[1], start=0, end=0)
)


def _combined(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: _joined(And, parts)),
        several.map(lambda parts: _joined(Or, parts)),
        st.tuples(children, children).map(
            lambda parts: _joined(And, [parts[0], Not(child=parts[1])])
        ),
    )


_text = st.recursive(places | _not_near | _at_least, _combined, max_leaves=4)
_ranges = st.tuples(st.sampled_from(["title", "lead", "body"]), _text).map(
    lambda parts: InRange(range=parts[0], child=parts[1], start=0, end=0)
)
# Trees of every shape that a parser may give.
trees = st.recursive(_text | _ranges | st.sampled_from(_METADATA), _combined, max_leaves=4)


def _spelled(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        [
            *(" NEAR ", " NEAR/0 ", " ONEAR/2 ", "\nONEAR ", " NOT NEAR/1 ", " ليس NEAR "),
            *(" AND ", " ", ", ", " و ", " OR ", " أو ", " NOT ", " AND NOT "),
        ]
    )
    before = st.sampled_from(
        ["title:", "lead: ", "case", "Case", "atleast2", "atleast", "source:", "NOT ", "", "~", "="]
    )
    chain = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        st.tuples(chain, st.lists(operators, min_size=3, max_size=3)).map(
            lambda parts: "".join(
                word + sign for word, sign in zip(parts[0], [*parts[1], ""], strict=False)
            )
        ),
        st.tuples(before, children).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(before, children).map("".join),
    )


# Texts of all operators in any place, right or wrong.
texts = st.recursive(
    st.sampled_from([*TERMS[::4], *SIGNED, *METADATA[::5], "a", "b"]), _spelled, max_leaves=7
)
