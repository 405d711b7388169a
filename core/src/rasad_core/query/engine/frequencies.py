"""In which share of all articles a term is: what makes one anchor better than another."""

from array import array
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
        # By term; an array, since there may be a million. Below 0: not looked up yet.
        self._before = array("f")

    def pattern(self, pattern: Pattern) -> int:
        """Give the term of a word of title and text."""
        term = self._vocabulary.pattern(pattern)
        before = self._before
        if term >= len(before) or before[term] < 0:
            self._expect(term, share_of_word(word_of(pattern)))
        return term

    def field_pattern(self, field: str, pattern: Pattern) -> int:
        """Give the term of a word of a metadata field."""
        return self._of_field(field, self._vocabulary.field_pattern(field, pattern))

    def value(self, field: str, value: str) -> int:
        """Give the term of a value of a metadata field."""
        return self._of_field(field, self._vocabulary.value(field, value))

    def share(self, term: int) -> float:
        """Say in which share of all articles a term is, by the lists and the articles so far."""
        expected = self._before[term]
        if not self.articles:
            return expected
        return (expected * _PRIOR + self._met(term)) / (_PRIOR + self.articles)

    def _of_field(self, field: str, term: int) -> int:
        if term >= len(self._before) or self._before[term] < 0:
            self._expect(term, share_of_value(field))
        return term

    def _expect(self, term: int, share: float) -> None:
        if term >= len(self._before):
            self._before.extend([-1.0] * (self._vocabulary.size - len(self._before)))
        self._before[term] = share
