"""Queries that select at least what another does, and that the server can say: for candidates.

Pure, from tree to tree. NEAR becomes AND, atleastN one place, NOT NEAR its left side; what is
excluded stays out only where that is certain.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from rasad_core.adapters.elasticsearch.costs import fits, hard
from rasad_core.events import Frozen
from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Pattern, Words
from rasad_core.query.places import parts_of

# Of an AND of more words so many, the longest, decide who is a candidate.
_MOST_OPERANDS = 100


class Candidates(Frozen, frozen=True, kw_only=True):
    """A query of all articles that have to be looked at, and what needs no look.

    `certain` selects, for some of the hard parts, articles that match them for sure; those are no
    candidates.
    """

    query: Node
    certain: Mapping[Node, Node] = {}


def candidates_of(query: Node, hard_parts: Collection[Node]) -> Iterator[Candidates]:
    """Give ways to find the articles that may decide a match, each easier than the one before.

    Those are articles that the query may select, whatever becomes of its hard parts, and that may
    have one of these.
    """
    for loosen in (_Loosening(), _Loosening(by_words=True), _Loosening(by_words=True, by_one=True)):
        selected = loosen.around(query, frozenset(hard_parts))
        halves = {} if loosen.by_words else _halves(hard_parts)
        possible = [halves[node][0] if node in halves else loosen(node) for node in hard_parts]
        found = _all_of([selected, _any_of(possible)])
        if fits(found) or loosen.by_one:
            certain = {node: half for node, (_, half) in halves.items()}
            yield Candidates(query=found, certain=certain)


def _halves(nodes: Collection[Node]) -> Mapping[Node, tuple[Node, Node]]:
    """Part NOT NEAR into articles that have both sides, to be looked at, and the left alone."""
    found: dict[Node, tuple[Node, Node]] = {}
    for node in nodes:
        match node:
            case NotNear() if not hard(And(children=(node.left, node.right))):
                left, right = node.left, node.right
            case InRange(child=NotNear() as inner) if not hard(
                And(children=(inner.left, inner.right))
            ):
                left, right = (replace(node, child=each) for each in (inner.left, inner.right))
            case _:
                continue
        found[node] = _all_of([left, right]), _all_of([left, Not(child=right)])
    return found


class _Loosening:
    """One way of loosening: with phrases and ranges kept, with words alone, with few of those."""

    def __init__(self, *, by_words: bool = False, by_one: bool = False) -> None:
        self.by_words = by_words
        self.by_one = by_one

    def around(self, node: Node, hard: frozenset[Node]) -> Node:
        """Loosen the hard parts of a query alone; what excludes by one of them excludes nothing."""
        if node in hard:
            return self(node)
        match node:
            case And():
                return _all_of(
                    [
                        self.around(child, hard)
                        for child in node.children
                        if not isinstance(child, Not) or hard.isdisjoint(parts_of(child))
                    ]
                )
            case Or():
                return _any_of([self.around(child, hard) for child in node.children])
        return node

    def __call__(self, node: Node) -> Node:
        match node:
            case Words():
                return self._words(node)
            case Or():
                return _any_of([self(child) for child in node.children])
            case And():
                wanted = [child for child in node.children if not isinstance(child, Not)]
                return self._all_of(wanted)
            case Near():
                return self._all_of([node.left, node.right])
            case AtLeast():
                return self(node.child)
            case NotNear():
                return self(node.left)
            case InRange():
                child = self(node.child)
                return child if self.by_words else replace(node, child=child)
        raise AssertionError(node)

    def _words(self, node: Words) -> Node:
        if not self.by_words or len(node.patterns) == 1:
            return node
        patterns = sorted(node.patterns, key=_tells, reverse=True)
        words = [replace(node, patterns=(pattern,)) for pattern in patterns]
        return words[0] if self.by_one else _all_of(words)

    def _all_of(self, nodes: Sequence[Node]) -> Node:
        kept = [self(node) for node in nodes]
        if self.by_one and len(kept) > _MOST_OPERANDS:
            kept = sorted(kept, key=_longest, reverse=True)[:_MOST_OPERANDS]
        return _all_of(kept)


def _tells(pattern: Pattern) -> tuple[bool, int]:
    """Compare patterns by how few articles they may stand in: wildcards fit many words."""
    return not pattern.wildcard, len(pattern.text)


def _longest(node: Node) -> tuple[bool, int]:
    return _tells(node.patterns[0]) if isinstance(node, Words) else (False, 0)


def _all_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(children=tuple(nodes))


def _any_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(children=tuple(nodes))
