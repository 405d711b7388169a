"""Where the words of a query stand in a stored column, found without cutting it where it can be."""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import takewhile
from typing import Protocol

from rasad_core.adapters.sqlite.streams import encode_token, plain_token
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.query.ast import Pattern
from rasad_core.query.wildcards import compiled

Found = Sequence[tuple[int, str]]
_WILD = re.compile(r"[*?]+")
# Finding a word in 3 kB takes 3 µs, cutting them into words and looking at each 40.
_MOST_NEEDLES = 10


class Finder(Protocol):
    """Finds tokens that any of some patterns fits."""

    def find(self, column: str) -> Found:
        """Give positions and tokens in any order, maybe some twice."""


def finder(patterns: Collection[Pattern], terms: Terms) -> Finder:
    """Choose how to find patterns of one column: folded words and stems, or exact ones."""
    kept = list({(each.text, each.stream): each for each in patterns}.values())
    return _Needles(kept, terms) if len(kept) <= _MOST_NEEDLES else _Memory(kept, terms)


class _Needles:
    def __init__(self, patterns: Sequence[Pattern], terms: Terms) -> None:
        self._words = [
            f" {encode_token(each.text)} "
            for each in patterns
            if each.stream != "stem" and not each.wildcard
        ]
        self._parts = [_part(each) for each in patterns if each.wildcard]
        self._parts += [_stem_part(each, terms) for each in patterns if each.stream == "stem"]

    def find(self, column: str) -> Found:
        spaced = f" {column} "
        found: list[tuple[int, str]] = []
        for word in self._words:
            if word in spaced:
                _add_words(found, spaced, word)
        for part, fits in self._parts:
            if part in spaced:
                _add_tokens_with(found, spaced, part, fits)
        return found


class _Memory:
    def __init__(self, patterns: Sequence[Pattern], terms: Terms) -> None:
        self._known = _Known(patterns, terms)

    def find(self, column: str) -> Found:
        if not column:
            return []
        known = self._known
        tokens = enumerate(column.split(" "))
        return [(at, plain_token(token)) for at, token in tokens if known[token]]


class _Known(dict[str, bool]):
    """What was found out about each token; there are far fewer than there is text."""

    def __init__(self, patterns: Sequence[Pattern], terms: Terms) -> None:
        super().__init__()
        self._words = {encode_token(each.text) for each in patterns if not each.wildcard}
        for each in patterns:
            if each.stream == "stem":
                self._words |= _stemmed(each, terms)
        wild = [compiled(each.text).pattern for each in patterns if each.wildcard]
        self._wild = re.compile("|".join(wild)) if wild else None

    def __missing__(self, token: str) -> bool:
        found = self[token] = token in self._words or (
            self._wild is not None and self._wild.fullmatch(plain_token(token)) is not None
        )
        return found


def _part(pattern: Pattern) -> tuple[str, Callable[[str], object]]:
    """Give the longest letters that stand in whatever a wildcard fits, and the test of the rest."""
    part = max(_WILD.split(pattern.text), key=len)
    fits = compiled(pattern.text).fullmatch
    begins = " " if pattern.text.startswith(part) else ""
    return begins + encode_token(part), lambda token: fits(plain_token(token))


def _stem_part(pattern: Pattern, terms: Terms) -> tuple[str, Callable[[str], object]]:
    words = _stemmed(pattern, terms)
    # What the first and the last in order begin with, all begin with.
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(words), max(words), strict=False))
    return " " + "".join(letter for letter, _ in alike), words.__contains__


def _stemmed(pattern: Pattern, terms: Terms) -> set[str]:
    own = {encode_token(pattern.text)}
    return own.union(*terms.stemmed(pattern.text).values())


def _add_words(found: list[tuple[int, str]], spaced: str, word: str) -> None:
    at, before, position = spaced.find(word), 0, 0
    token, length = plain_token(word[1:-1]), len(word) - 1
    while at >= 0:
        position += spaced.count(" ", before, at)
        before = at
        found.append((position, token))
        at = spaced.find(word, at + length)


def _add_tokens_with(
    found: list[tuple[int, str]], spaced: str, part: str, fits: Callable[[str], object]
) -> None:
    at, before, position, last = spaced.find(part), 0, 0, len(spaced) - 1
    while 0 <= at < last:
        first = spaced.rfind(" ", 0, at + 1)
        end = spaced.find(" ", first + 1)
        token = spaced[first + 1 : end]
        if fits(token):
            position += spaced.count(" ", before, first)
            before = first
            found.append((position, plain_token(token)))
        at = spaced.find(part, end)
