"""The characters of a foreign query to lexemes, one cutter for all systems."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from rasad_core.query.vendors.dialect import Dialect

# near: a distance, NOT before it included. compared: LENGTH > 200, tone<-5. loose: ^9 and ~5 behind
# a word, phrase or group. bracket: [1 TO 9]. sign: - + ! before a word or group.
Kind = Literal[
    "word", "phrase", "braces", "bracket", "open", "close", "and", "or", "not", "near", "field",
    "function", "compared", "loose", "sign", "comment", "unclosed",
]  # fmt: skip

_MARKS, _GUILLEMETS = '"“”„‟＂', "«»"
_UNSEEN = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_ENDS = rf"\s{_UNSEEN}()（）{_MARKS}{_GUILLEMETS}"
_SEPARATORS = ",;،؛；，、"
# Editors make longer ones of the minus.
DASHES = "-–—−"
_DASHES = rf"\{DASHES}"  # within brackets of a pattern
_OPERATORS: dict[str, Kind] = {
    "AND": "and", "&&": "and", "OR": "or", "||": "or", "|": "or", "NOT": "not", "ANDNOT": "not",
}  # fmt: skip
_VALUE = re.compile(rf"[^{_ENDS}\[{{]+")


class Lexeme(NamedTuple):
    """A piece of a query; `text` is the inside of a phrase or braces, or a name without its sign.

    A field's `text` ends before the colon, a function's before its parenthesis.
    """

    kind: Kind
    text: str
    start: int
    end: int


@lru_cache(maxsize=16)
def _pattern(functions: tuple[str, ...], small: bool, braces: bool) -> "re.Pattern[str]":  # noqa: FBT001  lru_cache
    names = "|".join((*functions, r"atl(?:east)?\d+"))
    bare = "(?i:O?NEAR)" if small else "O?NEAR"
    comment = r"|(?P<comment><<<)|(?P<braces>\{[^{}]*\})" if braces else ""
    end = rf"(?=[{_ENDS}]|\Z)"
    return re.compile(
        rf"""
    [\s{_UNSEEN}{_SEPARATORS}]+
  {comment}
  | (?P<open>[(（])
  | (?P<close>[)）])
  | (?P<phrase>[{_MARKS}][^{_MARKS}]*[{_MARKS}] | [{_GUILLEMETS}][^{_GUILLEMETS}]*[{_GUILLEMETS}])
  | (?P<unclosed>[{_MARKS}{_GUILLEMETS}])
  | (?P<bracket>\[[^\[\]]*\])
  | (?P<loose>(?<=[^\s{_UNSEEN}])[~^]\d+(?:\.\d+)?)
  | (?P<near>(?i:NOT\s+)?
      (?: (?i:O?NEAR|W|PRE|WITHIN|ADJ|NEXT)/(?i:\d+f?|s|p|seg|sent|para)
        | (?<![^\s{_UNSEEN})）{_MARKS}{_GUILLEMETS}])/(?i:\d+|s|p|seg|sent|para)
        | {bare}){end})
  | (?P<not>BUT\s+NOT{end})
  | (?P<function>(?i:{names})(?=[(（]))
  | (?P<compared>[^\W\d]\w*\s*(?:[<>]=?|=)\s*-?\d[\w./-]*
      | (?i:length|date)\(\s*[<>]=?\s*[\w./-]+\s*\))
  | (?P<field>[^\W\d][\w.-]*[:：](?!//))
  | (?P<sign>[+!{_DASHES}](?=[^\s{_UNSEEN}{_SEPARATORS}+!{_DASHES}]))
  | (?P<word>(?:(?![~^]\d)(?:[^{_ENDS}{_SEPARATORS}]|[{_SEPARATORS}](?=[^{_ENDS}{_SEPARATORS}])))+)
  | (?P<odd>.)
    """,
        re.VERBOSE | re.DOTALL,
    )


def cut(text: str, dialect: Dialect) -> list[Lexeme]:
    """Cut a query into lexemes; whatever is typed, each character that says anything is in one."""
    return list(_lexemes(text, dialect))


def _lexemes(text: str, dialect: Dialect) -> Iterator[Lexeme]:
    pattern = _pattern(tuple(dialect.functions), dialect.small_operators, dialect.braces)
    at, last, closing = 0, None, 0
    while at < len(text):
        if last is not None and last.kind == "field" and last.end == at:
            found = _VALUE.match(text, at) or pattern.match(text, at)
        else:
            found = pattern.match(text, at)
        if found is None:  # pragma: no cover  the last alternative takes any character
            return
        start, at = found.span()
        kind = "word" if found.re is _VALUE else found.lastgroup
        if kind is None:
            continue
        if kind == "comment":
            closing = text.find(">>>", at) if closing >= 0 else closing
            at = closing + 3 if closing >= 0 else len(text)
        last = _lexeme(kind, text[start:at], start, at, dialect)
        if found.re is _VALUE:
            last = last._replace(kind="word")
        yield last


def _lexeme(kind: str, text: str, start: int, end: int, dialect: Dialect) -> Lexeme:
    match kind:
        case "word" | "odd":
            spelled = text.upper() if dialect.small_operators else text
            return Lexeme(_OPERATORS.get(spelled, "word"), text, start, end)
        case "phrase" | "braces":
            return Lexeme("phrase" if kind == "phrase" else "braces", text[1:-1], start, end)
        case "field":
            return Lexeme("field", text[:-1], start, end)
    plain: dict[str, Kind] = {
        "open": "open", "close": "close", "unclosed": "unclosed", "bracket": "bracket",
        "loose": "loose", "near": "near", "not": "not", "function": "function",
        "compared": "compared", "sign": "sign", "comment": "comment",
    }  # fmt: skip
    return Lexeme(plain[kind], text, start, end)
