"""Tokens of an article for one query: those that its words fit, where they stand to each other.

The evaluator says the same of them as of all: of what lies between it reads only whether a NEAR
reaches over it, so that is cut to a little more.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeVar

from rasad_core.adapters.sqlite.finding import Finder, finder
from rasad_core.adapters.sqlite.offsets import Places
from rasad_core.adapters.sqlite.streams import READING_STREAMS
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.query.ast import MetaNumber, Near, Node, NotNear, Words
from rasad_core.query.places import parts_of
from rasad_core.text.tokens import Tokens

_NOTHING = Tokens(folded=(), exact=())


class Sparse:
    """Reads the columns of one field, as one query sees it."""

    def __init__(self, node: Node, terms: Terms) -> None:
        parts = list(parts_of(node))
        patterns = [each for leaf in parts if isinstance(leaf, Words) for each in leaf.patterns]
        folded = [each for each in patterns if each.stream != "exact"]
        exact = [each for each in patterns if each.stream == "exact"]
        self._folded: Finder | None = finder(folded, terms) if folded else None
        self._exact: Finder | None = finder(exact, terms) if exact else None
        self._read = any(each.stream == "folded" for each in folded)
        self.stemmed = any(each.stream == "stem" for each in folded)
        # `length:` counts all words.
        self._counted = any(isinstance(part, MetaNumber) for part in parts)
        self._reach = 1 + max((_reach(part) for part in parts), default=0)
        self.streams = ("", *(READING_STREAMS if self._read else ()), *(("_x",) if exact else ()))

    def tokens(
        self, columns: Sequence[str], lead: int, offsets: Places | None = None
    ) -> tuple[Tokens, int]:
        """Give the tokens of a field by its columns, those of `streams`, and how many are lead."""
        folded = dict(self._folded.find(columns[0])) if self._folded is not None else {}
        exact = dict(self._exact.find(columns[-1])) if self._exact is not None else {}
        read = self._readings(columns) if self._read and columns[1] else {}
        if not (folded or exact or read or self._counted):
            return _NOTHING, 0
        kept = sorted({*folded, *exact, *read})
        slots = kept if self._counted else self._closer(kept)
        count = count_of(columns[0]) if self._counted else slots[-1] + 1
        slot_of = dict(zip(kept, slots, strict=True))
        tokens = Tokens(
            folded=_spread(count, "", slot_of, folded),
            exact=_spread(count, "", slot_of, exact),
            readings={slot_of[at]: forms for at, forms in read.items()},
            starts=_spread(count, 0, slot_of, {at: offsets[0][at] for at in kept})
            if offsets
            else (),
            ends=_spread(count, 0, slot_of, {at: offsets[1][at] for at in kept}) if offsets else (),
        )
        if not lead:
            return tokens, 0
        before = bisect_left(kept, lead)
        return tokens, slots[before - 1] + 1 if before else 0

    def _readings(self, columns: Sequence[str]) -> dict[int, tuple[str, ...]]:
        assert self._folded is not None
        found: dict[int, tuple[str, ...]] = {}
        for column in columns[1 : 1 + len(READING_STREAMS)]:
            for at, token in dict(self._folded.find(column)).items():
                found[at] = (*found.get(at, ()), token)
        return found

    def _closer(self, kept: Sequence[int]) -> list[int]:
        slots, slot, before, most = [], 0, kept[0], self._reach + 1
        for at in kept:
            slot += min(most, at - before)
            slots.append(slot)
            before = at
        return slots


def _reach(part: Node) -> int:
    return part.distance if isinstance(part, Near | NotNear) else 0


def count_of(column: str) -> int:
    """Count the tokens of a column."""
    return column.count(" ") + 1 if column else 0


_Value = TypeVar("_Value")


def _spread(
    count: int, left_out: _Value, slot_of: Mapping[int, int], found: Mapping[int, _Value]
) -> list[_Value]:
    # No word is empty, so nothing fits what was left out.
    spread = [left_out] * count
    for at, value in found.items():
        spread[slot_of[at]] = value
    return spread
