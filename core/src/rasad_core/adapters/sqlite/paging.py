"""From a selection to one page of it, and the cursor of the next."""

import re
import sqlite3
from collections.abc import Callable

from rasad_core.adapters.sqlite.rows import Rows
from rasad_core.adapters.sqlite.selecting import Selection
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import SearchRequest

# No longer than a place or a count ever is; int() takes other digits too, and refuses thousands.
_NUMBER = re.compile(r"-?[0-9]{1,19}")


class Page(Frozen, frozen=True, kw_only=True):
    """The places of one page, how many the whole result has, and where the next page begins."""

    places: tuple[int, ...]
    total: int
    next_cursor: str | None


def places_of(connection: sqlite3.Connection, selection: Selection, request: SearchRequest) -> Page:
    """Give one page; raises `Unprocessable` for a cursor that this request did not give."""
    if not selection.exact:
        return _listed(selection.verified(connection), request)
    total = selection.count(connection)
    if request.sort == "relevance":
        return _by_rank(connection, selection, request, total)
    newest = request.sort == "newest"
    after = _cursor(request)
    place = selection.rows.place
    extra = "" if after is None else f" AND {place} {'<' if newest else '>'} {after}"
    found = _some(connection, selection.rows, request, extra=extra)
    return _page(found, request, total, lambda places: places[-1])


def _some(
    connection: sqlite3.Connection,
    rows: Rows,
    request: SearchRequest,
    *,
    extra: str = "",
    at: int = 0,
) -> list[int]:
    """Give the places of a page, and one more where there is one."""
    sql = (
        f"{rows.select()}{extra} {rows.ordered(request.sort)} LIMIT {request.limit + 1} OFFSET {at}"
    )
    return [place for (place,) in connection.execute(sql, rows.arguments)]


def _by_rank(
    connection: sqlite3.Connection, selection: Selection, request: SearchRequest, total: int
) -> Page:
    at = _cursor(request) or 0
    found = _some(connection, selection.rows, request, at=at)
    return _page(found, request, total, lambda places: at + len(places))


def _listed(places: list[int], request: SearchRequest) -> Page:
    """Page through verified places; the cursor is the last place, or how many came for ranks."""
    after = _cursor(request)
    if request.sort == "relevance":
        at = after or 0
        found = places[at : at + request.limit + 1]
        return _page(found, request, len(places), lambda page: at + len(page))
    newest = request.sort == "newest"
    left = [p for p in places if after is None or (p < after if newest else p > after)]
    return _page(left[: request.limit + 1], request, len(places), lambda page: page[-1])


def _page(
    found: list[int], request: SearchRequest, total: int, at: Callable[[tuple[int, ...]], int]
) -> Page:
    places = tuple(found[: request.limit])
    more = len(found) > request.limit and places
    cursor = f"{request.sort}:{at(places)}" if more else None
    return Page(places=places, total=total, next_cursor=cursor)


def _cursor(request: SearchRequest) -> int | None:
    if request.cursor is None:
        return None
    sort, _, place = request.cursor.partition(":")
    if sort != request.sort or not _NUMBER.fullmatch(place):
        raise Unprocessable(
            Reason.BAD_FIELD, f"`{request.cursor}` is no cursor of this search; leave it out"
        )
    return int(place)
