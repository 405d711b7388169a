"""What one part of a query finds anyway, of all that another finds."""

from collections.abc import Sequence

from rasad_core.query.ast import AtLeast, InRange, Near, Node, NotNear, Or, Pattern, Words
from rasad_core.query.places import meaning
from rasad_core.query.wildcards import compiled

# Comparing each wildcard with each word is skipped in queries where that would take seconds.
_MOST_COMPARISONS = 200_000
# And with more wildcards than these, to make them comparable takes as long.
_MOST_INNER = 2_000


def alternatives(node: Node) -> Sequence[Node]:
    """Give the parts of an OR; anything else is its only one."""
    if isinstance(node, AtLeast) and node.times == 1:
        return alternatives(node.child)
    return node.children if isinstance(node, Or) else (node,)


class Covering:
    """Says whether everything a node finds is found by one of some others."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._keys = {meaning(node) for node in nodes}
        patterns = [n.patterns[0] for n in nodes if isinstance(n, Words) and len(n.patterns) == 1]
        wild = [each for each in patterns if each.wildcard]
        self._literal = {each for each in patterns if not each.wildcard}
        self._prefixes = {(p.stream, p.text[:-1]) for p in wild if _is_prefix(p.text)}
        inner = [each for each in wild if not _is_prefix(each.text)]
        self._inner = inner if len(inner) <= _MOST_INNER else []
        self._budget = _MOST_COMPARISONS

    def __call__(self, node: Node) -> bool:
        """Judge one node; a wildcard is found by none but, in other nodes, itself."""
        if isinstance(node, Words) and len(node.patterns) == 1:
            return self._finds(node.patterns[0])
        if meaning(node) in self._keys:
            return True
        match node:
            case Words():
                return any(map(self._finds, node.patterns))
            case Or():
                return all(map(self, node.children))
            case InRange() | AtLeast():
                return self(node.child)
            case Near():
                return self(node.left) or self(node.right)
            case NotNear():
                return self(node.left)
        return False

    def _finds(self, pattern: Pattern) -> bool:
        if pattern in self._literal:
            return True
        if pattern.wildcard:
            return False
        stream, text = pattern.stream, pattern.text
        if self._prefixes and any(
            (stream, text[:end]) in self._prefixes for end in range(2, len(text) + 1)
        ):
            return True
        self._budget -= len(self._inner)
        return self._budget >= 0 and any(
            each.stream == stream and compiled(each.text).fullmatch(text) for each in self._inner
        )


def _is_prefix(text: str) -> bool:
    return text.endswith("*") and "*" not in text[:-1] and "?" not in text
