"""What a node is, apart from how and where it was written; and where it stands."""

from collections.abc import Hashable

from rasad_core.query.ast import (
    And,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Node,
    Not,
    Or,
    Words,
)


def meaning(node: Node) -> Hashable:
    """Give what is equal for nodes that are read alike, however they are spelled."""
    match node:
        case Words():
            return node.patterns
        case And() | Or():
            return type(node), tuple(meaning(child) for child in node.children)
        case Not():
            return Not, meaning(node.child)
        case InRange():
            return node.range, meaning(node.child)
        case MetaWords():
            return node.field, node.patterns
        case MetaValue():
            return node.field, node.value
        case MetaNumber() | MetaTime():
            return node.field, node.low, node.high


def extent(node: Node) -> tuple[int, int]:
    """Give where a node stands in the query as typed."""
    match node:
        case And() | Or():
            return extent(node.children[0])[0], extent(node.children[-1])[1]
        case Not():
            return extent(node.child)
        case _:
            return node.start, node.end
