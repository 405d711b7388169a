"""A query's characters to lexemes: words, phrases, operators, fields, parentheses."""

import re
from collections.abc import Iterator
from typing import Literal

from rasad_core.events import Frozen
from rasad_core.query.errors import Code, refuse

Kind = Literal["word", "phrase", "and", "or", "not", "open", "close", "field", "comma", "later"]

_QUOTES = '"“”„‟«»＂'
_SEPARATORS = ",،؛;，、"
# One alternative a kind; `word` last. A comma or semicolon between two digits belongs to a number.
_LEXEME = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<comment>\#(?=\s|\Z)[^\n]*)
  | (?P<phrase>=?[{_QUOTES}](?P<inner>[^{_QUOTES}]*)[{_QUOTES}])
  | (?P<quote>=?[{_QUOTES}])
  | (?P<open>[(（])
  | (?P<close>[)）])
  | (?P<comma>[{_SEPARATORS}])
  | (?P<later>(?:[Aa][Tt][Ll][Ee][Aa][Ss][Tt]\d+|case|CASE)(?=[(（]))
  | (?P<field>(?P<name>[^\W\d]\w*):(?!//)\s*)
  | (?P<word>(?:[^\s()（）{_QUOTES}{_SEPARATORS}]|(?<=\d)[,;](?=\d))+)
    """,
    re.VERBOSE,
)
_COMMENT_LINE = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_OPERATORS: dict[str, Kind] = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "و": "and",
    "أو": "or",
    "او": "or",
    "ليس": "not",
}
_PROXIMITY = re.compile(r"(O?NEAR)(?:/(\d+))?")
_FOREIGN = {"&": "AND", "&&": "AND", "|": "OR", "||": "OR", "!": "NOT", "ANDNOT": "AND NOT"}
_FOREIGN_PROXIMITY = re.compile(r"(?:[A-Z]{1,9}|w|pre|near|onear)/\d+|(?:NEAR|W)\d+")
# A sign before a digit belongs to a date counted back: published:-7d.
_SIGNED = re.compile(r"[-+!](?=[^\W\d_])")
_MAX_DISTANCE = 100


class Lexeme(Frozen, frozen=True, kw_only=True):
    """A piece of a query; `text` is the inside of a phrase, the name of a field, or as typed."""

    kind: Kind
    text: str
    start: int
    end: int
    exact: bool = False


def lex(query: str) -> Iterator[Lexeme]:
    """Give the lexemes in order; raises `QueryRefused` at the first that has no meaning.

    In a query of several lines, a line that begins with `#` is a comment; elsewhere `#` begins
    one where white space follows, so `#tag` is a hashtag.
    """
    if "\n" in query.strip():
        query = _COMMENT_LINE.sub(lambda line: " " * len(line[0]), query)
    for match in _LEXEME.finditer(query):
        kind = match.lastgroup
        if kind in ("space", "comment"):
            continue
        yield _lexeme(match, query)


def _lexeme(match: "re.Match[str]", query: str) -> Lexeme:
    start, end = match.span()
    text = match[0]
    if match["phrase"] is not None:
        exact = text.startswith("=")
        return Lexeme(kind="phrase", text=match["inner"], start=start, end=end, exact=exact)
    if match["quote"] is not None:
        message = "This quotation mark is never closed."
        raise refuse(Code.UNBALANCED_QUOTE, message, start, end, f'{query.strip()}"')
    if match["field"] is not None:
        return Lexeme(kind="field", text=match["name"], start=start, end=end)
    if match["word"] is not None:
        return _word(text, start, end)
    kind: Kind = "open" if match["open"] else "close" if match["close"] else "comma"
    return Lexeme(kind="later" if match["later"] else kind, text=text, start=start, end=end)


def _word(text: str, start: int, end: int) -> Lexeme:
    if operator := _OPERATORS.get(text):
        return Lexeme(kind=operator, text=text, start=start, end=end)
    if proximity := _PROXIMITY.fullmatch(text):
        if int(proximity[2] or 0) > _MAX_DISTANCE:
            message = f"{text}: the distance may be {_MAX_DISTANCE} words at most."
            suggestion = f"{proximity[1]}/{_MAX_DISTANCE}"
            raise refuse(Code.DISTANCE_TOO_LARGE, message, start, end, suggestion)
        return Lexeme(kind="later", text=text, start=start, end=end)
    _refuse_foreign(text, start, end)
    exact = text.startswith("=") and len(text) > 1
    shown = text[1:] if exact else text
    return Lexeme(kind="word", text=shown, start=start, end=end, exact=exact)


def _refuse_foreign(text: str, start: int, end: int) -> None:
    """Refuse what other systems write for an operator, rather than search for it as a word."""
    if text.startswith("~"):
        if "*" in text or "?" in text:
            message = f"`{text}`: a stem has no wildcards."
            raise refuse(Code.STEM_WILDCARD, message, start, end, text[1:])
        message = f"`{text}`: stems cannot be searched yet."
        raise refuse(Code.NOT_SUPPORTED_YET, message, start, end, f"{text[1:]}*")
    if text in _FOREIGN:
        message = f"`{text}` is no operator here; write {_FOREIGN[text]}."
        raise refuse(Code.UNKNOWN_OPERATOR, message, start, end, _FOREIGN[text])
    if _FOREIGN_PROXIMITY.fullmatch(text):
        number = re.sub(r"\D", "", text)
        message = f"`{text}` is no operator here; distances are written NEAR/n and ONEAR/n."
        raise refuse(Code.UNKNOWN_OPERATOR, message, start, end, f"NEAR/{number}")
    if _SIGNED.match(text):
        wanted = f"AND {text[1:]}" if text[0] == "+" else f"NOT {text[1:]}"
        message = f"`{text}`: signs are no operators here; write `{wanted}`."
        raise refuse(Code.UNKNOWN_OPERATOR, message, start, end, wanted)
