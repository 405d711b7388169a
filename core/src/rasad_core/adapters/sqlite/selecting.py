"""From a plan to places: selected by SQL where it is exact, verified where it is not."""

import json
import sqlite3
from collections.abc import Sequence
from functools import cached_property

from rasad_core.adapters.sqlite.query import Plan
from rasad_core.adapters.sqlite.rows import (
    Arguments,
    Condition,
    behind,
    rows,
    since,
    story_of,
    until,
)
from rasad_core.adapters.sqlite.stored import Stored
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, refuse

# Candidates to verify: 8,000 to 40,000 a second, by what is asked of how much text, so the worst
# read takes 6 s; few queries come near it.
MAX_CANDIDATES = 50_000


class Selection:
    """What a request selects, in one snapshot; what it took to find that out is remembered.

    What has to be verified raises `QueryRefused` (`too-broad`) when there is too much of it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        chosen: Plan,
        request: SearchRequest,
        terms: Terms,
        *,
        max_candidates: int = MAX_CANDIDATES,
    ) -> None:
        self._connection = connection
        self._terms = terms
        self._max_candidates = max_candidates
        self._plan = chosen
        self._request = request
        conditions = [*chosen.conditions, *_period(request)]
        self._rows = rows(chosen.expression, conditions)
        self._certain = rows(chosen.certain, conditions)

    @property
    def exact(self) -> bool:
        """Whether SQL alone selects the articles."""
        return self._plan.doubtful is None

    @cached_property
    def total(self) -> int:
        """How many articles the whole result has."""
        return self._rows.count(self._connection) if self.exact else len(self.verified)

    @cached_property
    def verified(self) -> list[int]:
        """The places of an inexact selection in order: certain ones, and those that match."""
        certain = set(self._certain.places(self._connection, "newest"))
        places = self._rows.places(self._connection, self._request.sort)
        doubtful = [place for place in places if place not in certain]
        self._refuse_broad(len(doubtful))
        if self._plan.doubtful is None or not doubtful:
            return places
        stored = Stored(self._connection, self._plan.doubtful, self._terms, now=self._request.now)
        found = stored.matching(doubtful)
        return [place for place in places if place in certain or place in found]

    def some(self, after: int | None, limit: int) -> Sequence[int]:
        """Give some of the places in order, from where `behind` begins."""
        if self.exact:
            return self._rows.some(self._connection, self._request.sort, after, limit)
        return behind(self.verified, self._request.sort, after)[:limit]

    def places(self) -> list[int]:
        """Give the places of the whole result in order."""
        if self.exact:
            return self._rows.places(self._connection, self._request.sort)
        return self.verified

    def members(self) -> list[tuple[int, str]]:
        """Give every place of the whole result in order, each with its story."""
        if self.exact:
            columns = f"{self._rows.place}, {self._rows.story}"
            sql = f"{self._rows.select(columns)} {self._rows.ordered(self._request.sort)}"
            return self._connection.execute(sql, self._rows.arguments).fetchall()
        sql = f"SELECT value, {story_of('value')} FROM json_each(?) ORDER BY key"
        return self._connection.execute(sql, (json.dumps(self.verified),)).fetchall()

    @property
    def everything(self) -> bool:
        """Whether every article is selected."""
        return self._plan == Plan() and not _period(self._request)

    def subquery(self) -> tuple[str, Arguments]:
        """Give SQL that yields the places of the whole result."""
        if self.exact:
            return self._rows.select(), self._rows.arguments
        return "SELECT value FROM json_each(?)", (json.dumps(self.verified),)

    def _refuse_broad(self, doubtful: int) -> None:
        clause = self._plan.inexact
        if clause and doubtful > self._max_candidates:
            message = (
                f"`{clause.written}` must be checked in {doubtful} articles, and"
                f" {self._max_candidates} are the limit; narrow the query or its period."
            )
            raise refuse(Code.TOO_BROAD, message, clause.start, clause.end)


def _period(request: SearchRequest) -> list[Condition]:
    low = request.since and since(request.since)
    high = request.until and until(request.until)
    return [each for each in (low, high) if each]
