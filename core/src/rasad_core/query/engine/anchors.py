"""The terms of which every match of a query has one: what a query is found by."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaValue,
    MetaWords,
    Near,
    Node,
    NotNear,
    Or,
    Pattern,
    Words,
)


class Terms(Protocol):
    """What gives numbers to what a query looks for, and says in how many articles it is."""

    def pattern(self, pattern: Pattern) -> int:
        """Give the term of a word of title and text."""

    def field_pattern(self, field: str, pattern: Pattern) -> int:
        """Give the term of a word of a metadata field."""

    def value(self, field: str, value: str) -> int:
        """Give the term of a value of a metadata field."""

    def share(self, term: int) -> float:
        """Say in which share of all articles a term is."""


class Anchors(NamedTuple):
    """Terms of which a match has one, and in which share of all articles one is; inf: none."""

    share: float
    terms: tuple[int, ...]


NONE = Anchors(math.inf, ())


def anchors(node: Node, terms: Terms) -> Anchors:
    """Give the anchors of a query that are in the fewest articles."""
    match node:
        case And():
            return min(anchors(child, terms) for child in node.children)
        case Or():
            return _joined([anchors(child, terms) for child in node.children])
        case InRange() | AtLeast():
            return anchors(node.child, terms)
        case Near():
            return min(anchors(node.left, terms), anchors(node.right, terms))
        case NotNear():
            return anchors(node.left, terms)
        case Words() | MetaWords() | MetaValue():
            return min(Anchors(terms.share(term), (term,)) for term in ids(node, terms))
    return NONE


def others(node: Node, terms: Terms) -> Anchors:
    """Give terms of which a match has one, too: beside the anchors, where it is so."""
    match node:
        case Near():
            return max(anchors(node.left, terms), anchors(node.right, terms))
        case Words() | MetaWords():
            found = sorted(Anchors(terms.share(term), (term,)) for term in ids(node, terms))
            return found[1] if len(found) > 1 else NONE
    return NONE


def ids(node: Words | MetaWords | MetaValue, terms: Terms) -> list[int]:
    """Give the terms of a leaf."""
    match node:
        case Words():
            return [terms.pattern(pattern) for pattern in node.patterns]
        case MetaWords():
            return [terms.field_pattern(node.field, pattern) for pattern in node.patterns]
        case MetaValue():
            return [terms.value(node.field, node.value)]


def single(node: Node, within: int, terms: Terms) -> int | None:
    """Give the term that is all a node asks for, if so."""
    match node:
        case Words(patterns=(pattern,)) if within == 0:
            return terms.pattern(pattern)
        case MetaWords(patterns=(_,)) | MetaValue():
            return ids(node, terms)[0]
    return None


def parted(
    nodes: Iterable[Node], within: int, terms: Terms
) -> tuple[Sequence[int], Sequence[Node]]:
    """Give the terms of those that ask for nothing more, and the others."""
    singles: dict[int, None] = {}
    others: list[Node] = []
    for node in nodes:
        term = single(node, within, terms)
        if term is None:
            others.append(node)
        else:
            singles[term] = None
    return list(singles), others


def _joined(found: Sequence[Anchors]) -> Anchors:
    if not all(each.terms for each in found):
        return NONE
    return Anchors(
        sum(each.share for each in found), tuple(term for each in found for term in each.terms)
    )
