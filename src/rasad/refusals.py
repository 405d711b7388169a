"""A query that was refused, shown with the place and the way out."""

import unicodedata
from collections.abc import Sequence

import msgspec

from rasad import screen
from rasad_core.query.errors import QueryError

# How much of a long line is shown on either side of the place.
_CONTEXT_CHARACTERS = 50


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints for a refused query."""

    ok: bool = False
    errors: tuple[QueryError, ...]


def show(query: str, errors: Sequence[QueryError], *, as_json: bool) -> None:
    """Print the errors of a query."""
    if as_json:
        screen.print_json(Refusals(errors=tuple(errors)))
        return
    for error in errors:
        screen.print_line("\n".join(lines(query, error)))


def lines(query: str, error: QueryError) -> list[str]:
    """Give the message, the line it is about with a mark under the place, and the suggestion."""
    start = query.rfind("\n", 0, error.start) + 1
    stop = query.find("\n", error.start)
    stop = len(query) if stop < 0 else stop
    low, high = (
        max(start, error.start - _CONTEXT_CHARACTERS),
        min(stop, error.end + _CONTEXT_CHARACTERS),
    )
    before = ("…" if low > start else "") + query[low : error.start]
    place = query[error.start : min(max(error.end, error.start), high)]
    after = query[min(max(error.end, error.start), high) : high] + ("…" if high < stop else "")
    shown = [
        f"{error.code}: {error.message}",
        f"  {_flat(before + place + after)}",
        "  " + " " * _cells(before) + "^" * max(_cells(place), 1),
    ]
    return [*shown, f"  try: {error.suggestion}"] if error.suggestion else shown


def _flat(text: str) -> str:
    return text.replace("\t", " ")


def _cells(text: str) -> int:
    """Count terminal columns: wide letters take two, marks on letters none."""
    return sum(
        0
        if unicodedata.combining(each) or unicodedata.category(each) in {"Cf", "Mn", "Me"}
        else 2
        if unicodedata.east_asian_width(each) in "WF"
        else 1
        for each in text
    )
