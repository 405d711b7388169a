"""Where the words of a query stand in a stored column, found without cutting it where it can be."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import takewhile
from typing import Protocol

from rasad_core.adapters.sqlite.streams import encode_token, plain_token
from rasad_core.query.ast import Pattern
from rasad_core.query.wildcards import compiled

# Where a pattern stands, and its name.
Found = Sequence[tuple[int, str]]
# Letters, whether a token they stand in fits, and the name of what it fits.
_Part = tuple[str, Callable[[str], object], str]
_WILD = re.compile(r"[*?]+")
# Finding a word in 3 kB takes 3 µs, cutting them into words and looking at each 40.
_MOST_NEEDLES = 10


class Finder(Protocol):
    """Finds tokens that any of some patterns fits."""

    def find(self, column: str) -> Found:
        """Give positions, each with the name of a pattern, in any order."""


def finder(names: Mapping[Pattern, str], stems: Mapping[str, Collection[str]]) -> Finder:
    """Choose how to find patterns in a column; `stems` are words, by the name they fit."""
    few = len(names) + len(stems) <= _MOST_NEEDLES
    return _Needles(names, stems) if few else _Memory(_Known(names, stems))


class _Needles:
    def __init__(self, names: Mapping[Pattern, str], stems: Mapping[str, Collection[str]]) -> None:
        self._words = [
            (f" {encode_token(each.text)} ", name)
            for each, name in names.items()
            if not each.wildcard
        ]
        self._parts = [_part(each, name) for each, name in names.items() if each.wildcard]
        self._parts += [_stem_part(words, name) for name, words in stems.items() if words]

    def find(self, column: str) -> Found:
        spaced = f" {column} "
        found: list[tuple[int, str]] = []
        for word, name in self._words:
            if word in spaced:
                _add_words(found, spaced, word, name)
        for part in self._parts:
            if part[0] in spaced:
                _add_tokens_with(found, spaced, part)
        return found


class _Memory:
    def __init__(self, known: "_Known") -> None:
        self._known = known

    def find(self, column: str) -> Found:
        if not column:
            return []
        known = self._known
        tokens = enumerate(column.split(" "))
        return [(at, name) for at, token in tokens if known[token] for name in known[token]]


class _Known(dict[str, Sequence[str]]):
    """The names that each token fits; there are far fewer tokens than there is text."""

    def __init__(self, names: Mapping[Pattern, str], stems: Mapping[str, Collection[str]]) -> None:
        super().__init__()
        self._words: dict[str, list[str]] = {}
        for each, name in names.items():
            if not each.wildcard:
                self._words.setdefault(encode_token(each.text), []).append(name)
        for name, words in stems.items():
            for word in words:
                self._words.setdefault(word, []).append(name)
        wild = {name: compiled(each.text) for each, name in names.items() if each.wildcard}
        self._each = {name: pattern.fullmatch for name, pattern in wild.items()}
        self._any = re.compile("|".join(pattern.pattern for pattern in wild.values()) or "(?!)")

    def __missing__(self, token: str) -> Sequence[str]:
        names = [*self._words.get(token, ())]
        plain = plain_token(token)
        if self._any.fullmatch(plain):
            names += [name for name, fits in self._each.items() if fits(plain)]
        self[token] = names
        return names


def _part(pattern: Pattern, name: str) -> _Part:
    """Give the longest letters that stand in whatever a wildcard fits."""
    part = max(_WILD.split(pattern.text), key=len)
    fits = compiled(pattern.text).fullmatch
    begins = " " if pattern.text.startswith(part) else ""
    return begins + encode_token(part), lambda token: fits(plain_token(token)), name


def _stem_part(words: Collection[str], name: str) -> _Part:
    # What the first and the last in order begin with, all begin with.
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(words), max(words), strict=False))
    return " " + "".join(letter for letter, _ in alike), words.__contains__, name


def _add_words(found: list[tuple[int, str]], spaced: str, word: str, name: str) -> None:
    at, before, position = spaced.find(word), 0, 0
    length = len(word) - 1
    while at >= 0:
        position += spaced.count(" ", before, at)
        before = at
        found.append((position, name))
        at = spaced.find(word, at + length)


def _add_tokens_with(found: list[tuple[int, str]], spaced: str, wanted: _Part) -> None:
    part, fits, name = wanted
    at, before, position, last = spaced.find(part), 0, 0, len(spaced) - 1
    while 0 <= at < last:
        first = spaced.rfind(" ", 0, at + 1)
        end = spaced.find(" ", first + 1)
        if fits(spaced[first + 1 : end]):
            position += spaced.count(" ", before, first)
            before = first
            found.append((position, name))
        at = spaced.find(part, end)
