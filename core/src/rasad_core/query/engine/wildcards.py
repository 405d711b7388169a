"""Many wildcards at once: which of them does a form fit?

Each is found by its beginning, its end or a few letters in a row, so that no form is tried on all.
"""

import re
from bisect import insort
from collections.abc import Callable

from rasad_core.query.wildcards import compiled

_WILD = re.compile(r"[*?]+")
# Three letters in a row stand in few words, two in most: two only where a wildcard has no more.
_GRAMS = (3, 2)


class Wildcards:
    """Wildcards, each with a number."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        # With their lengths in order, so that a short form is not asked for long ones.
        self._beginnings: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._lengths: tuple[list[int], list[int]] = ([], [])
        self._grams: dict[int, dict[str, list[tuple[Callable[[str], object], int]]]] = {}

    def add(self, text: str, term: int) -> None:
        """Take one in that was not there."""
        self.terms[text] = term
        parts = _WILD.split(text)
        if "?" not in text and len(parts) == 2 and not all(parts):
            table, at = (self._beginnings, 0) if parts[0] else (self._ends, 1)
            part = parts[0] or parts[1]
            table[part] = term
            if len(part) not in self._lengths[at]:
                insort(self._lengths[at], len(part))
            return
        fits = compiled(text).fullmatch
        longest = max(parts, key=len)
        # A lone letter finds nothing quicker than trying does: it stands under the empty string.
        size = next((size for size in _GRAMS if len(longest) >= size), 0)
        known = self._grams.setdefault(size, {})
        rarest = min(_cut(longest, size), key=lambda gram: len(known.get(gram, ())))
        known.setdefault(rarest, []).append((fits, term))

    def fitting(self, form: str) -> list[int]:
        """Give the numbers of those that a form fits, each once."""
        if not self.terms:
            return []
        beginnings, ends, size = self._beginnings, self._ends, len(form)
        lengths = self._lengths
        found = [
            beginnings[part]
            for at in lengths[0]
            if at <= size and (part := form[:at]) in beginnings
        ]
        found += [ends[part] for at in lengths[1] if at <= size and (part := form[-at:]) in ends]
        for at, known in self._grams.items():
            for gram in known.keys() & _cut(form, at):
                found += [term for fits, term in known[gram] if fits(form)]
        return found


def _cut(text: str, size: int) -> set[str]:
    """Give all of so many letters that stand in a row; of no letters the empty string."""
    return {text[at : at + size] for at in range(len(text) - size + 1)}
