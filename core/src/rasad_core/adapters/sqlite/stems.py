"""Stems as the index keeps them: by language, of words as FTS5 has them."""

from rasad_core.adapters.sqlite.streams import encode_token, plain_token
from rasad_core.text.normalise import cut
from rasad_core.text.stem import algorithm_of, stem


def stemmed_language(language: str) -> str:
    """Give the primary subtag of a language in which words have stems, or nothing."""
    return language.partition("-")[0].lower() if algorithm_of(language) else ""


def stem_of(term: str, language: str) -> str:
    """Give the stem of a word, both as the index has them."""
    return encode_token(cut(stem(plain_token(term), language)))
