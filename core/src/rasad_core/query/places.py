"""What a node is, apart from how and where it was written; and where it stands."""

from collections.abc import Hashable, Iterator

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Words,
)


def meaning(node: Node) -> Hashable:
    """Give what is equal for nodes that are read alike, however they are spelled."""
    match node:
        case Words():
            return node.patterns
        case And() | Or():
            return type(node), frozenset(map(meaning, node.children))
        case Not():
            return Not, meaning(node.child)
        case InRange():
            return node.range, meaning(node.child)
        case Near() | NotNear() | AtLeast():
            return _of_places(node)
        case _:
            return _of_metadata(node)


def _of_places(node: Near | NotNear | AtLeast) -> Hashable:
    match node:
        case Near():
            return Near, node.ordered, node.distance, meaning(node.left), meaning(node.right)
        case NotNear():
            return NotNear, node.distance, meaning(node.left), meaning(node.right)
        case AtLeast():
            return AtLeast, node.times, meaning(node.child)


def _of_metadata(node: MetaWords | MetaValue | MetaNumber | MetaTime) -> Hashable:
    match node:
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


def parts_of(node: Node) -> Iterator[Node]:
    """Give a node and everything below it."""
    yield node
    match node:
        case And() | Or():
            for child in node.children:
                yield from parts_of(child)
        case Near() | NotNear():
            yield from parts_of(node.left)
            yield from parts_of(node.right)
        case Not() | InRange() | AtLeast():
            yield from parts_of(node.child)
