"""What other systems write for an operator: recognised to be refused, never read as a word.

Spellings: Meltwater, Brandwatch, Cision, LexisNexis, Talkwalker, GDELT, Lucene and web search.
"""

import re
from typing import Literal, NamedTuple

from rasad_core.fields import FIELD_BY_NAME, TEXT_FIELDS
from rasad_core.query.errors import Code, QueryError

StandIn = Literal["and", "or", "not", "word"]

_OPERATORS: dict[str, tuple[str, StandIn]] = {
    "&": ("AND", "and"),
    "&&": ("AND", "and"),
    "|": ("OR", "or"),
    "||": ("OR", "or"),
    "!": ("NOT", "not"),
    "ANDNOT": ("NOT", "not"),
    "BUTNOT": ("NOT", "not"),
}
# Functions of others, and what goes before the parenthesis here.
_FUNCTIONS = {
    "headline": "title:",
    "intitle": "title:",
    "hlead": "lead:",
    "ingress": "lead:",
    "publication": "source:",
    "site": "domain:",
    "cs": "case",
    "allcaps": "case",
    "caps": "case",
}
_ORDERED = ("ONEAR", "PRE", "NEXT", "ADJ", "F")
# Before a word; editors make the longer ones of a minus.
_SIGNS = "-–−+!"
_ALONE = frozenset(_SIGNS)
# Anything that may be foreign begins or is built so; the rest is a word without further questions.
_SUSPECT = re.compile(rf"[{_SIGNS}&|^~<{{\[/]|[^/]+/\d|[^\W\d]+[<>=]|O?NEAR|WITHIN|ANDNOT|BUTNOT")
_DISTANCE = re.compile(
    r"(?P<name>[A-Z]{1,10}|(?i:w|pre|o?near|next|within|n)|)/(?P<distance>\d+)(?P<ordered>[a-zA-Z]?)"
    r"|(?P<glued>O?NEAR|WITHIN)(?P<number>\d+)"
    r"|(?P<torn>O?NEAR)/.*"
)
_SIGNED = re.compile(rf"[{_SIGNS}](?=\w|[#@=~])")
_SLOP = re.compile(r"[~^]\d+(?:\.\d+)?")
_COMPARED = re.compile(r"([^\W\d]+)([<>]=?|=)(.*)")


class Foreign(NamedTuple):
    """A refusal, and what to read in its place so that further errors are found; None: nothing."""

    error: QueryError
    stand_in: StandIn | None


def foreign(query: str, text: str, start: int, end: int) -> Foreign | None:
    """Judge a word of the query, or give None when it is one."""
    following = query[end : end + 1]
    if following in ("(", "（") and text not in _ALONE:
        return (
            _function(text, start, end) if text not in _OPERATORS else _operator(text, start, end)
        )
    if _SUSPECT.match(text) is None:
        return None
    if text in _OPERATORS:
        return _operator(text, start, end)
    if found := _DISTANCE.fullmatch(text):
        return _distance(found, start, end)
    before = query[start - 1 : start]
    if _SLOP.fullmatch(text) and (before in ")）" or before in '"”“»«') and before:
        message = (
            f"`{text}` after a phrase or group is no operator here; write the words with NEAR."
        )
        return _refused(message, start, end, "leave it out, or write: one NEAR/n two", None)
    if _SIGNED.match(text) or (text in _ALONE and following and not following.isspace()):
        return _signed(text, start, end)
    return _marked(text, start, end)


def _refused(
    message: str, start: int, end: int, suggestion: str, stand_in: StandIn | None = "word"
) -> Foreign:
    error = QueryError(
        code=Code.UNKNOWN_OPERATOR, message=message, start=start, end=end, suggestion=suggestion
    )
    return Foreign(error, stand_in)


def _operator(text: str, start: int, end: int) -> Foreign:
    wanted, kind = _OPERATORS[text]
    return _refused(f"`{text}` is no operator here; write {wanted}.", start, end, wanted, kind)


def _function(text: str, start: int, end: int) -> Foreign:
    name = text.casefold()
    if text in ("=", "~"):
        message = f"`{text}(`: the sign holds for one word or phrase."
        return _refused(message, start, end, f"write {text} before each word", None)
    if name in FIELD_BY_NAME or name in TEXT_FIELDS:
        wanted = f"{name}:"
    else:
        wanted = _FUNCTIONS.get(name, f"{text} ")
    message = f"`{text}(` is no operator here; to mean the word, leave a space behind it."
    return _refused(message, start, end, wanted)


def _distance(found: "re.Match[str]", start: int, end: int) -> Foreign:
    text = found[0]
    if found["torn"]:
        message = f"`{text}`: a distance is a number, as in {found['torn']}/5."
        return _refused(message, start, end, f"{found['torn']}/5", "and")
    name = (found["glued"] or found["name"]).upper()
    ordered = name in _ORDERED or (found["ordered"] or "").lower() == "f"
    wanted = f"{'ONEAR' if ordered else 'NEAR'}/{found['number'] or found['distance']}"
    message = f'`{text}` is no operator here; distances are {wanted}, and the words "{text}".'
    return _refused(message, start, end, wanted, "and")


def _signed(text: str, start: int, end: int) -> Foreign:
    rest = text[1:]
    if text[0] == "+":
        message = f"`{text}`: every word is demanded anyway; leave the sign out."
        return _refused(message, start, end, rest or "leave it out", "word" if rest else None)
    message = f"`{text}`: signs are no operators here; write NOT."
    return _refused(message, start, end, f"NOT {rest}".strip(), "word" if rest else "not")


def _marked(text: str, start: int, end: int) -> Foreign | None:
    inside = text.strip("{}[]<>/^")
    if compared := _COMPARED.fullmatch(text):
        name, sign, value = compared.groups()
        if name.casefold() in FIELD_BY_NAME or name.casefold() in TEXT_FIELDS:
            wanted = f"{name.casefold()}:{'' if sign == '=' else sign}{value}"
            return _refused(f"`{text}`: a field ends in a colon.", start, end, wanted)
    if text.startswith("{"):
        return _refused(f"`{text}`: exact spelling is written with =.", start, end, f"={inside}")
    if text.startswith("<<<"):
        message = f"`{text}`: a comment begins with # and ends with the line."
        return _refused(message, start, end, f"# {inside}")
    if len(text) > 2 and text[0] == text[-1] == "/":
        message = f"`{text}`: there are no regular expressions; * and ? are wildcards."
        return _refused(message, start, end, f"{inside}*")
    return None
