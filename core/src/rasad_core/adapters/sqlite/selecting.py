"""From a plan to places: counted and paged by SQL where it is exact, verified where it is not."""

import json
import sqlite3
from collections.abc import Callable

from rasad_core.adapters.sqlite.places import PLACE_BITS, first_place
from rasad_core.adapters.sqlite.query import Condition, Plan, columns_read
from rasad_core.adapters.sqlite.streams import about_token, document_of
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.instants import microseconds
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, refuse
from rasad_core.query.evaluate import matches
from rasad_core.text.normalise import fold_value

# Candidates to verify: some 7,000 a second, so the worst read takes 7 s; few queries come near it.
_MAX_CANDIDATES = 50_000
_ORDERS = {"newest": "w.rowid DESC", "oldest": "w.rowid", "relevance": "w.rank, w.rowid DESC"}


class Page(Frozen, frozen=True, kw_only=True):
    """The places of one page, how many the whole result has, and where the next page begins."""

    places: tuple[int, ...]
    total: int
    next_cursor: str | None


class Rows(Frozen, frozen=True, kw_only=True):
    """FROM, WHERE and arguments of a query over places; `ranked` where words give a relevance."""

    table: str
    where: str
    arguments: tuple[int | str, ...]
    ranked: bool

    def select(self, columns: str) -> str:
        """Give the query without an order."""
        return f"SELECT {columns} FROM {self.table} WHERE {self.where}"

    def ordered(self, sort: str) -> str:
        """Give the ORDER BY of a sort; without words there is no relevance, and newest serves."""
        return f"ORDER BY {_ORDERS['newest' if sort == 'relevance' and not self.ranked else sort]}"

    def places(self, connection: sqlite3.Connection, sort: str) -> list[int]:
        """Give every place in order."""
        sql = f"{self.select('w.rowid')} {self.ordered(sort)}"
        return [place for (place,) in connection.execute(sql, self.arguments)]


class Selection:
    """What a request selects; verified at most once, and then held as places."""

    def __init__(self, chosen: Plan, request: SearchRequest) -> None:
        self._request = request
        self._inexact = chosen.inexact
        conditions = [*chosen.conditions, *_bounds(request)]
        self.rows = _rows(_filtered(chosen.expression, request), conditions)
        self._certain = _rows(_filtered(chosen.certain, request), conditions)
        self._columns = columns_read(request.query)
        self._verified: list[int] | None = None

    @property
    def exact(self) -> bool:
        """Whether SQL alone selects the query's articles."""
        return self._inexact is None

    def count(self, connection: sqlite3.Connection) -> int:
        """Count the articles of an exact selection."""
        sql = self.rows.select("count(*)")
        (count,) = connection.execute(sql, self.rows.arguments).fetchone()
        return int(count)

    def verified(self, connection: sqlite3.Connection) -> list[int]:
        """Give the places of an inexact selection in order: certain ones, and those that match.

        Raises `QueryRefused` (`too-broad`) when too many would have to be checked.
        """
        if self._verified is None:
            certain = set(self._certain.places(connection, "newest"))
            places = self.rows.places(connection, self._request.sort)
            self._refuse_broad(len(places) - len(certain))
            self._verified = [
                place for place in places if place in certain or self._matches(connection, place)
            ]
        return self._verified

    def places(self, connection: sqlite3.Connection) -> list[int]:
        """Give the places of the whole result in order."""
        if self.exact:
            return self.rows.places(connection, self._request.sort)
        return self.verified(connection)

    def subquery(self, connection: sqlite3.Connection) -> tuple[str, tuple[int | str, ...]]:
        """Give SQL that yields the places of the whole result."""
        if self.exact:
            return self.rows.select("w.rowid"), self.rows.arguments
        return "SELECT value FROM json_each(?)", (json.dumps(self.verified(connection)),)

    def _matches(self, connection: sqlite3.Connection, place: int) -> bool:
        sql = (
            f"SELECT b.lead, b.published_us, a.story_id, {', '.join(self._columns)}"
            " FROM index_words w JOIN index_bodies b ON b.place = w.rowid"
            " JOIN index_articles a ON a.article_id = b.article_id WHERE w.rowid = ?"
        )
        lead, published_us, story_id, *columns = connection.execute(sql, (place,)).fetchone()
        document = document_of(
            dict(zip(self._columns, columns, strict=True)),
            lead=lead,
            published_us=published_us,
            story_id=story_id,
        )
        assert self._request.query is not None
        return matches(self._request.query, document, now=self._request.now)

    def _refuse_broad(self, doubtful: int) -> None:
        if doubtful > _MAX_CANDIDATES:
            message = (
                f"`{self._inexact}` must be checked in {doubtful} articles, and"
                f" {_MAX_CANDIDATES} are the limit; narrow the query or its period."
            )
            raise refuse(Code.TOO_BROAD, message, 0, 0)


def places_of(connection: sqlite3.Connection, selection: Selection, request: SearchRequest) -> Page:
    """Give one page; raises `Unprocessable` for a cursor that this request did not give."""
    if not selection.exact:
        return _listed(selection.verified(connection), request)
    total = selection.count(connection)
    if request.sort == "relevance":
        return _by_rank(connection, selection, request, total)
    newest = request.sort == "newest"
    after = _cursor(request)
    extra = "" if after is None else f" AND w.rowid {'<' if newest else '>'} {after}"
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
        f"{rows.select('w.rowid')}{extra} {rows.ordered(request.sort)}"
        f" LIMIT {request.limit + 1} OFFSET {at}"
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
    if sort != request.sort or not place.lstrip("-").isdigit():
        raise Unprocessable(
            Reason.BAD_FIELD, f"`{request.cursor}` is no cursor of this search; leave it out"
        )
    return int(place)


def _filtered(expression: str | None, request: SearchRequest) -> str | None:
    parts = [expression] if expression else []
    for field, values in (("lang", request.languages), ("outlet", request.sources)):
        if values:
            tokens = [about_token(field, fold_value(value)).replace('"', '""') for value in values]
            parts.append("(about : (" + " OR ".join(f'"{token}"' for token in tokens) + "))")
    return " AND ".join(parts) or None


def _bounds(request: SearchRequest) -> list[Condition]:
    found: list[Condition] = []
    for moment, sign in ((request.since, ">="), (request.until, "<")):
        if moment is not None:
            place = first_place(moment)
            # Whole seconds are places; the rest of the second of `until` is left to the next line.
            bound = place if sign == ">=" or not moment.microsecond else place + (1 << PLACE_BITS)
            found.append(Condition(sql=f"w.rowid {sign} ?", arguments=(bound,)))
            if moment.microsecond:
                found.append(
                    Condition(sql=f"b.published_us {sign} ?", arguments=(microseconds(moment),))
                )
    return found


def _rows(expression: str | None, conditions: list[Condition]) -> Rows:
    """Build the query; what only words decide touches no other table."""
    wanted = list(conditions)
    if expression is not None:
        wanted.insert(0, Condition(sql="w.index_words MATCH ?", arguments=(expression,)))
    table = "index_bodies w" if expression is None else "index_words w"
    if any(each.sql[0] in "ab" for each in conditions):
        # CROSS keeps the order: words first, then their rows.
        join = "JOIN" if expression is None else "CROSS JOIN"
        table += f" {join} index_bodies b ON b.place = w.rowid"
        table += f" {join} index_articles a ON a.article_id = b.article_id"
    return Rows(
        table=table,
        where=" AND ".join(each.sql for each in wanted) or "1",
        arguments=tuple(argument for each in wanted for argument in each.arguments),
        ranked=expression is not None,
    )
