"""Many wildcards at once: which of them does a form fit?

Each is found by its beginning, its end or a few letters in a row, so that no form is tried on all.
"""

import re
from collections.abc import Callable, Iterator

from rasad_core.query.wildcards import compiled

_WILD = re.compile(r"[*?]+")
# Three letters in a row stand in few words, two in most: two only where a wildcard has no more.
_GRAMS = (3, 2)


class Wildcards:
    """Wildcards, each with a number."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._lengths: tuple[set[int], set[int]] = (set(), set())
        self._grams: dict[str, list[tuple[Callable[[str], object], int]]] = {}

    def add(self, text: str, term: int) -> None:
        """Take one in that was not there."""
        self.terms[text] = term
        parts = _WILD.split(text)
        if "?" not in text and len(parts) == 2 and not all(parts):
            table, at = (self._beginnings, 0) if parts[0] else (self._ends, 1)
            table[parts[0] or parts[1]] = term
            self._lengths[at].add(len(parts[0] or parts[1]))
            return
        fits = compiled(text).fullmatch
        longest = max(parts, key=len)
        # A lone letter finds nothing quicker than trying does: it stands under the empty string.
        size = next((size for size in _GRAMS if len(longest) >= size), 0)
        grams = [longest[at : at + size] for at in range(len(longest) - size + 1)] if size else [""]
        rarest = min(grams, key=lambda gram: len(self._grams.get(gram, ())))
        self._grams.setdefault(rarest, []).append((fits, term))

    def fitting(self, form: str) -> Iterator[int]:
        """Give the numbers of those that a form fits, each once."""
        for length in self._lengths[0]:
            term = self._beginnings.get(form[:length])
            if term is not None and len(form) >= length:
                yield term
        for length in self._lengths[1]:
            term = self._ends.get(form[-length:])
            if term is not None and len(form) >= length:
                yield term
        if not self._grams:
            return
        grams = {form[at : at + size] for size in _GRAMS for at in range(len(form) - size + 1)}
        for gram in (*grams, ""):
            for fits, term in self._grams.get(gram, ()):
                if fits(form):
                    yield term
