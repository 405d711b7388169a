"""Values of metadata that no article has, alone or together."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rasad_core.query.ast import And, MetaNumber, MetaTime, MetaValue, Moment, Node
from rasad_core.query.caution import LEAVE_OUT, about
from rasad_core.query.codes import code_of
from rasad_core.query.errors import Code, QueryError
from rasad_core.query.places import parts_of

# An article has one of each, so two different values demanded together find nothing.
_SINGLE_VALUED = frozenset(("lang", "country", "section", "story", "origin", "domain"))
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_BOTH = "and another {} cannot both be true; OR may be meant"


def unknown(node: Node) -> Iterator[QueryError]:
    """Find codes that no article has."""
    for part in parts_of(node):
        if isinstance(part, MetaValue) and (code := code_of(part.field, part.value)) != part.value:
            what = "is no code that articles have, so it finds nothing"
            yield about(Code.UNKNOWN_VALUE, part, what, code or LEAVE_OUT)


def impossible(node: And) -> Iterator[QueryError]:
    """Find values and ranges demanded together that no article has."""
    values: dict[str, str] = {}
    lowest, highest = 0, float("inf")
    begin, end = _EARLIEST, _LATEST
    for child in node.children:
        match child:
            case MetaValue() if child.field in _SINGLE_VALUED:
                before = values.setdefault(child.field, child.value)
                empty = not _fits(child.field, before, child.value)
            case MetaNumber():
                lowest = max(lowest, child.low or 0)
                highest = min(highest, highest if child.high is None else child.high)
                empty = lowest > highest
            case MetaTime():
                begin = max(begin, _fixed(child.low) or begin)
                end = min(end, _fixed(child.high) or end)
                empty = begin >= end
            case _:
                continue
        if empty:
            yield about(Code.CONTRADICTION, child, _BOTH.format(child.field))


def _fits(field: str, one: str, other: str) -> bool:
    if field != "domain" or one == other:
        return one == other
    return one.endswith(f".{other}") or other.endswith(f".{one}")


def _fixed(moment: Moment | None) -> datetime | None:
    return None if moment is None else moment.at
