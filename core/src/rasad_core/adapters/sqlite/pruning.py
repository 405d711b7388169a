"""Long queries cut to what of their alternatives may be in one article."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from msgspec.structs import replace

from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Words
from rasad_core.query.document import SearchDocument

# Asking the evaluator about fewer alternatives is as quick.
_FEWEST = 12


class _Choice(NamedTuple):
    """An OR: `by_word` are the numbers of alternatives that need a word, `others` of the rest."""

    by_word: Mapping[str, Collection[int]]
    others: Collection[int]


class Pruner:
    """Cuts one query, article by article; its patterns are plain words."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._choices: dict[int, _Choice] = {}
        self._learn(node)

    def left_of(self, document: SearchDocument) -> Node | None:
        """Give a query of which the evaluator says the same; None if it does not match."""
        if not self._choices:
            return self._node
        words = {*document.title.folded, *document.text.folded}
        for tokens in (document.title, document.text):
            words.update(*tokens.readings.values())
        return self._left(self._node, words)

    def _learn(self, node: Node) -> None:
        match node:
            case Or():
                if len(node.children) >= _FEWEST:
                    self._choices[id(node)] = _choice(node)
                for child in node.children:
                    self._learn(child)
            case And():
                for child in node.children:
                    self._learn(child)
            case Near() | NotNear():
                self._learn(node.left)
                self._learn(node.right)
            case Not() | InRange() | AtLeast():
                self._learn(node.child)

    def _left(self, node: Node, words: AbstractSet[str]) -> Node | None:
        match node:
            case Or():
                return self._any_of(node, words)
            case And():
                return self._all_of(node, words)
            case Near() | NotNear():
                left, right = self._left(node.left, words), self._left(node.right, words)
                if left is not None and right is not None:
                    return replace(node, left=left, right=right)
                return left if isinstance(node, NotNear) else None
            case InRange() | AtLeast():
                child = self._left(node.child, words)
                return None if child is None else replace(node, child=child)
        return node

    def _any_of(self, node: Or, words: AbstractSet[str]) -> Node | None:
        choice = self._choices.get(id(node))
        if choice is None:
            kept = [*node.children]
        else:
            present = words & choice.by_word.keys()
            numbers = {*choice.others}.union(*(choice.by_word[word] for word in present))
            kept = [node.children[number] for number in sorted(numbers)]
        left = [found for each in kept if (found := self._left(each, words)) is not None]
        return Or(children=tuple(left)) if len(left) > 1 else next(iter(left), None)

    def _all_of(self, node: And, words: AbstractSet[str]) -> Node | None:
        left: list[Node] = []
        for child in node.children:
            if isinstance(child, Not):
                unwanted = self._left(child.child, words)
                left += [] if unwanted is None else [Not(child=unwanted)]
                continue
            wanted = self._left(child, words)
            if wanted is None:
                return None
            left.append(wanted)
        return And(children=tuple(left))


def _choice(node: Or) -> _Choice:
    by_word: dict[str, list[int]] = {}
    others: list[int] = []
    for number, child in enumerate(node.children):
        if isinstance(child, Words):
            by_word.setdefault(child.patterns[0].text, []).append(number)
        else:
            others.append(number)
    return _Choice(by_word, others)
