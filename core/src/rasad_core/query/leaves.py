"""Words and phrases of a query, taken through the analysis chain."""

import re
from functools import lru_cache

from msgspec.structs import replace

from rasad_core.query.ast import Pattern, Stream
from rasad_core.query.errors import Code, refuse
from rasad_core.query.lex import Lexeme
from rasad_core.text.tokenise import is_cjk, query_tokens

_FEWEST_LETTERS = 2
# In an address `?` begins its parameters, and no sign in it is an operator or a wildcard.
_ADDRESS = re.compile(r"=?(?:[a-z][a-z0-9+.-]*://|www\.)", re.IGNORECASE)
_SIGNS_OF_ADDRESS = re.compile(r"[*?]")


def build_patterns(lexeme: Lexeme) -> tuple[Pattern, ...]:
    """Give what stands side by side in a word or phrase; raises `QueryRefused` (LANGUAGE 8)."""
    text = lexeme.text
    if lexeme.kind == "word" and _ADDRESS.match(text):
        text = _SIGNS_OF_ADDRESS.sub(" ", text)
    patterns = _patterns(text, "exact" if lexeme.exact else "folded")
    if "*" in text or "?" in text:
        _check_wildcards(lexeme, text, patterns)
    if not patterns:
        sign = "=" if lexeme.exact else "~" if lexeme.kind == "stem" else ""
        message = f"`{sign}{lexeme.text}` holds no letter or digit to search for."
        raise refuse(Code.NO_TOKEN, message, lexeme.start, lexeme.end, "leave it out")
    return patterns


def build_stems(lexeme: Lexeme) -> tuple[Pattern, ...]:
    """Give the same for `~word`; raises `QueryRefused` for wildcards too.

    A script without spaces has no endings to take off: its tokens are compared as ever.
    """
    text = lexeme.text
    if "*" in text or "?" in text:
        message = f"`~{text}`: a stem has no wildcards; choose one of the two."
        raise refuse(Code.STEM_WILDCARD, message, lexeme.start, lexeme.end, text)
    return tuple(
        pattern if pattern.wildcard or is_cjk(pattern.text) else replace(pattern, stream="stem")
        for pattern in build_patterns(lexeme)
    )


# Queries repeat their words, within one and from one to the next.
@lru_cache(maxsize=50_000)
def _patterns(text: str, stream: Stream) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(text=token.text, stream=stream, wildcard=token.wildcard)
        for token in query_tokens(text, exact=stream == "exact")
    )


def _check_wildcards(lexeme: Lexeme, text: str, patterns: tuple[Pattern, ...]) -> None:
    place = lexeme.start, lexeme.end
    for chunk in text.split():
        if "*" not in chunk and "?" not in chunk:
            continue
        bare = chunk.replace("*", "").replace("?", "")
        if is_cjk(chunk):
            message = f"`{chunk}`: this script is searched by its letters, without wildcards."
            raise refuse(Code.WILDCARD_IN_CJK, message, *place, bare)
        short = [
            p.text
            for p in _patterns(chunk, "exact" if lexeme.exact else "folded")
            if p.wildcard and _is_short(p.text)
        ]
        if short or not bare:
            message = f"`{chunk}`: at least {_FEWEST_LETTERS} letters must stand beside a wildcard."
            raise refuse(Code.WILDCARD_TOO_SHORT, message, *place, bare or "leave it out")
    for pattern in patterns:
        if pattern.wildcard and _is_short(pattern.text) and not is_cjk(pattern.text):
            message = f"`{pattern.text}`: at least {_FEWEST_LETTERS} letters must stand beside it."
            raise refuse(Code.WILDCARD_TOO_SHORT, message, *place, "leave it out")


def _is_short(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) < _FEWEST_LETTERS
