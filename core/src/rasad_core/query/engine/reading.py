"""An article as the programs of queries read it, in pure Python."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from rasad_core.query.engine import program as op
from rasad_core.query.engine.numbering import Numbered
from rasad_core.query.spans import Span, disjoint, far, ordered

_DAY = 86_400_000_000  # microseconds
_EVERYWHERE = 1 << 62


class Places(NamedTuple):
    """Where the places of a list begin and end, both rising (`query.spans`)."""

    firsts: Sequence[int]
    lasts: Sequence[int]


class Reading:
    """The places of each term of an article, and its numbers."""

    def __init__(self, published: int, now: int) -> None:
        self.places: dict[int, list[int]] = defaultdict(list)
        self._published = published
        self._now = now
        self._length = 0
        self._ranges: tuple[tuple[int, int], ...] = ()

    def fill(self, article: Numbered, title: Sequence[Sequence[int]], text: Sequence[Sequence[int]],
             lead: int) -> None:  # fmt: skip
        """Take in the terms of each token of title and text, and those of metadata."""
        start = len(title) + op.WALL
        places = self.places
        for first, tokens in ((0, title), (start, text)):
            for at, terms in enumerate(tokens, first):
                for term in terms:
                    places[term].append(at)
        behind = start + len(text) + op.WALL
        for term, at in zip(article.terms, article.places, strict=True):
            places[term].append(behind + at)
        self._length = len(title) + len(text)
        self._ranges = (
            (0, _EVERYWHERE),
            (0, len(title)),
            (start, start + lead),
            (start, start + len(text)),
        )

    def holds(self, code: Sequence[int], entry: int) -> bool:
        """Run a program from one of its entries."""
        places = self.places
        stack: list[Places] = []
        flag = False
        pc = entry
        while True:
            # The commonest first; each compares with those before it.
            match code[pc]:
                case op.JUMP_TRUE:
                    pc += code[pc + 1] if flag else 2
                case op.PHRASE:
                    end = pc + 3 + code[pc + 2]
                    # Of most phrases one of the first two terms is missing.
                    flag = (
                        code[pc + 3] in places
                        and code[pc + 4] in places
                        and bool(self._phrase(code[pc + 1], code[pc + 3 : end]))
                    )
                    pc = end
                case op.END:
                    return flag
                case op.ANY:
                    end = pc + 2 + code[pc + 1]
                    flag = not places.keys().isdisjoint(code[pc + 2 : end])
                    pc = end
                case op.JUMP_FALSE:
                    pc += 2 if flag else code[pc + 1]
                case op.TERM:
                    flag = code[pc + 1] in places
                    pc += 2
                case op.ALL:
                    end = pc + 2 + code[pc + 1]
                    flag = all(term in places for term in code[pc + 2 : end])
                    pc = end
                case op.NOT:
                    flag = not flag
                    pc += 1
                case other:
                    flag, pc = self._operation(other, code, pc, stack)

    def _operation(
        self, kind: int, code: Sequence[int], pc: int, stack: list[Places]
    ) -> tuple[bool, int]:
        if kind == op.LENGTH:
            return code[pc + 1] <= self._length <= code[pc + 2], pc + 3
        if kind == op.TIME:
            return self._has_time(code[pc + 1 : pc + 7]), pc + 7
        if kind in (op.ANY_IN, op.PLACES, op.PHRASES):
            within, count = code[pc + 1], code[pc + 2]
            end = pc + 3 + count
            terms = code[pc + 3 : end]
            if kind == op.PHRASES:
                found = self._phrase(within, terms)
                stack.append(Places(found, [at + count - 1 for at in found]))
                return bool(found), end
            found = self._any_of(within, terms)
            if kind == op.PLACES:
                stack.append(Places(found, found))
            return bool(found), end
        operation, size = _LISTS[kind]
        return operation(stack, code[pc + 1 : pc + size]), pc + size

    def _any_of(self, within: int, terms: Sequence[int]) -> Sequence[int]:
        """Give where any of the terms is, each place once."""
        lists = [self.places[term] for term in terms if term in self.places]
        found = lists[0] if len(lists) == 1 else sorted({*chain(*lists)})
        return self._within(within, found, 1)

    def _phrase(self, within: int, terms: Sequence[int]) -> Sequence[int]:
        """Give where the first of terms that stand side by side is."""
        found = set(self.places.get(terms[0], ()))
        for after, term in enumerate(terms[1:], 1):
            if not found:
                break
            found.intersection_update([at - after for at in self.places.get(term, ())])
        return self._within(within, sorted(found), len(terms))

    def _within(self, within: int, places: Sequence[int], size: int) -> Sequence[int]:
        if not within:
            return places
        low, high = self._ranges[within]
        return [at for at in places if low <= at and at + size <= high]

    def _has_time(self, operands: Sequence[int]) -> bool:
        low, high = (self._moment(*operands[at : at + 3]) for at in (0, 3))
        after = low is None or low <= self._published
        return after and (high is None or self._published < high)

    def _moment(self, kind: int, high_half: int, low_half: int) -> int | None:
        number = (high_half << 31) + low_half
        match kind:
            case op.OPEN:
                return None
            case op.FIXED:
                return number
        at = self._now - number
        return at - at % _DAY if kind == op.MIDNIGHT else at


def _popped(stack: list[Places], count: int) -> list[Places]:
    taken = stack[len(stack) - count :]
    del stack[len(stack) - count :]
    return taken


def _spans(*lists: Places) -> list[Span]:
    return [Span(first, last, ()) for each in lists for first, last in zip(*each, strict=True)]


def _join(stack: list[Places], operands: Sequence[int]) -> bool:
    lefts, rights, distance, in_order = operands
    right, left = ([_spans(each) for each in _popped(stack, count)] for count in (rights, lefts))
    found = [ordered(a, b, distance) for a in left for b in right]
    if not in_order:
        found += [ordered(b, a, distance) for a in left for b in right]
    stack += [Places([at.first for at in each], [at.last for at in each]) for each in found]
    return any(found)


def _is_near(stack: list[Places], operands: Sequence[int]) -> bool:
    lefts, rights, distance, in_order = operands
    right, left = _popped(stack, rights), _popped(stack, lefts)
    return any(
        _follows(a, b, distance) or (not in_order and _follows(b, a, distance))
        for a in left
        for b in right
    )


def _follows(left: Places, right: Places, distance: int) -> bool:
    """Say whether `spans.ordered` would give anything."""
    lasts = left.lasts
    for first in right.firsts:
        at = bisect_left(lasts, first)
        if at and first - lasts[at - 1] - 1 <= distance:
            return True
    return False


def _is_far(stack: list[Places], operands: Sequence[int]) -> bool:
    lefts, rights, distance = operands
    right, left = _popped(stack, rights), _popped(stack, lefts)
    return bool(far(_spans(*left), _spans(*right), distance))


def _at_least(stack: list[Places], operands: Sequence[int]) -> bool:
    lists, times = operands
    return disjoint(_spans(*_popped(stack, lists))) >= times


# With the number of integers that op and operands are.
_LISTS: dict[int, tuple[Callable[[list[Places], Sequence[int]], bool], int]] = {
    op.JOIN: (_join, 5),
    op.IS_NEAR: (_is_near, 5),
    op.IS_FAR: (_is_far, 4),
    op.AT_LEAST: (_at_least, 3),
}
