"""In which share of all articles a term is: what makes one anchor better than another."""

from collections.abc import Callable

from rasad_core.query.ast import Pattern
from rasad_core.query.engine.vocabulary import Vocabulary
from rasad_core.query.rarity import share_of_value, share_of_word, word_of

# How many articles what is known beforehand is worth.
_PRIOR = 200


class Frequencies:
    """The vocabulary as the compiler of queries uses it: numbers, and the share of each."""

    def __init__(self, vocabulary: Vocabulary, met: Callable[[int], int]) -> None:
        self.articles = 0
        self._vocabulary = vocabulary
        self._met = met
        self._before: dict[int, float] = {}

    def pattern(self, pattern: Pattern) -> int:
        """Give the term of a word of title and text."""
        term = self._vocabulary.pattern(pattern)
        if term not in self._before:
            self._before[term] = share_of_word(word_of(pattern))
        return term

    def field_pattern(self, field: str, pattern: Pattern) -> int:
        """Give the term of a word of a metadata field."""
        term = self._vocabulary.field_pattern(field, pattern)
        self._before.setdefault(term, share_of_value(field))
        return term

    def value(self, field: str, value: str) -> int:
        """Give the term of a value of a metadata field."""
        term = self._vocabulary.value(field, value)
        self._before.setdefault(term, share_of_value(field))
        return term

    def share(self, term: int) -> float:
        """Say in which share of all articles a term is, by the lists and the articles so far."""
        expected = self._before[term]
        if not self.articles:
            return expected
        return (expected * _PRIOR + self._met(term)) / (_PRIOR + self.articles)
