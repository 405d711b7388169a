"""A query as a row of integers, which both machines run, and the terms a match of it has.

A leaf sets the flag; jumps and NOT make the boolean structure of it. Below NEAR, NOT NEAR and
atleastN lists of places are put on a stack, one for each alternative (`query.spans`).
"""

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
from rasad_core.query.engine.anchors import NONE, Anchors, Lookup, Terms
from rasad_core.query.engine.vocabulary import ALWAYS

# Every op is followed by its operands. `range` is one of RANGES, `n terms…` their count and they.
END = 0  # the flag is the answer
JUMP_FALSE = 1  # by, from where the jump stands
JUMP_TRUE = 2  # by
NOT = 3
TERM = 4  # term
ANY = 5  # n terms…
ALL = 6  # n terms…
ANY_IN = 7  # range n terms…
PHRASE = 8  # range n terms…
LENGTH = 9  # low high
TIME = 10  # kind high-half low-half of the low end, and of the high end
PLACES = 11  # range n terms…: puts a list of the places of any of them
PHRASES = 12  # range n terms…: puts a list of the places where they stand side by side
JOIN = 13  # lists lists distance ordered: in their place puts those of the NEAR
IS_NEAR = 14  # lists lists distance ordered
IS_FAR = 15  # lists lists distance
AT_LEAST = 16  # lists times

RANGES = {None: 0, "title": 1, "lead": 2, "body": 3}
# Kinds of a moment: none, fixed, counted back from now, the same at midnight.
OPEN, FIXED, BEFORE_NOW, MIDNIGHT = range(4)
# So many numbers are left free before each entry, for the machine.
HEADER = 3
# As many terms stand beside a posting.
GUARDS = 6
# In place of where a program goes on: the query matches.
CERTAIN = -1
# Between title and text; no article has as many tokens, and so no distance is larger.
WALL = 1 << 20
_HIGHEST = (1 << 31) - 1
_MICROSECOND = timedelta(microseconds=1)
# Before all times there are.
_LONGEST = 1 << 60


class Entry(NamedTuple):
    """Where a program is entered when an article has a term: `at` of its code.

    That is where the rest of the query begins. At `CERTAIN` there is no rest. Without one of the
    terms of `guard`, unless it is empty, the rest is false.
    """

    term: int
    at: int
    guard: tuple[int, ...] = ()


class Program(NamedTuple):
    """A compiled query. Every match has the term of one of the `entries`, and holds from there.

    `lists` is the most that stand on the stack at once.
    """

    code: list[int]
    entries: list[Entry]
    lists: int


class _Rest(NamedTuple):
    """Where a program goes on, and the terms of which the rest needs one."""

    at: int
    guard: Anchors


def compile_query(node: Node, terms: Terms) -> Program:
    """Compile a query."""
    writer = _Writer(terms)
    entries = writer.entries(node, 0, _Rest(CERTAIN, NONE))
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
                return self.entries(node.child, RANGES[node.range], rest)
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
        self.code += (0,) * HEADER
        return len(self.code)

    def _go_on(self, rest: _Rest) -> None:
        if rest.at != CERTAIN:
            self._land([self._jump(JUMP_TRUE)], rest.at)
        self.code.append(END)

    def boolean(self, node: Node, within: int) -> None:
        """Write what sets the flag; `within` is the range in which words are looked for."""
        match node:
            case And():
                self._all_of(node.children, within)
            case Or():
                self._any_of(node, within)
            case Not():
                self.boolean(node.child, within)
                self.code.append(NOT)
            case InRange():
                self.boolean(node.child, RANGES[node.range])
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
                self.code += (LENGTH, min(node.low or 0, _HIGHEST), min(high, _HIGHEST))
            case MetaTime():
                self.code += (TIME, *_moment(node.low), *_moment(node.high))
            case _:
                terms = self._lookup.ids(node)
                within = within if isinstance(node, Words) else 0
                if len(terms) > 1:
                    self.code += (PHRASE, within, len(terms), *terms)
                else:
                    self.code += (ANY_IN, within, 1, *terms) if within else (TERM, *terms)

    def _all_of(self, nodes: Iterable[Node], within: int) -> None:
        singles, more = self._lookup.parted(nodes, within)
        jumps: list[int] = []
        if singles:
            self.code += (ALL, len(singles), *singles)
        for number, child in enumerate(sorted(more, key=_effort)):
            if singles or number:
                jumps.append(self._jump(JUMP_FALSE))
            self.boolean(child, within)
        self._land(jumps, len(self.code))

    def _any_of(self, node: Or, within: int) -> None:
        singles, more = self._lookup.parted(node.children, within)
        jumps: list[int] = []
        words = [term for each in more if _is_word(each) for term in self._ids(each)]
        more = [each for each in more if not _is_word(each)]
        if words:
            self.code += (ANY_IN, within, len(words), *words)
        if singles:
            if words:
                jumps.append(self._jump(JUMP_TRUE))
            self.code += (ANY, len(singles), *singles)
        for number, child in enumerate(sorted(more, key=_effort)):
            if words or singles or number:
                jumps.append(self._jump(JUMP_TRUE))
            self.boolean(child, within)
        self._land(jumps, len(self.code))

    def _jump(self, op: int) -> int:
        self.code += (op, 0)
        return len(self.code) - 2

    def _land(self, jumps: Iterable[int], place: int) -> None:
        for at in jumps:
            self.code[at + 1] = place - at

    def _places(self, node: Near | NotNear | AtLeast, within: int) -> None:
        match node:
            case AtLeast():
                count = self._lists(node.child, within, 0)
                self.code += (AT_LEAST, count, min(node.times, _HIGHEST))
            case Near() | NotNear():
                jumps: list[int] = []
                needed = self._lookup.others(node).terms
                if needed:
                    # Places are not looked for where one side surely has none.
                    self.code += (ANY, len(needed), *needed)
                    jumps.append(self._jump(JUMP_FALSE))
                left = self._lists(node.left, within, 0)
                right = self._lists(node.right, within, left)
                distance = min(node.distance, WALL - 2)
                if isinstance(node, NotNear):
                    self.code += (IS_FAR, left, right, distance)
                else:
                    self.code += (IS_NEAR, left, right, distance, int(node.ordered))
                self._land(jumps, len(self.code))

    def _lists(self, node: Node, within: int, below: int) -> int:
        """Write what puts the lists of a place on the stack, on `below` others; give how many."""
        match node:
            case Words():
                terms = self._ids(node)
                op = PLACES if len(terms) == 1 else PHRASES
                self.code += (op, within, len(terms), *terms)
                count = 1
            case Or():
                count = self._alternatives(node, within, below)
            case Near():
                left = self._lists(node.left, within, below)
                right = self._lists(node.right, within, below + left)
                self.code += (JOIN, left, right, min(node.distance, WALL - 2), int(node.ordered))
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
            self.code += (PLACES, within, len(terms), *terms)
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
    return found.terms if len(found.terms) <= GUARDS else ()


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
        return OPEN, 0, 0
    if moment.at is not None:
        return FIXED, *_halves(microseconds(moment.at))
    before = min((moment.before_now or timedelta()) // _MICROSECOND, _LONGEST)
    return MIDNIGHT if moment.whole_day else BEFORE_NOW, *_halves(before)


def _halves(number: int) -> tuple[int, int]:
    # Shifted back and added they are the number again; both fit 32 bits with their sign.
    high = number >> 31
    return high, number - (high << 31)
