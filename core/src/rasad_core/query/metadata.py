"""Values of metadata fields: from what was typed to what the readers compare (LANGUAGE 19–21)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from urllib.parse import unquote

from rasad_core.fields import FIELD_BY_NAME, TEXT_FIELDS, FieldSpec
from rasad_core.query.ast import MetaNumber, MetaTime, MetaValue, MetaWords, Moment, Node
from rasad_core.query.errors import Code, QueryRefused, refuse
from rasad_core.query.leaves import build_patterns
from rasad_core.query.lex import Lexeme
from rasad_core.text.normalise import fold_value

# Spellings that people bring from elsewhere.
_SYNONYMS = {"language": "lang", "tag": "tags", "site": "domain", "date": "published"}
_RANGE = re.compile(r"(\d+)\.\.(\d+)|(>=|<=|>|<)?(\d+)")
_DAYS_AGO = re.compile(r"-(\d{1,5})([dhw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def field_named(name: str) -> FieldSpec | None:
    """Find a metadata field by its name or a common synonym."""
    return FIELD_BY_NAME.get(_SYNONYMS.get(name, name))


def unknown_field(lexeme: Lexeme) -> QueryRefused:
    """Build the refusal of a field that does not exist, with the nearest that does."""
    names = [*FIELD_BY_NAME, *TEXT_FIELDS, *_SYNONYMS]
    nearest = get_close_matches(lexeme.text.casefold(), names, n=1, cutoff=0.5)
    message = f"There is no field `{lexeme.text}:`; in quotes it would be a phrase."
    suggestion = f"{nearest[0]}:" if nearest else None
    return refuse(Code.UNKNOWN_FIELD, message, lexeme.start, lexeme.end, suggestion)


def build_metadata(spec: FieldSpec, lexeme: Lexeme) -> Node:
    """Build the leaf of one value; raises `QueryRefused` for a value the field cannot have."""
    return _BUILDERS[spec.kind](spec, lexeme)


def _written(spec: FieldSpec, lexeme: Lexeme) -> str:
    value = f'"{lexeme.text}"' if lexeme.kind == "phrase" else lexeme.text
    return f"{spec.name}:{'=' if lexeme.exact else ''}{value}"


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
        raise refuse(Code.WILDCARD_IN_VALUE, message, lexeme.start, lexeme.end)
    value = {"site": site_value, "prefix": prefix_value}.get(spec.kind, fold_value)(lexeme.text)
    if not value:
        message = f"`{spec.name}:` needs a value."
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, spec.example)
    return MetaValue(
        field=spec.name,
        value=value,
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


def site_value(typed: str) -> str:
    """Give a domain as compared: without scheme, path and `www.`, in ASCII."""
    host = re.sub(r"^[a-z]+://", "", typed.strip().lower()).split("/")[0].split(":")[0]
    host = host.removeprefix("www.").strip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def prefix_value(typed: str) -> str:
    """Give an address as compared: host and path, without scheme and `www.`, decoded."""
    address = re.sub(r"^[a-z]+://", "", typed.strip(), flags=re.IGNORECASE)
    host, slash, path = address.partition("/")
    host, colon, port = host.partition(":")
    return unquote(f"{site_value(host)}{colon}{port}{slash}{path}")


def _number(spec: FieldSpec, lexeme: Lexeme) -> Node:
    match = _RANGE.fullmatch(lexeme.text)
    if match is None:
        message = f"`{spec.name}:{lexeme.text}` is no number or range."
        suggestion = f"{spec.name}:>200, {spec.name}:<50 or {spec.name}:200..400"
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, suggestion)
    low, high = _bounds(match)
    if low is not None and high is not None and low > high:
        message = f"`{spec.name}:{lexeme.text}` begins above its end."
        raise refuse(
            Code.BAD_VALUE, message, lexeme.start, lexeme.end, f"{spec.name}:{high}..{low}"
        )
    return MetaNumber(
        field=spec.name,
        low=low,
        high=high,
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


def _bounds(match: "re.Match[str]") -> tuple[int | None, int | None]:
    if match[1]:
        return int(match[1]), int(match[2])
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
        low, high = _period(lexeme.text)
    except (ValueError, OverflowError):
        message = f"`{spec.name}:{lexeme.text}` is no date or range of dates."
        suggestion = f"{spec.name}:2024-05-01, {spec.name}:2024-05-01..2024-06-30, {spec.name}:-7d"
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end, suggestion) from None
    if low and high and low.at and high.at and low.at >= high.at:
        message = f"`{spec.name}:{lexeme.text}` ends before it begins."
        raise refuse(Code.BAD_VALUE, message, lexeme.start, lexeme.end)
    return MetaTime(
        field=spec.name,
        low=low,
        high=high,
        written=_written(spec, lexeme),
        start=lexeme.start,
        end=lexeme.end,
    )


def _period(typed: str) -> tuple[Moment | None, Moment | None]:
    first, dots, last = typed.partition("..")
    if dots:
        return (_span(first)[0] if first else None, _span(last)[1] if last else None)
    sign = typed[: len(typed) - len(typed.lstrip("<>="))]
    low, high = _span(typed[len(sign) :])
    if sign and sign not in (">", ">=", "<", "<="):
        raise ValueError(sign)
    if sign:
        bound = low if sign in (">=", "<") else high
        return (bound, None) if sign[0] == ">" else (None, bound)
    return low, None if _DAYS_AGO.fullmatch(typed) else high


def _span(typed: str) -> tuple[Moment, Moment]:
    """Give the first moment of what is named, and the first after it."""
    if typed == "today":
        return (
            Moment(before_now=timedelta(), whole_day=True),
            Moment(before_now=timedelta(days=-1), whole_day=True),
        )
    if ago := _DAYS_AGO.fullmatch(typed):
        moment = Moment(before_now=int(ago[1]) * _UNITS[ago[2]])
        return moment, moment
    parts = [int(part) for part in typed.split("-")] if re.fullmatch(r"[\d-]+", typed) else []
    match parts:
        case [year] if len(typed) == 4:
            return _moment(year), _moment(year + 1)
        case [year, month]:
            return _moment(year, month), _moment(year + month // 12, month % 12 + 1)
        case [year, month, day]:
            begin = datetime(year, month, day, tzinfo=UTC)
            return Moment(at=begin), Moment(at=begin + timedelta(days=1))
    typed_at = datetime.fromisoformat(typed)
    at = typed_at.replace(tzinfo=typed_at.tzinfo or UTC).astimezone(UTC)
    # A time of day is a point; the range that ends in it includes it.
    return Moment(at=at), Moment(at=at + timedelta(microseconds=1))


def _moment(year: int, month: int = 1) -> Moment:
    return Moment(at=datetime(year, month, 1, tzinfo=UTC))


_BUILDERS: dict[str, Callable[[FieldSpec, Lexeme], Node]] = {
    "words": _words,
    "code": _value,
    "site": _value,
    "prefix": _value,
    "name": _value,
    "number": _number,
    "date": _time,
}
