"""From a plan to places: counted and paged by SQL where it is exact, verified where it is not."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime

from rasad_core.adapters.sqlite.query import Condition, Plan
from rasad_core.adapters.sqlite.streams import COLUMNS, about_token, document_of
from rasad_core.adapters.sqlite.writing import PLACE_BITS
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, refuse
from rasad_core.query.evaluate import matches
from rasad_core.text.normalise import fold_value

# Candidates to verify: some 15,000 a second, and a read should stay under 5 s.
_MAX_CANDIDATES = 50_000
_VERIFIED_COLUMNS = [name for name in COLUMNS if name[-2:] != "_s"]
_ORDERS = {"newest": "w.rowid DESC", "oldest": "w.rowid", "relevance": "w.rank, w.rowid DESC"}


class Page(Frozen, frozen=True, kw_only=True):
    """The places of one page, how many the whole result has, and where the next page begins."""

    places: tuple[int, ...]
    total: int
    next_cursor: str | None


class Selection:
    """What a request selects; verified at most once, and then held as places."""

    def __init__(self, chosen: Plan, request: SearchRequest) -> None:
        self._plan = chosen
        self._query = request.query
        self._now = request.now
        expression = _filtered(chosen.expression, request)
        bounds = _bounds(request)
        self._table, self._where, self._arguments = _sql(
            expression, [*chosen.conditions, *bounds], verify=not self.exact
        )
        self._ranked = expression is not None
        self._verified: list[int] | None = None

    @property
    def exact(self) -> bool:
        """Whether SQL alone selects the query's articles."""
        return self._plan.inexact is None

    def ordered(self, sort: str) -> str:
        """Give the ORDER BY of a sort; without words there is no relevance."""
        return _ORDERS[sort if self._ranked else "newest" if sort == "relevance" else sort]

    def rows(
        self, connection: sqlite3.Connection, columns: str, *, tail: str = "", extra: str = ""
    ) -> sqlite3.Cursor:
        """Run a query over the candidates."""
        sql = f"SELECT {columns} FROM {self._table} WHERE {self._where}{extra} {tail}"
        return connection.execute(sql, self._arguments)

    def count(self, connection: sqlite3.Connection) -> int:
        """Count the candidates, which are the articles where the plan is exact."""
        (count,) = self.rows(connection, "count(*)").fetchone()
        return int(count)

    def verified(self, connection: sqlite3.Connection, sort: str) -> list[int]:
        """Give the places of the articles among the candidates, in order."""
        if self._verified is None:
            self._refuse_broad(self.count(connection))
            self._verified = list(self._verify(connection, sort))
        return self._verified

    def subquery(self, connection: sqlite3.Connection) -> tuple[str, tuple[int | str, ...]]:
        """Give SQL that yields the places of the whole result."""
        if self.exact:
            return f"SELECT w.rowid FROM {self._table} WHERE {self._where}", self._arguments
        places = json.dumps(self.verified(connection, "newest"))
        return "SELECT value FROM json_each(?)", (places,)

    def _verify(self, connection: sqlite3.Connection, sort: str) -> Iterator[int]:
        names = ", ".join(f"w.{name}" for name in _VERIFIED_COLUMNS)
        select = f"w.rowid, b.lead, b.published_us, a.story_id, {names}"
        assert self._query is not None
        tail = f"ORDER BY {self.ordered(sort)}"
        for place, lead, published_us, story_id, *columns in self.rows(
            connection, select, tail=tail
        ):
            named = dict(zip(_VERIFIED_COLUMNS, columns, strict=True))
            document = document_of(named, lead=lead, published_us=published_us, story_id=story_id)
            if matches(self._query, document, now=self._now):
                yield place

    def _refuse_broad(self, candidates: int) -> None:
        if candidates > _MAX_CANDIDATES:
            message = (
                f"`{self._plan.inexact}` must be checked in {candidates} articles, and"
                f" {_MAX_CANDIDATES} are the limit; narrow the query or its period."
            )
            raise refuse(Code.TOO_BROAD, message, 0, 0)


def select(chosen: Plan, request: SearchRequest) -> Selection:
    """Combine a query's plan with the filters of its request."""
    return Selection(chosen, request)


def places_of(connection: sqlite3.Connection, selection: Selection, request: SearchRequest) -> Page:
    """Give one page; raises `Unprocessable` for a cursor that this request did not give."""
    if not selection.exact:
        return _listed(selection.verified(connection, request.sort), request)
    total = selection.count(connection)
    if request.sort == "relevance":
        return _by_rank(connection, selection, request, total)
    newest = request.sort == "newest"
    after = _cursor(request)
    extra = "" if after is None else f" AND w.rowid {'<' if newest else '>'} {after}"
    tail = f"ORDER BY {selection.ordered(request.sort)} LIMIT {request.limit + 1}"
    found = [place for (place,) in selection.rows(connection, "w.rowid", tail=tail, extra=extra)]
    return _page(found, request, total, lambda places: places[-1])


def _by_rank(
    connection: sqlite3.Connection, selection: Selection, request: SearchRequest, total: int
) -> Page:
    at = _cursor(request) or 0
    tail = f"ORDER BY {selection.ordered(request.sort)} LIMIT {request.limit + 1} OFFSET {at}"
    found = [place for (place,) in selection.rows(connection, "w.rowid", tail=tail)]
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
            place = int(moment.timestamp()) << PLACE_BITS
            # Whole seconds are places; the rest of the second of `until` is left to the next line.
            bound = place if sign == ">=" or not moment.microsecond else place + (1 << PLACE_BITS)
            found.append(Condition(sql=f"w.rowid {sign} ?", arguments=(bound,)))
            if moment.microsecond:
                found.append(
                    Condition(sql=f"b.published_us {sign} ?", arguments=(_microseconds(moment),))
                )
    return found


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _sql(
    expression: str | None, conditions: list[Condition], *, verify: bool
) -> tuple[str, str, tuple[int | str, ...]]:
    """Give FROM, WHERE and arguments; what only words decide touches no other table."""
    wanted = [] if expression is None else [_matching(expression)]
    wanted += conditions
    table = "index_words w" if expression is not None or verify else "index_bodies w"
    if verify or any(each.sql[0] in "ab" for each in conditions):
        # CROSS keeps the order: words first, then their rows.
        join = "CROSS JOIN" if expression is not None else "JOIN"
        table += f" {join} index_bodies b ON b.place = w.rowid"
        table += f" {join} index_articles a ON a.article_id = b.article_id"
    where = " AND ".join(each.sql for each in wanted) or "1"
    return table, where, tuple(argument for each in wanted for argument in each.arguments)


def _matching(expression: str) -> Condition:
    return Condition(sql="w.index_words MATCH ?", arguments=(expression,))
