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


class Lookup:
    """What the compiler asks about the parts of one query, each looked up once."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        # By identity, which holds as long as the node does; so that is kept, too.
        self._ids: dict[int, tuple[Node, list[int]]] = {}
        self._anchors: dict[int, tuple[Node, Anchors]] = {}

    def anchors(self, node: Node) -> Anchors:
        """Give the anchors of a node that are in the fewest articles."""
        known = self._anchors.get(id(node))
        if known is None:
            known = self._anchors[id(node)] = node, self._found(node)
        return known[1]

    def others(self, node: Node) -> Anchors:
        """Give terms of which a match has one, too: beside the anchors, where it is so."""
        match node:
            case Near():
                return max(self.anchors(node.left), self.anchors(node.right))
            case Words() | MetaWords() if len(node.patterns) > 1:
                return sorted(map(self._of_term, self.ids(node)))[1]
        return NONE

    def ids(self, node: Words | MetaWords | MetaValue) -> list[int]:
        """Give the terms of a leaf."""
        known = self._ids.get(id(node))
        if known is None:
            known = self._ids[id(node)] = node, self._looked_up(node)
        return known[1]

    def single(self, node: Node, within: int) -> int | None:
        """Give the term that is all a node asks for, if so."""
        match node:
            case Words():
                return None if within or len(node.patterns) > 1 else self.ids(node)[0]
            case MetaWords():
                return None if len(node.patterns) > 1 else self.ids(node)[0]
            case MetaValue():
                return self.ids(node)[0]
        return None

    def parted(self, nodes: Iterable[Node], within: int) -> tuple[Sequence[int], Sequence[Node]]:
        """Give the terms of those that ask for nothing more, and the others."""
        singles: dict[int, None] = {}
        others: list[Node] = []
        for node in nodes:
            term = self.single(node, within)
            if term is None:
                others.append(node)
            else:
                singles[term] = None
        return list(singles), others

    def _found(self, node: Node) -> Anchors:
        match node:
            case Words() | MetaWords() | MetaValue():
                terms = self.ids(node)
                return (
                    self._of_term(terms[0]) if len(terms) == 1 else min(map(self._of_term, terms))
                )
            case And():
                return min(map(self.anchors, node.children))
            case Or():
                return _joined([*map(self.anchors, node.children)])
            case InRange() | AtLeast():
                return self.anchors(node.child)
            case Near():
                return min(self.anchors(node.left), self.anchors(node.right))
            case NotNear():
                return self.anchors(node.left)
        return NONE

    def _of_term(self, term: int) -> Anchors:
        return Anchors(self._terms.share(term), (term,))

    def _looked_up(self, node: Words | MetaWords | MetaValue) -> list[int]:
        match node:
            case Words():
                return list(map(self._terms.pattern, node.patterns))
            case MetaWords():
                return [self._terms.field_pattern(node.field, each) for each in node.patterns]
            case MetaValue():
                return [self._terms.value(node.field, node.value)]


def _joined(found: Sequence[Anchors]) -> Anchors:
    if not all(each.terms for each in found):
        return NONE
    return Anchors(
        sum(each.share for each in found), tuple(term for each in found for term in each.terms)
    )
