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
# So many letters that few words share them.
_FIRST = 4


class _Beginnings:
    """What forms begin with: by its first letters, and under these how long it may be."""

    def __init__(self) -> None:
        self._terms: dict[str, int] = {}
        self._lengths: dict[str, list[int]] = {}
        self._sizes: list[int] = []  # of the first letters: fewer than most for what is as short

    def add(self, part: str, term: int) -> None:
        self._terms[part] = term
        first = part[:_FIRST]
        lengths = self._lengths.setdefault(first, [])
        for numbers, number in ((lengths, len(part)), (self._sizes, len(first))):
            if number not in numbers:
                insort(numbers, number)

    def of(self, form: str) -> list[int]:
        """Give the terms of those that a form begins with."""
        found = []
        for size in self._sizes:
            for length in self._lengths.get(form[:size], ()):
                # The slice of a shorter form is all of it, found under a length of its own.
                term = self._terms.get(form[:length])
                if term is not None and length <= len(form):
                    found.append(term)
        return found


class Wildcards:
    """Wildcards, each with a number."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._beginnings = _Beginnings()
        self._ends = _Beginnings()  # written backwards
        self._grams: dict[int, dict[str, list[tuple[str, Callable[[str], object], int]]]] = {}

    def add(self, text: str, term: int) -> None:
        """Take one in that was not there."""
        self.terms[text] = term
        begin, star, end = text.partition("*")
        if star and bool(begin) != bool(end) and not _WILD.search(begin + end):
            if begin:
                self._beginnings.add(begin, term)
            else:
                self._ends.add(end[::-1], term)
            return
        longest = max(_WILD.split(text), key=len)
        # A lone letter finds nothing quicker than trying does: it stands under the empty string.
        size = next((size for size in _GRAMS if len(longest) >= size), 0)
        known = self._grams.setdefault(size, {})
        rarest = min(_cut(longest, size), key=lambda gram: len(known.get(gram, ())))
        known.setdefault(rarest, []).append((longest, compiled(text).fullmatch, term))

    def fitting(self, form: str) -> list[int]:
        """Give the numbers of those that a form fits; some more than once."""
        if not self.terms:
            return []
        found = self._beginnings.of(form) + self._ends.of(form[::-1])
        for size, known in self._grams.items():
            for gram in _cut(form, size):
                for longest, fits, term in known.get(gram, ()):
                    if longest in form and fits(form):
                        found.append(term)
        return found


def _cut(text: str, size: int) -> list[str]:
    """Give all of so many letters that stand in a row; of no letters the empty string."""
    return [text[at : at + size] for at in range(len(text) - size + 1)] if size else [""]
