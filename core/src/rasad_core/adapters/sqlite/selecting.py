"""From a plan to places: selected by SQL where it is exact, verified where it is not."""

import json
import sqlite3

from rasad_core.adapters.sqlite.query import Plan, columns_read
from rasad_core.adapters.sqlite.rows import Arguments, Condition, rows, since, until
from rasad_core.adapters.sqlite.streams import document_of
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, refuse
from rasad_core.query.evaluate import matches

# Candidates to verify: some 7,000 a second, so the worst read takes 7 s; few queries come near it.
_MAX_CANDIDATES = 50_000


class Selection:
    """What a request selects; verified at most once, and then held as places."""

    def __init__(self, chosen: Plan, request: SearchRequest) -> None:
        self._request = request
        self._inexact = chosen.inexact
        self._doubtful = chosen.doubtful
        conditions = [*chosen.conditions, *_period(request)]
        self.rows = rows(chosen.expression, conditions)
        self._certain = rows(chosen.certain, conditions)
        self._columns = columns_read(chosen.doubtful)
        self._verified: list[int] | None = None

    @property
    def exact(self) -> bool:
        """Whether SQL alone selects the query's articles."""
        return self._inexact is None

    def count(self, connection: sqlite3.Connection) -> int:
        """Count the articles of the whole result."""
        if not self.exact:
            return len(self.verified(connection))
        (count,) = connection.execute(self.rows.select("count(*)"), self.rows.arguments).fetchone()
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

    def members(self, connection: sqlite3.Connection) -> list[tuple[int, str]]:
        """Give every place of the whole result in order, each with its story."""
        story = "(SELECT story_id FROM index_articles WHERE place = {place})"
        if self.exact:
            sql = f"{self.rows.select('{place}, ' + story)} {self.rows.ordered(self._request.sort)}"
            return connection.execute(sql, self.rows.arguments).fetchall()
        listed = json.dumps(self.verified(connection))
        sql = f"SELECT value, {story.format(place='value')} FROM json_each(?) ORDER BY key"
        return connection.execute(sql, (listed,)).fetchall()

    def subquery(self, connection: sqlite3.Connection) -> tuple[str, Arguments]:
        """Give SQL that yields the places of the whole result."""
        if self.exact:
            return self.rows.select(), self.rows.arguments
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
        assert self._doubtful is not None
        return matches(self._doubtful, document, now=self._request.now)

    def _refuse_broad(self, doubtful: int) -> None:
        if doubtful > _MAX_CANDIDATES:
            message = (
                f"`{self._inexact}` must be checked in {doubtful} articles, and"
                f" {_MAX_CANDIDATES} are the limit; narrow the query or its period."
            )
            raise refuse(Code.TOO_BROAD, message, 0, 0)


def _period(request: SearchRequest) -> list[Condition]:
    low = request.since and since(request.since)
    high = request.until and until(request.until)
    return [each for each in (low, high) if each]
