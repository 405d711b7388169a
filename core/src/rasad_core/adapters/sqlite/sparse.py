"""Tokens of an article for one query: the names of the patterns that fit, where they stand.

The evaluator says the same of them as of all: of what lies between it reads only whether a NEAR
reaches over it, so that is cut to a little more.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeVar

from rasad_core.adapters.sqlite.finding import Finder, finder
from rasad_core.adapters.sqlite.offsets import Places
from rasad_core.adapters.sqlite.stems import stemmed_language
from rasad_core.adapters.sqlite.streams import READING_STREAMS, encode_token
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.query.ast import MetaNumber, Near, Node, NotNear, Pattern
from rasad_core.query.places import parts_of
from rasad_core.text.tokens import Tokens

_NOTHING = Tokens(folded=(), exact=())


class Sparse:
    """Reads the columns of one field, as one query sees it; `names` are those of its patterns."""

    def __init__(self, node: Node, names: Mapping[Pattern, str], terms: Terms) -> None:
        self._terms = terms
        parts = list(parts_of(node))
        self._names, exact, self._stems = (
            {each: name for each, name in names.items() if each.stream == stream}
            for stream in ("folded", "exact", "stem")
        )
        self.stemmed = bool(self._stems)
        self._folded: dict[str, Finder] = {}
        self._read = finder(self._names, {}) if self._names else None
        self._exact = finder(exact, {}) if exact else None
        # `length:` counts all words.
        self._counted = any(isinstance(part, MetaNumber) for part in parts)
        self._reach = 1 + max((_reach(part) for part in parts), default=0)
        read = READING_STREAMS if self._read else ()
        self.streams = ("", *read, *(("_x",) if exact else ()))

    def tokens(
        self,
        columns: Sequence[str],
        language: str = "",
        *,
        lead: int = 0,
        offsets: Places | None = None,
    ) -> tuple[Tokens, int]:
        """Give the tokens of a field by its columns, those of `streams`, and how many are lead."""
        found = self._found(columns, language)
        if not (found or self._counted):
            return _NOTHING, 0
        kept = sorted(found)
        slots = kept if self._counted else self._closer(kept)
        count = count_of(columns[0]) if self._counted else slots[-1] + 1
        names = [found[at] for at in kept]
        # No name is empty, so nothing fits what was left out.
        first = _spread(count, "", slots, [each[0] for each in names])
        tokens = Tokens(
            folded=first,
            exact=first,
            readings={
                slot: tuple(each[1:])
                for slot, each in zip(slots, names, strict=True)
                if len(each) > 1
            },
            starts=_spread(count, 0, slots, [offsets[0][at] for at in kept]) if offsets else (),
            ends=_spread(count, 0, slots, [offsets[1][at] for at in kept]) if offsets else (),
        )
        before = bisect_left(kept, lead)
        return tokens, slots[before - 1] + 1 if before else 0

    def _found(self, columns: Sequence[str], language: str) -> dict[int, list[str]]:
        """Give by position the names of what stands there."""
        found: dict[int, list[str]] = {}
        everywhere = [*self._in_folded(language).find(columns[0])]
        if self._read is not None and columns[1]:
            for column in columns[1 : 1 + len(READING_STREAMS)]:
                everywhere += self._read.find(column)
        if self._exact is not None:
            everywhere += self._exact.find(columns[-1])
        for at, name in everywhere:
            if at in found:
                found[at].append(name)
            else:
                found[at] = [name]
        return found

    def _in_folded(self, language: str) -> Finder:
        """Give what finds folded words, and stems in a language."""
        if language not in self._folded:
            within = stemmed_language(language)
            stems = {
                name: self._terms.stemmed(each.text).get(within, {encode_token(each.text)})
                for each, name in self._stems.items()
            }
            self._folded[language] = finder(self._names, stems)
        return self._folded[language]

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
    count: int, left_out: _Value, slots: Sequence[int], values: Sequence[_Value]
) -> list[_Value]:
    spread = [left_out] * count
    for slot, value in zip(slots, values, strict=True):
        spread[slot] = value
    return spread
