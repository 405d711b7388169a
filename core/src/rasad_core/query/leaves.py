"""Words and phrases of a query, taken through the analysis chain."""

import re
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from rasad_core.query.ast import Pattern, Stream
from rasad_core.query.errors import Code, refuse
from rasad_core.query.lex import Kind, Lexeme
from rasad_core.text.normalise import fold
from rasad_core.text.tokenise import is_cjk, query_tokens

_FEWEST_LETTERS = 2
_SIGNS = frozenset("=~")
# In an address `?` begins its parameters, and no sign in it is an operator or a wildcard.
_ADDRESS = re.compile(r"=?(?:[a-z][a-z0-9+.-]*://|www\.)", re.IGNORECASE)
# Two mean what one does, and are one everywhere.
_STARS = re.compile(r"\*{2,}")
_SIGNS_OF_ADDRESS = re.compile(r"[*?]")


# Words that no way of cutting parts, each with a star behind or none: most words of most queries,
# and taken in a third of the time.
_EASY_WORD = r"(?:[A-Za-z0-9]++|[\u0621-\u063A\u0641-\u064A]++)(?:(?<=..)\*)?"
_EASY = re.compile(rf"{_EASY_WORD}(?:[ ]{_EASY_WORD})*+")
# Longer ones are rare, and no two of them alike; nor need shorter ones be cut (LANGUAGE 25).
_REMEMBERED_CHARACTERS = 64


class _Fault(NamedTuple):
    code: Code
    message: str
    suggestion: str


def build_patterns(lexeme: Lexeme) -> tuple[Pattern, ...]:
    """Give what stands side by side in a word or phrase; raises `QueryRefused` (LANGUAGE 8)."""
    kind, text, start, end, is_exact = lexeme
    if (
        kind == "word"
        and not is_exact
        and text.isascii()
        and text.isalnum()
        and len(text) <= _REMEMBERED_CHARACTERS
    ):
        # As quick as remembering it, which words seldom asked for would only push others out of.
        return (Pattern(text=text.lower()),)
    if len(text) <= _REMEMBERED_CHARACTERS:
        found = _found(text, kind, is_exact)
    else:
        found = _found.__wrapped__(text, kind, is_exact)
    if isinstance(found, _Fault):
        raise refuse(found.code, found.message, start, end, found.suggestion)
    return found


# Queries repeat their words, within one and from one to the next.
@lru_cache(maxsize=50_000)
def _found(text: str, kind: Kind, is_exact: bool) -> tuple[Pattern, ...] | _Fault:  # noqa: FBT001  lru_cache is fastest so
    """Give the patterns, or what is wrong."""
    if len(text) <= _REMEMBERED_CHARACTERS and kind != "stem" and _EASY.fullmatch(text):
        return tuple(_easy(word, "exact" if is_exact else "folded") for word in text.split(" "))
    if text[:1] in _SIGNS and kind != "phrase" and (is_exact or kind == "stem"):
        message = f"`{text}`: one sign stands before a word, = or ~."
        return _Fault(Code.UNKNOWN_OPERATOR, message, text.lstrip("=~") or "leave it out")
    typed = text
    if kind == "word" and _ADDRESS.match(text):
        text = _SIGNS_OF_ADDRESS.sub(" ", text)
    patterns = _patterns(text, "exact" if is_exact else "folded")
    if "*" in text or "?" in text:
        if kind == "stem":
            message = f"`~{text}`: a stem has no wildcards; choose one of the two."
            return _Fault(Code.STEM_WILDCARD, message, text)
        if (fault := _wildcard_fault(text, patterns, is_exact=is_exact)) is not None:
            return fault
    if not patterns:
        sign = "=" if is_exact else "~" if kind == "stem" else ""
        message = f"`{sign}{typed}` holds no letter or digit to search for."
        return _Fault(Code.NO_TOKEN, message, "leave it out")
    return tuple(map(_as_stem, patterns)) if kind == "stem" else patterns


def _easy(word: str, stream: Stream) -> Pattern:
    if word[-1] == "*":
        form = word if stream == "exact" else f"{fold(word[:-1])}*"
        return Pattern(text=form, stream=stream, wildcard=True)
    return Pattern(text=word if stream == "exact" else fold(word), stream=stream)


def _as_stem(pattern: Pattern) -> Pattern:
    """Ask for the stem; a script without spaces has no endings, and is compared as ever."""
    if pattern.wildcard or is_cjk(pattern.text):
        return pattern
    return replace(pattern, stream="stem")


def _patterns(text: str, stream: Stream) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(text=_STARS.sub("*", token.text), stream=stream, wildcard=token.wildcard)
        for token in query_tokens(text, exact=stream == "exact")
    )


def _wildcard_fault(text: str, patterns: tuple[Pattern, ...], *, is_exact: bool) -> _Fault | None:
    for chunk in text.split():
        if "*" not in chunk and "?" not in chunk:
            continue
        bare = chunk.replace("*", "").replace("?", "")
        if is_cjk(chunk):
            message = f"`{chunk}`: this script is searched by its letters, without wildcards."
            return _Fault(Code.WILDCARD_IN_CJK, message, bare)
        stream: Stream = "exact" if is_exact else "folded"
        short = [p.text for p in _patterns(chunk, stream) if p.wildcard and _is_short(p.text)]
        if short or not bare:
            message = f"`{chunk}`: at least {_FEWEST_LETTERS} letters must stand beside a wildcard."
            return _Fault(Code.WILDCARD_TOO_SHORT, message, bare or "leave it out")
    for pattern in patterns:
        if pattern.wildcard and _is_short(pattern.text) and not is_cjk(pattern.text):
            message = f"`{pattern.text}`: at least {_FEWEST_LETTERS} letters must stand beside it."
            return _Fault(Code.WILDCARD_TOO_SHORT, message, "leave it out")
    return None


def _is_short(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) < _FEWEST_LETTERS
