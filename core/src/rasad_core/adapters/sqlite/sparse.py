"""Tokens of an article for one query: those that its words fit, where they stand to each other.

The evaluator says the same of them as of all: of what lies between it reads only whether a NEAR
reaches over it, so that is cut to a little more.
"""

from collections.abc import Mapping, Sequence

from rasad_core.adapters.sqlite.finding import Finder, finder
from rasad_core.adapters.sqlite.offsets import Places
from rasad_core.adapters.sqlite.streams import READING_STREAMS, plain_token
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
        read = any(each.stream == "folded" for each in folded)
        self.stemmed = any(each.stream == "stem" for each in folded)
        # `length:` counts all words.
        self.counted = any(isinstance(part, MetaNumber) for part in parts)
        self._reach = 1 + max((_reach(part) for part in parts), default=0)
        self.streams = ("", *(READING_STREAMS if read else ()), *(("_x",) if exact else ()))

    def tokens(
        self, columns: Mapping[str, str], lead: int, offsets: Places | None = None
    ) -> tuple[Tokens, int]:
        """Give the tokens of a field by its columns, named by stream, and how many are the lead."""
        folded = dict(self._folded.find(columns[""])) if self._folded else {}
        exact = dict(self._exact.find(columns["_x"])) if self._exact else {}
        read = self._readings(columns)
        kept = sorted({*folded, *exact, *read})
        if not kept and not self.counted:
            return _NOTHING, 0
        slots = kept if self.counted else self._closer(kept)
        count = _count(columns[""]) if self.counted else slots[-1] + 1
        tokens = Tokens(
            folded=_spread(count, slots, [folded.get(at, "") for at in kept]),
            exact=_spread(count, slots, [plain_token(exact.get(at, "")) for at in kept])
            if exact
            else [""] * count,
            readings={slot: read[at] for slot, at in zip(slots, kept, strict=True) if at in read}
            if read
            else {},
            starts=_spread_numbers(count, slots, kept, offsets[0]) if offsets else (),
            ends=_spread_numbers(count, slots, kept, offsets[1]) if offsets else (),
        )
        leading = [slot for slot, at in zip(slots, kept, strict=True) if at < lead]
        return tokens, leading[-1] + 1 if leading else 0

    def _readings(self, columns: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        if self._folded is None or "_1" not in self.streams:
            return found
        for stream in READING_STREAMS:
            if not columns[stream]:
                break  # those behind it are emptier
            for at, token in dict(self._folded.find(columns[stream])).items():
                found[at] = (*found.get(at, ()), token)
        return found

    def _closer(self, kept: Sequence[int]) -> list[int]:
        slots, slot, before = [], 0, kept[0] if kept else 0
        for at in kept:
            slot += min(at - before, self._reach + 1)
            slots.append(slot)
            before = at
        return slots


def _reach(part: Node) -> int:
    return part.distance if isinstance(part, Near | NotNear) else 0


def _count(column: str) -> int:
    return column.count(" ") + 1 if column else 0


def _spread(count: int, slots: Sequence[int], tokens: Sequence[str]) -> list[str]:
    # No word is empty, so nothing fits what was left out.
    spread = [""] * count
    for slot, token in zip(slots, tokens, strict=True):
        spread[slot] = token
    return spread


def _spread_numbers(
    count: int, slots: Sequence[int], kept: Sequence[int], numbers: Sequence[int]
) -> list[int]:
    spread = [0] * count
    for slot, at in zip(slots, kept, strict=True):
        spread[slot] = numbers[at]
    return spread
