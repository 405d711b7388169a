"""Snowball stems: what `~word` compares, within one language."""

from collections.abc import Callable
from functools import cache, lru_cache

import Stemmer

from rasad_core.text.arabic import readings

# BCP 47 primary subtags of the languages that Snowball has an algorithm for.
_ALGORITHMS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech",
    "da": "danish", "nl": "dutch", "en": "english", "eo": "esperanto", "et": "estonian",
    "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi",
    "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
# One language of each algorithm, and one without.
LANGUAGES = (*{algorithm: language for language, algorithm in _ALGORITHMS.items()}.values(), "und")


def algorithm_of(language: str) -> str:
    """Name the algorithm of a language; nothing where there is none."""
    return _ALGORITHMS.get(language.partition("-")[0].lower(), "")


@lru_cache(maxsize=50_000)
def stem(folded: str, language: str) -> str:
    """Give the stem of a folded token; the token itself in a language without an algorithm.

    Arabic proclitics come off first, the same ones `readings` takes off.
    """
    algorithm = algorithm_of(language)
    if not algorithm:
        return folded
    if algorithm == "arabic":
        folded = (folded, *readings(folded))[-1]
    return _stemmer(algorithm)(folded) or folded


@cache
def _stemmer(algorithm: str) -> Callable[[str], str]:
    # Without a cache of its own, since `stem` has one. Threads may share it: it keeps the GIL.
    stem_word: Callable[[str], str] = Stemmer.Stemmer(algorithm, 0).stemWord
    return stem_word
