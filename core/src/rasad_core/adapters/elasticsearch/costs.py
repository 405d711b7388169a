"""What a query costs the server, counted before it is asked: clauses, and alternatives of a NEAR.

Lucene tries every alternative of a NEAR with every one of its other side, so they multiply; all
one-word alternatives of an OR count as one.
"""

from collections.abc import Sequence

from rasad_core.adapters.elasticsearch.intervals import LETTERS, streams_of
from rasad_core.adapters.elasticsearch.proximity import is_unordered, single_words
from rasad_core.adapters.elasticsearch.streams import STEM_TERMS
from rasad_core.events import Frozen
from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Pattern, Words
from rasad_core.query.places import parts_of

# A server of 512 MB and four search threads takes 8,192; one that takes fewer refuses, and is
# then asked for candidates.
_MOST_CLAUSES = 7_000
# 200 pairs of phrases of frequent words took 1.4 s over 50,000 articles, 800 took 8 s.
_MOST_ALTERNATIVES = 200
# So many words in one OR are one clause a stream.
FEW_WORDS = 50


class Cost(Frozen, frozen=True, kw_only=True):
    """Alternatives of a place, and the clauses in all of them together."""

    alternatives: int
    clauses: int


def hard(node: Node, *, apart: bool = False, patiently: bool = False) -> Sequence[Node]:
    """Give the parts that the server cannot say, or only slowly: each to be verified.

    They share no words, and hold no metadata. `patiently` leaves out those that only take long.
    """
    most = None if patiently else _MOST_ALTERNATIVES
    if fits(node, apart=apart) and all(_is_sayable(part, most) for part in parts_of(node)):
        return []
    match node:
        case And() | Or() if not is_textual(node) or fits(node, apart=apart):
            return [
                each
                for child in node.children
                for each in hard(child, apart=apart, patiently=patiently)
            ]
        case Not():
            return hard(node.child, apart=apart, patiently=patiently)
    return [node] if is_textual(node) else []


def positional(node: Node) -> Sequence[Node]:
    """Give all the parts that the server finds by places: to be verified where it refuses them."""
    match node:
        case And() | Or():
            return [each for child in node.children for each in positional(child)]
        case Not():
            return positional(node.child)
        case Words(patterns=(_,)):
            return []
    return [node] if is_textual(node) else []


def is_textual(node: Node) -> bool:
    """Say whether title and text decide a node alone."""
    textual = Words | InRange | Near | NotNear | AtLeast | And | Or | Not
    return all(isinstance(part, textual) for part in parts_of(node))


def fits(node: Node, *, apart: bool = False) -> bool:
    """Say that the server takes so many clauses."""
    return clauses(node, apart=apart) <= _MOST_CLAUSES


def clauses(node: Node, *, apart: bool = False, within: bool = False) -> int:
    """Count the clauses of a whole query; `within` a range many words are as many clauses."""
    match node:
        case Or() | And():
            few = isinstance(node, Or) and not within and _are_many(node.children)
            counted = [child for child in node.children if not (few and is_plain(child))]
            return few + sum(clauses(child, apart=apart, within=within) for child in counted)
        case Not():
            return clauses(node.child, apart=apart, within=within)
        case InRange():
            return clauses(node.child, apart=apart, within=True)
        case Words() | Near() | AtLeast():
            return cost(node, apart=apart).clauses
        case NotNear():
            return sum(cost(each, apart=apart).clauses for each in (node.left, node.right))
    return 1


def cost(node: Node, *, apart: bool = False) -> Cost:
    """Count what a place comes to when every alternative is written out."""
    match node:
        case Words():
            width = sum(_width(pattern, apart=apart) for pattern in node.patterns)
            return Cost(alternatives=1, clauses=width)
        case Or():
            parts = [cost(child, apart=apart) for child in node.children]
            words = [single_words(child) is not None for child in node.children]
            longer = sum(part.alternatives for part, word in zip(parts, words, strict=True)
                         if not word)  # fmt: skip
            return Cost(
                alternatives=longer + any(words), clauses=sum(part.clauses for part in parts)
            )
        case Near():
            return _of_near(node, apart=apart)
        case AtLeast():
            child = cost(node.child, apart=apart)
            return Cost(alternatives=child.alternatives, clauses=node.times * child.clauses)
    raise AssertionError(node)


def _of_near(node: Near, *, apart: bool) -> Cost:
    left, right = cost(node.left, apart=apart), cost(node.right, apart=apart)
    orders = 1 if node.ordered or is_unordered(node) else 2
    return Cost(
        alternatives=orders * left.alternatives * right.alternatives,
        clauses=orders * (left.clauses * right.alternatives + right.clauses * left.alternatives),
    )


def _are_many(nodes: Sequence[Node]) -> bool:
    return sum(map(is_plain, nodes)) >= FEW_WORDS


def is_plain(node: Node) -> bool:
    """Say that a node is one word and no wildcard."""
    return isinstance(node, Words) and len(node.patterns) == 1 and not node.patterns[0].wildcard


def _is_sayable(node: Node, most_alternatives: int | None) -> bool:
    match node:
        case NotNear():
            below = (*parts_of(node.left), *parts_of(node.right))
            return not any(isinstance(part, Near) for part in below)
        case Near():
            return most_alternatives is None or cost(node).alternatives <= most_alternatives
    return True


def _width(pattern: Pattern, *, apart: bool) -> int:
    if pattern.stream == "stem":
        return STEM_TERMS
    letters = len(LETTERS) + 2 if apart and pattern.wildcard else 1
    return letters * len(streams_of(pattern))
