"""What is left of a query for one article: the parts whose words are there. Pure.

A query of thousands of words costs an article no more than those of them that it has.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Words
from rasad_core.query.places import parts_of

# Fewer are looked at one by one in less time than they are looked up.
_MANY = 16

# The words and phrases of an OR by the one of their patterns that is in the fewest, and the rest.
_Table = tuple[Mapping[str, Sequence[Words]], Sequence[Node]]


class Pruning:
    """Prunes some nodes, whose patterns are literal, to what an article may match of them."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        # By identity: to compare large nodes would take as long as to look through them. They are
        # kept here, so that no other takes the identity of one.
        self._nodes = tuple(nodes)
        self._tables = {
            id(part): _table(part)
            for node in nodes
            for part in parts_of(node)
            if isinstance(part, Or) and len(part.children) >= _MANY
        }

    def left(self, node: Node, there: AbstractSet[str]) -> Node | None:
        """Give what may match, without the alternatives that are not there; None if nothing."""
        match node:
            case Words():
                return node if all(pattern.text in there for pattern in node.patterns) else None
            case Or():
                children = self._possible(node, there)
                return _joined(Or, [self.left(child, there) for child in children])
            case And():
                return self._left_of_all(node, there)
            case Near() | NotNear():
                return self._left_of_two(node, there)
            case InRange() | AtLeast():
                child = self.left(node.child, there)
                return None if child is None else replace(node, child=child)
        raise AssertionError(node)

    def _possible(self, node: Or, there: AbstractSet[str]) -> Sequence[Node]:
        if id(node) not in self._tables:
            return node.children
        words, others = self._tables[id(node)]
        return [*(word for number in words.keys() & there for word in words[number]), *others]

    def _left_of_all(self, node: And, there: AbstractSet[str]) -> Node | None:
        kept: list[Node] = []
        for child in node.children:
            if isinstance(child, Not):
                excluded = self.left(child.child, there)
                kept += [] if excluded is None else [Not(child=excluded)]
                continue
            left = self.left(child, there)
            if left is None:
                return None
            kept.append(left)
        return _joined(And, kept)

    def _left_of_two(self, node: Near | NotNear, there: AbstractSet[str]) -> Node | None:
        left, right = self.left(node.left, there), self.left(node.right, there)
        if left is not None and right is not None:
            return replace(node, left=left, right=right)
        if left is None or isinstance(node, Near):
            return None
        return AtLeast(times=1, child=left, start=node.start, end=node.end)


def _table(node: Or) -> _Table:
    leaves = [child for child in node.children if isinstance(child, Words)]
    shared = Counter(number for leaf in leaves for number in _numbers(leaf))
    table: dict[str, list[Words]] = {}
    for leaf in leaves:
        table.setdefault(min(_numbers(leaf), key=shared.__getitem__), []).append(leaf)
    return table, [child for child in node.children if not isinstance(child, Words)]


def _numbers(leaf: Words) -> Iterator[str]:
    return (pattern.text for pattern in leaf.patterns)


def _joined(kind: type[And] | type[Or], nodes: Sequence[Node | None]) -> Node | None:
    kept = [node for node in nodes if node is not None]
    return kind(children=tuple(kept)) if len(kept) > 1 else next(iter(kept), None)
