"""A query as a row of integers, which both machines run, and the terms a match of it has.

A leaf sets the flag; jumps and NOT make the boolean structure of it. Below NEAR, NOT NEAR and
atleastN lists of places are put on a stack, one for each alternative (`query.spans`).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

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
    Pattern,
    Words,
)
from rasad_core.query.engine.vocabulary import ALWAYS

# Every op is followed by its operands. `range` is one of RANGES, `n terms…` their count and they.
END = 0  # the flag is the answer
JUMP_FALSE = 1  # to
JUMP_TRUE = 2  # to
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
# Between title and text; no article has as many tokens, and so no distance is larger.
WALL = 1 << 20
_HIGHEST = (1 << 31) - 1
_MICROSECOND = timedelta(microseconds=1)
# Before all times there are.
_LONGEST = 1 << 60


class Terms(Protocol):
    """What gives numbers to what a query looks for, and says in how many articles it is."""

    def pattern(self, pattern: Pattern) -> int:
        """Give the term of a word of title and text."""

    def field_pattern(self, field: str, pattern: Pattern) -> int:
        """Give the term of a word of a metadata field."""

    def value(self, field: str, value: str) -> int:
        """Give the term of a value of a metadata field."""


class Program(NamedTuple):
    """A compiled query.

    Every match has one of the `anchors`; with one of the `certain` among them nothing else is
    needed. `lists` is the most that stand on the stack at once.
    """

    code: list[int]
    anchors: Sequence[int]
    certain: frozenset[int]
    lists: int


class _Anchors(NamedTuple):
    """Terms of which a match has one, and in which share of all articles one is; inf: none."""

    share: float
    terms: tuple[int, ...]


_NONE = _Anchors(math.inf, ())


def compile_query(node: Node, terms: Terms, share: Callable[[int], float]) -> Program:
    """Compile a query; `share` says in which part of all articles a term is."""
    writer = _Writer(terms, share)
    anchors = writer.boolean(node, 0)
    writer.code.append(END)
    wanted = tuple(dict.fromkeys(anchors.terms)) or (ALWAYS,)
    return Program(writer.code, wanted, frozenset(writer.certain(node)), writer.most_lists)


class _Writer:
    def __init__(self, terms: Terms, share: Callable[[int], float]) -> None:
        self.code: list[int] = []
        self.most_lists = 0
        self._terms = terms
        self._share = share

    def certain(self, node: Node) -> list[int]:
        """Give the terms that are alternatives of the whole query."""
        children = node.children if isinstance(node, Or) else (node,)
        return [term for term in (self._single(child, 0) for child in children) if term is not None]

    def boolean(self, node: Node, within: int) -> _Anchors:
        """Write what sets the flag; `within` is the range in which words are looked for."""
        match node:
            case And():
                return self._all_of(node, within)
            case Or():
                return self._any_of(node, within)
            case Not():
                self.boolean(node.child, within)
                self.code.append(NOT)
                return _NONE
            case InRange():
                return self.boolean(node.child, RANGES[node.range])
            case Near() | NotNear() | AtLeast():
                return self._places(node, within)
            case _:
                return self._leaf(node, within)

    def _leaf(
        self, node: Words | MetaWords | MetaValue | MetaNumber | MetaTime, within: int
    ) -> _Anchors:
        match node:
            case Words():
                terms = self._ids(node)
                if len(terms) > 1:
                    self.code += (PHRASE, within, len(terms), *terms)
                else:
                    self.code += (ANY_IN, within, 1, *terms) if within else (TERM, *terms)
                return self._rarest(terms)
            case MetaWords():
                terms = [self._terms.field_pattern(node.field, each) for each in node.patterns]
                self.code += (PHRASE, 0, len(terms), *terms) if len(terms) > 1 else (TERM, *terms)
                return self._rarest(terms)
            case MetaValue():
                terms = [self._terms.value(node.field, node.value)]
                self.code += (TERM, *terms)
                return self._rarest(terms)
            case MetaNumber():
                high = _HIGHEST if node.high is None else node.high
                self.code += (LENGTH, min(node.low or 0, _HIGHEST), min(high, _HIGHEST))
            case MetaTime():
                self.code += (TIME, *_moment(node.low), *_moment(node.high))
        return _NONE

    def _single(self, node: Node, within: int) -> int | None:
        """Give the term that is all a node asks for, if so."""
        match node:
            case Words(patterns=(pattern,)) if within == 0:
                return self._terms.pattern(pattern)
            case MetaWords(patterns=(pattern,)):
                return self._terms.field_pattern(node.field, pattern)
            case MetaValue():
                return self._terms.value(node.field, node.value)
        return None

    def _all_of(self, node: And, within: int) -> _Anchors:
        singles, others = self._parted(node.children, within)
        found = [self._rarest(singles)] if singles else []
        jumps: list[int] = []
        if singles:
            self.code += (ALL, len(singles), *singles)
        for child in sorted(others, key=_effort):
            if found:
                jumps.append(self._jump(JUMP_FALSE))
            found.append(self.boolean(child, within))
        self._land(jumps)
        return min(found)

    def _any_of(self, node: Or, within: int) -> _Anchors:
        singles, others = self._parted(node.children, within)
        found: list[_Anchors] = []
        jumps: list[int] = []
        if within:
            # Words of a range are one leaf too, though not one that is certain.
            words = [each for each in others if _is_word(each)]
            if words:
                others = [each for each in others if not _is_word(each)]
                terms = [term for each in words for term in self._ids(each)]
                self.code += (ANY_IN, within, len(terms), *terms)
                found.append(self._sum(terms))
        if singles:
            if found:
                jumps.append(self._jump(JUMP_TRUE))
            self.code += (ANY, len(singles), *singles)
            found.append(self._sum(singles))
        for child in sorted(others, key=_effort):
            if found:
                jumps.append(self._jump(JUMP_TRUE))
            found.append(self.boolean(child, within))
        self._land(jumps)
        return _Anchors(sum(each.share for each in found), _joined(found))

    def _parted(self, nodes: Iterable[Node], within: int) -> tuple[list[int], list[Node]]:
        singles: dict[int, None] = {}
        others: list[Node] = []
        for node in nodes:
            term = self._single(node, within)
            if term is None:
                others.append(node)
            else:
                singles[term] = None
        return list(singles), others

    def _jump(self, op: int) -> int:
        self.code += (op, 0)
        return len(self.code) - 1

    def _land(self, jumps: Iterable[int]) -> None:
        for at in jumps:
            self.code[at] = len(self.code)

    def _places(self, node: Near | NotNear | AtLeast, within: int) -> _Anchors:
        match node:
            case AtLeast():
                count, anchors = self._lists(node.child, within, 0)
                self.code += (AT_LEAST, count, min(node.times, _HIGHEST))
                return anchors
            case Near() | NotNear():
                left, anchors = self._lists(node.left, within, 0)
                right, others = self._lists(node.right, within, left)
                distance = min(node.distance, WALL - 2)
                if isinstance(node, NotNear):
                    self.code += (IS_FAR, left, right, distance)
                    return anchors
                self.code += (IS_NEAR, left, right, distance, int(node.ordered))
                return min(anchors, others)

    def _lists(self, node: Node, within: int, below: int) -> tuple[int, _Anchors]:
        """Write what puts the lists of a place on the stack, on `below` others; give how many."""
        match node:
            case Words():
                terms = self._ids(node)
                op = PLACES if len(terms) == 1 else PHRASES
                self.code += (op, within, len(terms), *terms)
                count, anchors = 1, self._rarest(terms)
            case Or():
                count, anchors = self._alternatives(node, within, below)
            case Near():
                left, anchors = self._lists(node.left, within, below)
                right, others = self._lists(node.right, within, below + left)
                self.code += (JOIN, left, right, min(node.distance, WALL - 2), int(node.ordered))
                count, anchors = left * right * (1 if node.ordered else 2), min(anchors, others)
                # They are made above those they are made of.
                self.most_lists = max(self.most_lists, below + left + right + count)
            case _:
                raise AssertionError(node)
        self.most_lists = max(self.most_lists, below + count)
        return count, anchors

    def _alternatives(self, node: Or, within: int, below: int) -> tuple[int, _Anchors]:
        words = [each for each in node.children if _is_word(each)]
        found: list[_Anchors] = []
        count = 0
        if words:
            terms = list(dict.fromkeys(term for each in words for term in self._ids(each)))
            self.code += (PLACES, within, len(terms), *terms)
            found.append(self._sum(terms))
            count = 1
        for child in node.children:
            if not _is_word(child):
                more, anchors = self._lists(child, within, below + count)
                count += more
                found.append(anchors)
        return count, _Anchors(sum(each.share for each in found), _joined(found))

    def _ids(self, node: Node) -> list[int]:
        assert isinstance(node, Words)
        return [self._terms.pattern(each) for each in node.patterns]

    def _rarest(self, terms: Iterable[int]) -> _Anchors:
        return min(_Anchors(self._share(term), (term,)) for term in terms)

    def _sum(self, terms: Sequence[int]) -> _Anchors:
        return _Anchors(sum(map(self._share, terms)), tuple(terms))


def _joined(found: Iterable[_Anchors]) -> tuple[int, ...]:
    parts = [each.terms for each in found]
    return tuple(term for terms in parts for term in terms) if all(parts) else ()


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
