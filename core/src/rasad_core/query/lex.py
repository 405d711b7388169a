"""A query's characters to lexemes: words, phrases, operators, fields, parentheses.

Nothing is refused here but what other systems write for an operator (`foreign`); every other
refusal needs to know where a lexeme stands and is the parser's.
"""

import re
from typing import Literal, NamedTuple

from rasad_core.fields import FIELD_BY_NAME, TEXT_FIELDS
from rasad_core.query.errors import QueryError
from rasad_core.query.foreign import foreign

# near: NEAR, NEAR/n, ONEAR/n, the distance unchecked. function: `case` or `atleastN` before a
# parenthesis. stem: `~word`. end: what the parser finds behind the last one.
Kind = Literal[
    "word",
    "phrase",
    "stem",
    "and",
    "or",
    "not",
    "near",
    "open",
    "close",
    "field",
    "function",
    "end",
]

# Straight and curly marks close each other, guillemets each other, whichever way they point.
_MARKS, _GUILLEMETS = '"“”„‟＂', "«»"
_SEPARATORS = ",،؛;，；、"
# Bidi marks and their like, which editors leave around words and nobody sees.
_UNSEEN = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_ENDS = rf"\s{_UNSEEN}()（）{_MARKS}{_GUILLEMETS}{_SEPARATORS}"
_FIELDS = "|".join((*FIELD_BY_NAME, *TEXT_FIELDS))


def _compiled(comment: str) -> "re.Pattern[str]":
    """One alternative a kind, tried in this order; a comma between two digits is no space.

    `plain` is a word of letters alone with a space behind: most are, and nothing else can begin so.
    """
    return re.compile(
        rf"""
    [\s{_UNSEEN}{_SEPARATORS}]*+
    (?:(?P<plain>\w++(?=[\s)]|\Z))
  | (?P<comment>{comment})
  | (?P<open>[(（])
  | (?P<close>[)）])
  | (?P<phrase>[=~]?(?:[{_MARKS}][^{_MARKS}]*[{_MARKS}]
                     |[{_GUILLEMETS}][^{_GUILLEMETS}]*[{_GUILLEMETS}]))
  | (?P<unclosed>[=~]?[{_MARKS}{_GUILLEMETS}])
  | (?P<function>(?i:case|atleast\d*)(?=[(（]))
  | (?P<field>(?i:{_FIELDS})[:：]|[^\W\d]\w*[:：](?!//))
  | (?P<word>[^{_ENDS}]++(?:(?<=\d)[,،](?=\d)[^{_ENDS}]++)*+)
  | \Z)
    """,
        re.VERBOSE | re.MULTILINE,
    )


_BEFORE_SPACE = r"\#(?=\s|\Z)[^\n]*"
_LEXEME = _compiled(rf"{_BEFORE_SPACE}|^\#[^\n]*")
_LEXEME_WITHOUT_LINES = _compiled(_BEFORE_SPACE)
_OPERATORS: dict[str, Kind] = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "و": "and",
    "أو": "or",
    "او": "or",
    "ليس": "not",
    "NEAR": "near",
    "ONEAR": "near",
}
_PARENTHESES = frozenset(("open", "close"))
_NEAR = re.compile(r"O?NEAR/\d+")


class Lexeme(NamedTuple):
    """A piece of a query; `text` is the inside of a phrase, the name of a field, or as typed."""

    kind: Kind
    text: str
    start: int
    end: int
    exact: bool = False


class Lexed(NamedTuple):
    """A query in pieces. `unclosed` is where quotation marks stand that are never closed."""

    lexemes: list[Lexeme]
    errors: list[QueryError]
    comments: list[Lexeme]
    unclosed: list[int]


def lex(query: str) -> Lexed:
    """Cut a query into lexemes.

    `#` begins a comment at the start of a line or before white space; elsewhere `#tag` is a
    hashtag. A query that would be nothing but comments has hashtags instead.
    """
    lexed = _lex(_LEXEME, query)
    if not lexed.lexemes and any(comment.text[1:2].strip() for comment in lexed.comments):
        return _lex(_LEXEME_WITHOUT_LINES, query)
    return lexed


def _lex(pattern: "re.Pattern[str]", query: str) -> Lexed:
    lexed = Lexed([], [], [], [])
    append, operator_of, new = lexed.lexemes.append, _OPERATORS.get, tuple.__new__
    for match in pattern.finditer(query):
        kind = match.lastgroup
        if kind is None:
            continue
        text = match[kind]
        start, end = match.span(kind)
        if kind == "plain":
            operator = operator_of(text)
            if operator is None and text.isupper():  # NEAR5, ANDNOT and the like, or a name
                _word(query, lexed, text, start, end)
            else:
                # Half the time of calling the class: there are millions when alerts are loaded.
                append(new(Lexeme, (operator or "word", text, start, end, False)))
        elif kind in _PARENTHESES:
            append(new(Lexeme, (kind, text, start, end, False)))
        else:
            _rarer(query, lexed, kind, text, start)
    return lexed


def _rarer(query: str, lexed: Lexed, kind: str, text: str, start: int) -> None:
    append, end = lexed.lexemes.append, start + len(text)
    match kind:
        case "word":
            if operator := _OPERATORS.get(text):
                append(Lexeme(operator, text, start, end))
            else:
                _word(query, lexed, text, start, end)
        case "phrase":
            mark = text[0] if text[0] in "=~" else ""
            inside = text[1 + len(mark) : -1]
            stem: Kind = "stem" if mark == "~" else "phrase"
            append(Lexeme(stem, inside, start, end, mark == "="))
        case "field":
            append(Lexeme("field", text[:-1], start, end))
        case "function":
            append(Lexeme("function", text, start, end))
        case "comment":
            lexed.comments.append(Lexeme("word", text, start, end))
        case _:
            lexed.unclosed.append(start)


def _word(query: str, lexed: Lexed, text: str, start: int, end: int) -> None:
    if _NEAR.fullmatch(text):
        lexed.lexemes.append(Lexeme("near", text, start, end))
        return
    if not _is_value(lexed.lexemes, start) and (found := foreign(query, text, start, end)):
        lexed.errors.append(found.error)
        if found.stand_in is not None:
            lexed.lexemes.append(Lexeme(found.stand_in, text, start, end))
        return
    mark = text[0] if text[0] in "=~" else ""
    kind: Kind = "stem" if mark == "~" else "word"
    lexed.lexemes.append(Lexeme(kind, text[len(mark) :], start, end, mark == "="))


def _is_value(lexemes: list[Lexeme], start: int) -> bool:
    """Say whether a metadata field stands before, whose values may begin with signs: -7d, >200."""
    last = lexemes[-2:]
    if last and last[-1].kind == "open":
        last.pop()
    if not last or last[-1].kind != "field":
        return False
    return last[-1].text.casefold() in FIELD_BY_NAME or last[-1].end == start
