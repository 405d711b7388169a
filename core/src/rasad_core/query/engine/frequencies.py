"""In which share of all articles a term is: what makes one anchor better than another."""

from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from math import exp

from rasad_core.query.ast import Pattern
from rasad_core.query.engine.vocabulary import Vocabulary
from rasad_core.text.normalise import fold

# The languages most is written in; of others a word's length must do.
_LANGUAGES = ("en", "ar", "fr", "es", "de", "tr")
_WORDS_OF_ARTICLE = 500
# Words used less than this often are as good as any other rare ones.
_RAREST = 2e-6
_UNLISTED = 2e-7
# How many articles what is known beforehand is worth.
_PRIOR = 200
# How many articles have a value of such a field, roughly; of the others few.
_SHARES = {"origin": 1.0, "lang": 0.3, "country": 0.2, "topic": 0.2, "section": 0.1}
_SHARE = 0.02


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
            self._before[term] = _expected(pattern)
        return term

    def field_pattern(self, field: str, pattern: Pattern) -> int:
        """Give the term of a word of a metadata field."""
        term = self._vocabulary.field_pattern(field, pattern)
        self._before.setdefault(term, _SHARE)
        return term

    def value(self, field: str, value: str) -> int:
        """Give the term of a value of a metadata field."""
        term = self._vocabulary.value(field, value)
        self._before.setdefault(term, _SHARES.get(field, _SHARE))
        return term

    def share(self, term: int) -> float:
        """Say in which share of all articles a term is, by the lists and the articles so far."""
        expected = self._before[term]
        if not self.articles:
            return expected
        return (expected * _PRIOR + self._met(term)) / (_PRIOR + self.articles)


def _expected(pattern: Pattern) -> float:
    words, sums = _listed()
    text = pattern.text
    if pattern.stream == "exact":
        text = fold(text)
    first = text.partition("*")[0].partition("?")[0]
    if pattern.wildcard and len(first) < 2:
        # Letters anywhere fit more words by each that is missing.
        return min(1.0, 0.5 ** (len(text) - 4))
    if pattern.stream == "stem":
        # The words of a stem begin alike, but for the ending.
        first = text[: max(3, len(text) - 2)]
    low = high = bisect_left(words, first)
    if first != text:
        high = bisect_left(words, f"{first}\U0010ffff")
    elif low < len(words) and words[low] == text:
        high += 1
    often = sums[high] - sums[low] + (_UNLISTED if first == text else _RAREST)
    return 1 - exp(-_WORDS_OF_ARTICLE * often)


@cache
def _listed() -> tuple[list[str], list[float]]:
    """Give the words of the lists in their order, and the sums of how often each is used."""
    import wordfreq

    often: dict[str, float] = {}
    for language in _LANGUAGES:
        bins = wordfreq.read_cBpack(str(wordfreq.available_languages("small")[language]))
        for centibels, words in enumerate(bins):
            frequency = 10 ** (-centibels / 100) / len(_LANGUAGES)
            if frequency >= _RAREST:
                for word in words:
                    form = fold(word)
                    often[form] = often.get(form, 0.0) + frequency
    words = sorted(often)
    return words, [0.0, *accumulate(often[word] for word in words)]
