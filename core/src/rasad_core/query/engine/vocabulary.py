"""Numbers for everything a query looks up: words, spellings, wildcards, stems, metadata.

A *term* is such a number; a token has several. Words that queries have are terms as those of
articles are, so a query of a new word changes nothing that is known of a token.
"""

from collections.abc import Iterator

from rasad_core.query.ast import Pattern
from rasad_core.query.engine.wildcards import Wildcards
from rasad_core.query.wildcards import compiled
from rasad_core.text.normalise import cut
from rasad_core.text.stem import stem

# What every article has: the anchor of queries that ask for no word.
ALWAYS = 0

# What is known of a token: folded, exact, readings, and the language of its stems.
Form = tuple[str, str, tuple[str, ...], str]


class Asked:
    """The patterns that queries have for the tokens of one place, but for whole folded words.

    `log` has them in their order; the version of what is known of a token is how far it was read.
    """

    def __init__(self) -> None:
        self.log: list[tuple[Pattern, int]] = []
        self._exact: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._wild = {"folded": Wildcards(), "exact": Wildcards()}
        self._by_stem: dict[str, tuple[int, dict[str, list[int]]]] = {}

    @property
    def has_stems(self) -> bool:
        """Say whether the language of a token matters."""
        return bool(self._stems)

    def table(self, pattern: Pattern) -> dict[str, int]:
        """Give the numbers of the patterns of this kind, by their texts."""
        if pattern.stream == "stem":
            return self._stems
        return self._wild[pattern.stream].terms if pattern.wildcard else self._exact

    def add(self, pattern: Pattern, term: int) -> None:
        """Take in a pattern that was not there."""
        if pattern.wildcard and pattern.stream != "stem":
            self._wild[pattern.stream].add(pattern.text, term)
        else:
            self.table(pattern)[pattern.text] = term
        self.log.append((pattern, term))

    def fitting(self, form: Form) -> list[int]:
        """Give the terms of all patterns that a token fits; some more than once."""
        folded, exact, readings, language = form
        found = [self._exact[exact]] if exact in self._exact else []
        for each in (folded, *readings):
            found += self._wild["folded"].fitting(each)
        found += self._wild["exact"].fitting(exact)
        if self._stems:
            found += self._stems_in(language).get(cut(stem(folded, language)), ())
        return found

    def fitting_since(self, form: Form, version: int) -> Iterator[int]:
        """Give the terms of the patterns that came since and that a token fits."""
        return (term for pattern, term in self.log[version:] if fits(pattern, form))

    def _stems_in(self, language: str) -> dict[str, list[int]]:
        known, table = self._by_stem.get(language, (0, {}))
        if known < len(self._stems):
            for text, term in list(self._stems.items())[known:]:
                table.setdefault(cut(stem(text, language)), []).append(term)
            self._by_stem[language] = (len(self._stems), table)
        return table


def fits(pattern: Pattern, form: Form) -> bool:
    """Say whether a token fits a pattern."""
    folded, exact, readings, language = form
    match pattern.stream:
        case "stem":
            return cut(stem(folded, language)) == cut(stem(pattern.text, language))
        case "exact":
            forms: tuple[str, ...] = (exact,)
        case "folded":
            forms = (folded, *readings)
    if pattern.wildcard:
        return any(map(compiled(pattern.text).fullmatch, forms))
    return pattern.text in forms


class Vocabulary:
    """The terms there are.

    `words` are folded words of title and text, `asked` the other patterns there; `fields` are the
    same for the words of metadata, `values` the values compared whole.
    """

    def __init__(self) -> None:
        self.size = ALWAYS + 1
        self.words: dict[str, int] = {}
        self.asked = Asked()
        self.fields: dict[str, tuple[dict[str, int], Asked]] = {}
        self.values: dict[str, dict[str, int]] = {}
        # By term: words that no query has had are forgotten when there are too many.
        self._queried = bytearray(self.size)
        self._free: list[int] = []

    def word(self, text: str) -> int:
        """Give the term of a folded word of title or text."""
        term = self.words.get(text)
        if term is None:
            term = self.words[text] = self._next()
        return term

    def pattern(self, pattern: Pattern) -> int:
        """Give the term of what a query looks for in title and text."""
        if pattern.stream == "folded" and not pattern.wildcard:
            term = self.word(pattern.text)
        else:
            term = self._asked(self.asked, pattern)
        self._queried[term] = True
        return term

    def field_pattern(self, field: str, pattern: Pattern) -> int:
        """Give the term of what a query looks for among the words of a metadata field."""
        if field not in self.fields:
            self.fields[field] = ({}, Asked())
        words, asked = self.fields[field]
        if pattern.stream != "folded" or pattern.wildcard:
            return self._asked(asked, pattern)
        if pattern.text not in words:
            words[pattern.text] = self._next()
        return words[pattern.text]

    def value(self, field: str, value: str) -> int:
        """Give the term of a value of a metadata field."""
        table = self.values.setdefault(field, {})
        if value not in table:
            table[value] = self._next()
        return table[value]

    def forget(self) -> list[int]:
        """Forget the words that no query has had; give their terms, which name other things now."""
        gone = [term for term in self.words.values() if not self._queried[term]]
        self.words = {text: term for text, term in self.words.items() if self._queried[term]}
        self._free += gone
        return gone

    def _asked(self, asked: Asked, pattern: Pattern) -> int:
        term = asked.table(pattern).get(pattern.text)
        if term is None:
            term = self._next()
            asked.add(pattern, term)
        return term

    def _next(self) -> int:
        if self._free:
            return self._free.pop()
        self.size += 1
        self._queried.append(False)
        return self.size - 1
