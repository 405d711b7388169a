"""How common a folded word is in a language, by `wordfreq`."""

import math
from collections.abc import Mapping
from functools import cache

import wordfreq

from rasad_core.text.normalise import fold

# The short lists hold the 28,000 to 63,000 words above one in a million: what is rarer is rare
# enough for everything here, and the long lists cost 30 MB each.
_LIST = "small"
# A word that is on no list counts as just below the rarest on it.
RARE = 2.5
# wordfreq's own codes.
_CODES = {"no": "nb", "hr": "sh", "sr": "sh", "bs": "sh", "tl": "fil"}


def zipf(word: str, language: str) -> float:
    """Give log10 of the occurrences in a billion words: 7 is `the`, 3 one in a million."""
    return _table(language).get(word, RARE)


def has_words(language: str) -> bool:
    """Say whether there is a list for the language at all."""
    return bool(_table(language))


@cache
def _table(language: str) -> Mapping[str, float]:
    code = _CODES.get(language, language)
    if code not in _available():
        return {}
    summed: dict[str, float] = {}
    for word, frequency in wordfreq.get_frequency_dict(code, _LIST).items():
        folded = fold(word)
        summed[folded] = summed.get(folded, 0.0) + frequency
    return {word: math.log10(frequency) + 9 for word, frequency in summed.items()}


@cache
def _available() -> frozenset[str]:
    return frozenset(wordfreq.available_languages(_LIST))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give the words so common that no phrase begins or ends with one: the 200 first of the list.

    100 left في هذا خلال in phrases, 400 took Egypt and China out of them.
    """
    table = _table(language)
    return frozenset(sorted(table, key=lambda word: -table[word])[:200])
