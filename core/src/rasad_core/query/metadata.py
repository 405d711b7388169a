"""Values of metadata fields: from what was typed to what the readers compare (LANGUAGE 19–21)."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from urllib.parse import unquote

from rasad_core import identity
from rasad_core.errors import Unprocessable
from rasad_core.fields import FIELD_BY_NAME, TEXT_FIELDS, FieldSpec
from rasad_core.query.ast import MetaNumber, MetaTime, MetaValue, MetaWords, Node
from rasad_core.query.errors import Code, QueryRefused, refuse
from rasad_core.query.leaves import build_patterns
from rasad_core.query.lex import Lexeme
from rasad_core.query.periods import read_period
from rasad_core.text.normalise import fold_value

# What people bring from elsewhere; refused, with the name it has here.
_ELSEWHERE = {
    "language": "lang", "sourcelang": "lang", "tag": "tags", "site": "domain", "host": "domain",
    "link": "url", "links": "url", "inurl": "url", "date": "published", "time": "published",
    "headline": "title", "intitle": "title", "ingress": "lead", "hlead": "lead", "text": "body",
    "content": "body", "intext": "body", "publication": "source", "outlet": "source",
    "sourcecountry": "country", "entities": "entity", "topics": "topic", "words": "length",
    "category": "section", "by": "author",
}  # fmt: skip
_NUMBERS = re.compile(r"(\d+)?\.\.(\d+)?|(>=|<=|>|<)?\s*(\d+)")
_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# More digits than any length has; int() of a million of them takes seconds.
_MOST_DIGITS = 12


def field_named(name: str) -> FieldSpec | None:
    """Find a metadata field by its name."""
    return FIELD_BY_NAME.get(name)


def unknown_field(lexeme: Lexeme, query: str) -> QueryRefused:
    """Build the refusal of a field that does not exist, with the nearest that does."""
    name = lexeme.text.casefold()
    names = [*FIELD_BY_NAME, *TEXT_FIELDS]
    nearest = [_ELSEWHERE[name]] if name in _ELSEWHERE else get_close_matches(name, names, n=1)
    word = re.compile(r"[^\s()（）]*").match(query, lexeme.end)
    quoted = f'"{lexeme.text}:{word[0] if word else ""}"'
    if nearest:
        message = f"There is no field `{lexeme.text}:`; did you mean `{nearest[0]}:`?"
    else:
        message = f"There is no field `{lexeme.text}:`; as a phrase it is {quoted}."
    suggestion = f"{nearest[0]}:" if nearest else quoted
    end = lexeme.end if nearest or word is None else word.end()
    return refuse(Code.UNKNOWN_FIELD, message, lexeme.start, end, suggestion)


def build_metadata(spec: FieldSpec, lexeme: Lexeme) -> Node:
    """Build the leaf of one value; raises `QueryRefused` for a value the field cannot have."""
    if lexeme.exact or lexeme.kind == "stem":
        sign = "=" if lexeme.exact else "~"
        message = f"`{spec.name}:` compares folded values; `{sign}` has no meaning in it."
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, lexeme.text or spec.example)
    return _BUILDERS[spec.kind](spec, lexeme)


def _written(spec: FieldSpec, lexeme: Lexeme) -> str:
    value = f'"{lexeme.text}"' if lexeme.kind == "phrase" else lexeme.text
    return f"{spec.name}:{value}"


def _words(spec: FieldSpec, lexeme: Lexeme) -> Node:
    return MetaWords(
        field=spec.name,
        patterns=build_patterns(lexeme),
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


def _value(spec: FieldSpec, lexeme: Lexeme) -> Node:
    if "*" in lexeme.text or (spec.kind != "prefix" and "?" in lexeme.text):
        message = f"`{spec.name}:` compares whole values; it has no wildcards."
        suggestion = lexeme.text.replace("*", "").replace("?", "").strip(".")
        place = lexeme.start, lexeme.end
        raise refuse(Code.WILDCARD_IN_VALUE, message, *place, suggestion or spec.example)
    value = _VALUES.get(spec.kind, fold_value)(lexeme.text)
    if not any(map(str.isalnum, value)):
        message = f"`{spec.name}:{lexeme.text}` names no {spec.about}."
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, spec.example)
    return MetaValue(
        field=spec.name,
        value=value,
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


def site_value(typed: str) -> str:
    """Give a domain as compared: without scheme, path, port and `www.`, in ASCII; or nothing."""
    host = re.split(r"[/?#]", _SCHEME.sub("", typed.strip(), count=1), maxsplit=1)[0].strip(".")
    try:
        return identity.domain_of(f"https://{host.lower()}") if host else ""
    except Unprocessable:
        return ""


def prefix_value(typed: str) -> str:
    """Give an address as compared: host and path, without scheme and `www.`, decoded, folded."""
    address = _SCHEME.sub("", typed.strip(), count=1)
    host, slash, path = address.partition("/")
    name, colon, port = host.partition(":")
    return fold_value(unquote(f"{site_value(name) or name}{colon}{port}{slash}{path}"))


def _number(spec: FieldSpec, lexeme: Lexeme) -> Node:
    match = _NUMBERS.fullmatch(fold_value(lexeme.text))
    if match is None or match[0] == ".." or len(match[0]) > 2 * _MOST_DIGITS:
        message = f"`{spec.name}:{lexeme.text}` is no number or range."
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, "200..400, >200 or <50")
    low, high = _bounds(match)
    if low is not None and high is not None and low > high:
        message = f"`{spec.name}:{lexeme.text}` begins above its end."
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, f"{high}..{low}")
    return MetaNumber(
        field=spec.name,
        low=low,
        high=high,
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


def _bounds(match: "re.Match[str]") -> tuple[int | None, int | None]:
    if match[4] is None:
        return (int(match[1]) if match[1] else None), (int(match[2]) if match[2] else None)
    number = int(match[4])
    match match[3]:
        case ">":
            return number + 1, None
        case ">=":
            return number, None
        case "<":
            return None, number - 1
        case "<=":
            return None, number
    return number, number


def _time(spec: FieldSpec, lexeme: Lexeme) -> Node:
    try:
        low, high = read_period(fold_value(lexeme.text))
    except (ValueError, OverflowError):
        message = f"`{spec.name}:{lexeme.text}` is no date, or a range that ends before it begins."
        suggestion = "2024-05-01, 2024-05, 2024-05-01..2024-06-30, >=2024-05, today or -7d"
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, suggestion) from None
    return MetaTime(
        field=spec.name,
        low=low,
        high=high,
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


_VALUES: dict[str, Callable[[str], str]] = {"site": site_value, "prefix": prefix_value}
_BUILDERS: dict[str, Callable[[FieldSpec, Lexeme], Node]] = {
    "words": _words,
    "code": _value,
    "site": _value,
    "prefix": _value,
    "name": _value,
    "number": _number,
    "date": _time,
}
