"""Words and phrases of a query, taken through the analysis chain."""

from rasad_core.query.ast import Pattern, Stream, Words
from rasad_core.query.errors import Code, refuse
from rasad_core.query.lex import Lexeme
from rasad_core.text.tokenise import is_cjk, query_tokens

_FEWEST_LETTERS = 2


def build_words(lexeme: Lexeme, query: str) -> Words:
    """Build the leaf of a word or phrase; raises `QueryRefused` when it holds no token."""
    return Words(
        patterns=build_patterns(lexeme),
        written=query[lexeme.start : lexeme.end],
        start=lexeme.start,
        end=lexeme.end,
    )


def build_patterns(lexeme: Lexeme) -> tuple[Pattern, ...]:
    """Give what stands side by side in a lexeme, wildcards checked (LANGUAGE 8)."""
    tokens = query_tokens(lexeme.text, exact=lexeme.exact)
    if not tokens:
        message = f"`{lexeme.text}` holds no letter or digit to search for."
        raise refuse(Code.NO_TOKEN, message, lexeme.start, lexeme.end)
    typed_wildcard = "*" in lexeme.text or "?" in lexeme.text
    if typed_wildcard:
        _check_wildcards(lexeme, [token.text for token in tokens if token.wildcard])
    stream: Stream = "exact" if lexeme.exact else "folded"
    return tuple(
        Pattern(text=token.text, stream=stream, wildcard=token.wildcard) for token in tokens
    )


def _check_wildcards(lexeme: Lexeme, wild: list[str]) -> None:
    if is_cjk(lexeme.text):
        message = f"`{lexeme.text}`: this script is searched by its letters, without stars."
        suggestion = lexeme.text.replace("*", "").replace("?", "")
        raise refuse(Code.WILDCARD_IN_CJK, message, lexeme.start, lexeme.end, suggestion)
    for text in wild:
        if sum(letter.isalnum() for letter in text) < _FEWEST_LETTERS:
            message = f"`{text}`: at least {_FEWEST_LETTERS} letters must stand beside a wildcard."
            raise refuse(Code.WILDCARD_TOO_SHORT, message, lexeme.start, lexeme.end)
