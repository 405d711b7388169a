"""Snowball stems: what `~word` compares, within one language."""

from functools import lru_cache

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


@lru_cache(maxsize=50_000)
def stem(folded: str, language: str) -> str:
    """Give the stem of a folded token; the token itself in a language without an algorithm.

    Arabic proclitics come off first, the same ones `readings` takes off.
    """
    stemmer = _stemmer(language)
    if stemmer is None:
        return folded
    if language.startswith("ar"):
        folded = (folded, *readings(folded))[-1]
    return stemmer.stemWord(folded) or folded


@lru_cache(maxsize=64)
def _stemmer(language: str) -> "Stemmer.Stemmer | None":
    algorithm = _ALGORITHMS.get(language.partition("-")[0].lower())
    # No cache of its own: `stem` has one. A stemmer is called under the GIL and never yields it.
    return None if algorithm is None else Stemmer.Stemmer(algorithm, 0)
