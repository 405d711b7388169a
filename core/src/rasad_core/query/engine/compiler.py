"""A query's tree to its program: what is asked first, and by which terms it is found."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from rasad_core.instants import microseconds
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Moment,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Words,
)
from rasad_core.query.engine import program as op
from rasad_core.query.engine.anchors import NONE, Anchors, Lookup, Terms
from rasad_core.query.engine.program import Entry, Program
from rasad_core.query.engine.vocabulary import ALWAYS

_HIGHEST = (1 << 31) - 1
_MICROSECOND = timedelta(microseconds=1)
# Before all times there are.
_LONGEST = 1 << 60


class _Rest(NamedTuple):
    """Where a program goes on, and the terms of which the rest needs one."""

    at: int
    guard: Anchors


def compile_query(node: Node, terms: Terms) -> Program:
    """Compile a query."""
    writer = _Writer(terms)
    entries = writer.entries(node, 0, _Rest(op.CERTAIN, NONE))
    return Program(writer.code, list(dict.fromkeys(entries)), writer.most_lists)


class _Writer:
    def __init__(self, terms: Terms) -> None:
        self.code: list[int] = []
        self.most_lists = 0
        self._lookup = Lookup(terms)

    def entries(self, node: Node, within: int, rest: _Rest) -> list[Entry]:
        """Write the program of a query that goes on with `rest`; give where it is entered.

        Alternatives are entered on their own, and of an AND the part with the rarest anchors: what
        follows are only the others.
        """
        term = self._lookup.single(node, within)
        if term is not None:
            return [Entry(term, rest.at, _guard(rest.guard))]
        match node:
            case Or() if self._lookup.anchors(node).terms:
                return self._by_each(node, within, rest)
            case InRange():
                return self.entries(node.child, op.RANGES[node.range], rest)
            case And():
                return self._by_the_rarest(node, within, rest)
        return self._whole(node, within, rest)

    def _by_each(self, node: Or, within: int, rest: _Rest) -> list[Entry]:
        singles, more = self._lookup.parted(node.children, within)
        guard = _guard(rest.guard)
        found = [Entry(term, rest.at, guard) for term in singles]
        # Words of a range are one leaf.
        words = [each for each in more if _is_word(each)]
        if words:
            found += self._whole(Or(children=tuple(words)), within, rest)
        for each in more:
            if not _is_word(each):
                found += self.entries(each, within, rest)
        return found

    def _by_the_rarest(self, node: And, within: int, rest: _Rest) -> list[Entry]:
        children = [self._lookup.anchors(child) for child in node.children]
        rarest = min(range(len(children)), key=lambda at: children[at].share)
        guards = [each for at, each in enumerate(children) if at != rarest and _guard(each)]
        at = self._begun()
        self._all_of(node.children[:rarest] + node.children[rarest + 1 :], within)
        self._go_on(rest)
        return self.entries(node.children[rarest], within, _Rest(at, min([rest.guard, *guards])))

    def _whole(self, node: Node, within: int, rest: _Rest) -> list[Entry]:
        at = self._begun()
        self.boolean(node, within)
        self._go_on(rest)
        inner = self._lookup.others(node)
        guard = _guard(min(rest.guard, inner) if _guard(inner) else rest.guard)
        return [Entry(term, at, guard) for term in self._lookup.anchors(node).terms or (ALWAYS,)]

    def _begun(self) -> int:
        self.code += (0,) * op.HEADER
        return len(self.code)

    def _go_on(self, rest: _Rest) -> None:
        if rest.at != op.CERTAIN:
            self._land([self._jump(op.JUMP_TRUE)], rest.at)
        self.code.append(op.END)

    def boolean(self, node: Node, within: int) -> None:
        """Write what sets the flag; `within` is the range in which words are looked for."""
        match node:
            case And():
                self._all_of(node.children, within)
            case Or():
                self._any_of(node, within)
            case Not():
                self.boolean(node.child, within)
                self.code.append(op.NOT)
            case InRange():
                self.boolean(node.child, op.RANGES[node.range])
            case Near() | NotNear() | AtLeast():
                self._places(node, within)
            case _:
                self._leaf(node, within)

    def _leaf(
        self, node: Words | MetaWords | MetaValue | MetaNumber | MetaTime, within: int
    ) -> None:
        match node:
            case MetaNumber():
                high = _HIGHEST if node.high is None else node.high
                self.code += (op.LENGTH, min(node.low or 0, _HIGHEST), min(high, _HIGHEST))
            case MetaTime():
                self.code += (op.TIME, *_moment(node.low), *_moment(node.high))
            case _:
                terms = self._lookup.ids(node)
                within = within if isinstance(node, Words) else 0
                if len(terms) > 1:
                    self.code += (op.PHRASE, within, len(terms), *terms)
                else:
                    self.code += (op.ANY_IN, within, 1, *terms) if within else (op.TERM, *terms)

    def _all_of(self, nodes: Iterable[Node], within: int) -> None:
        singles, more = self._lookup.parted(nodes, within)
        jumps: list[int] = []
        if singles:
            self.code += (op.ALL, len(singles), *singles)
        for number, child in enumerate(sorted(more, key=_effort)):
            if singles or number:
                jumps.append(self._jump(op.JUMP_FALSE))
            self.boolean(child, within)
        self._land(jumps, len(self.code))

    def _any_of(self, node: Or, within: int) -> None:
        singles, more = self._lookup.parted(node.children, within)
        jumps: list[int] = []
        words = [term for each in more if _is_word(each) for term in self._ids(each)]
        more = [each for each in more if not _is_word(each)]
        if words:
            self.code += (op.ANY_IN, within, len(words), *words)
        if singles:
            if words:
                jumps.append(self._jump(op.JUMP_TRUE))
            self.code += (op.ANY, len(singles), *singles)
        for number, child in enumerate(sorted(more, key=_effort)):
            if words or singles or number:
                jumps.append(self._jump(op.JUMP_TRUE))
            self.boolean(child, within)
        self._land(jumps, len(self.code))

    def _jump(self, kind: int) -> int:
        self.code += (kind, 0)
        return len(self.code) - 2

    def _land(self, jumps: Iterable[int], place: int) -> None:
        for at in jumps:
            self.code[at + 1] = place - at

    def _places(self, node: Near | NotNear | AtLeast, within: int) -> None:
        match node:
            case AtLeast():
                count = self._lists(node.child, within, 0)
                self.code += (op.AT_LEAST, count, min(node.times, _HIGHEST))
            case Near() | NotNear():
                jumps: list[int] = []
                needed = self._lookup.others(node).terms
                if needed:
                    # Places are not looked for where one side surely has none.
                    self.code += (op.ANY, len(needed), *needed)
                    jumps.append(self._jump(op.JUMP_FALSE))
                left = self._lists(node.left, within, 0)
                right = self._lists(node.right, within, left)
                distance = min(node.distance, op.WALL - 2)
                if isinstance(node, NotNear):
                    self.code += (op.IS_FAR, left, right, distance)
                else:
                    self.code += (op.IS_NEAR, left, right, distance, int(node.ordered))
                self._land(jumps, len(self.code))

    def _lists(self, node: Node, within: int, below: int) -> int:
        """Write what puts the lists of a place on the stack, on `below` others; give how many."""
        match node:
            case Words():
                terms = self._ids(node)
                kind = op.PLACES if len(terms) == 1 else op.PHRASES
                self.code += (kind, within, len(terms), *terms)
                count = 1
            case Or():
                count = self._alternatives(node, within, below)
            case Near():
                left = self._lists(node.left, within, below)
                right = self._lists(node.right, within, below + left)
                distance = min(node.distance, op.WALL - 2)
                self.code += (op.JOIN, left, right, distance, int(node.ordered))
                count = left * right * (1 if node.ordered else 2)
                # They are made above those they are made of.
                self.most_lists = max(self.most_lists, below + left + right + count)
            case _:
                raise AssertionError(node)
        self.most_lists = max(self.most_lists, below + count)
        return count

    def _alternatives(self, node: Or, within: int, below: int) -> int:
        words = [each for each in node.children if _is_word(each)]
        count = 0
        if words:
            terms = list(dict.fromkeys(term for each in words for term in self._ids(each)))
            self.code += (op.PLACES, within, len(terms), *terms)
            count = 1
        for child in node.children:
            if not _is_word(child):
                count += self._lists(child, within, below + count)
        return count

    def _ids(self, node: Node) -> list[int]:
        assert isinstance(node, Words)
        return self._lookup.ids(node)


def _guard(found: Anchors) -> tuple[int, ...]:
    """Give the terms of a guard; none where they are too many to be looked up at once."""
    return found.terms if len(found.terms) <= op.GUARDS else ()


def _is_word(node: Node) -> bool:
    return isinstance(node, Words) and len(node.patterns) == 1


def _effort(node: Node) -> int:
    """Order what is asked: sets before phrases, places last."""
    match node:
        case InRange():
            return _effort(node.child)
        case Words():
            return len(node.patterns)
        case Not() | And() | Or():
            return 50
        case Near() | NotNear() | AtLeast():
            return 100
    return 0


def _moment(moment: Moment | None) -> tuple[int, int, int]:
    if moment is None:
        return op.OPEN, 0, 0
    if moment.at is not None:
        return op.FIXED, *_halves(microseconds(moment.at))
    before = min((moment.before_now or timedelta()) // _MICROSECOND, _LONGEST)
    return op.MIDNIGHT if moment.whole_day else op.BEFORE_NOW, *_halves(before)


def _halves(number: int) -> tuple[int, int]:
    # Shifted back and added they are the number again; both fit 32 bits with their sign.
    high = number >> 31
    return high, number - (high << 31)
