"""In which share of all articles a word is to be expected, by lists of how often words are used."""

import gzip
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from math import exp
from pathlib import Path

import msgspec

from rasad_core.query.ast import Pattern
from rasad_core.text.normalise import fold

# The languages most is written in; of others a word's length must do.
_LANGUAGES = ("en", "ar", "fr", "es", "de", "tr")
WORDS_OF_ARTICLE = 500
# Words used less than this often are as good as any other rare ones.
_RAREST = 2e-6
_UNLISTED = 2e-7
# How many articles have a value of such a field, roughly; of the others few.
_SHARES = {"origin": 1.0, "lang": 0.3, "country": 0.2, "topic": 0.2, "section": 0.1}
_SHARE = 0.02


def share_of_value(field: str) -> float:
    """Guess in which share of articles a value of a metadata field is."""
    return _SHARES.get(field, _SHARE)


def share_of_word(text: str) -> float:
    """Guess in which share of articles a folded word is, wildcards in it allowed; 0 to 1.

    The lists are read at the first call: 0.4 s, and 11 MB for good.
    """
    words, sums = _listed()
    first = text.partition("*")[0].partition("?")[0]
    if first != text and len(first) < 2:
        # Letters anywhere fit twice as many words for each that is missing.
        letters = len(text) - text.count("*") - text.count("?")
        return min(1.0, 2.0 ** (2 - letters))
    low = high = bisect_left(words, first)
    if first != text:
        high = bisect_left(words, f"{first}\U0010ffff")
    elif low < len(words) and words[low] == text:
        high += 1
    often = sums[high] - sums[low] + (_UNLISTED if first == text else _RAREST)
    return 1 - exp(-WORDS_OF_ARTICLE * often)


def word_of(pattern: Pattern) -> str:
    """Give the folded word, or the beginning of words, to ask `share_of_word` for."""
    match pattern.stream:
        case "exact":
            return fold(pattern.text)
        case "stem":
            # The words of a stem begin alike, but for the ending.
            return f"{pattern.text[: max(3, len(pattern.text) - 2)]}*"
    return pattern.text


@cache
def _listed() -> tuple[list[str], list[float]]:
    """Give the words of the lists in their order, and the sums of how often each is used."""
    often: dict[str, float] = {}
    for language in _LANGUAGES:
        for centibels, words in enumerate(_bins(language)):
            frequency = 10 ** (-centibels / 100) / len(_LANGUAGES)
            if frequency < _RAREST:
                break
            for word in words:
                form = fold(word)
                often[form] = often.get(form, 0.0) + frequency
    words = sorted(often)
    return words, [0.0, *accumulate(often[word] for word in words)]


def _bins(language: str) -> list[list[str]]:
    """Read wordfreq's list without importing it, which takes longer than all the rest."""
    spec = find_spec("wordfreq")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / f"small_{language}.msgpack.gz"
    _, *bins = msgspec.msgpack.decode(gzip.decompress(path.read_bytes()))
    return msgspec.convert(bins, list[list[str]])
