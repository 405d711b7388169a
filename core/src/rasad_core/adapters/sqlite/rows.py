"""Rows of the index by their place: what words select, what conditions leave of it, its order.

Words are the rows of `index_words`; without words the small `index_articles` serves.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from rasad_core.adapters.sqlite.places import PLACE_BITS, first_place
from rasad_core.events import Frozen
from rasad_core.instants import microseconds
from rasad_core.ports import Sort

Arguments = tuple[int | str, ...]


class Condition(Frozen, frozen=True, kw_only=True):
    """A condition on a row, in SQL with `{place}` for the row's place."""

    sql: str
    arguments: Arguments


def since(moment: datetime) -> Condition:
    """Ask for publication at a moment or later."""
    place = first_place(moment)
    if not moment.microsecond:
        return Condition(sql="{place} >= ?", arguments=(place,))
    # A place says the second; only within that of the bound is the row itself looked up.
    return Condition(
        sql="{place} >= ? AND ({place} >= ? OR " + _column("published_us") + " >= ?)",
        arguments=(place, place + (1 << PLACE_BITS), microseconds(moment)),
    )


def until(moment: datetime) -> Condition:
    """Ask for publication before a moment."""
    place = first_place(moment)
    if not moment.microsecond:
        return Condition(sql="{place} < ?", arguments=(place,))
    return Condition(
        sql="{place} < ? AND ({place} < ? OR " + _column("published_us") + " < ?)",
        arguments=(place + (1 << PLACE_BITS), place, microseconds(moment)),
    )


def long_between(low: int | None, high: int | None) -> Condition:
    """Ask for a number of words, both ends included."""
    return Condition(
        sql=_column("length") + " BETWEEN ? AND ?",
        arguments=(low or 0, 2**62 if high is None else high),
    )


def in_stories(stories: Sequence[str]) -> Condition:
    """Ask for a member of any of the stories."""
    holes = ", ".join("?" * len(stories))
    return Condition(
        sql=f"{{place}} IN (SELECT place FROM index_articles WHERE story_id IN ({holes}))",
        arguments=tuple(stories),
    )


def none_of(conditions: Sequence[Condition]) -> Condition:
    """Ask for rows on which the conditions do not all hold."""
    return Condition(
        sql=f"NOT ({' AND '.join(each.sql for each in conditions)})",
        arguments=tuple(argument for each in conditions for argument in each.arguments),
    )


def story_of(place: str) -> str:
    """Give SQL for the story of a place."""
    return f"(SELECT story_id FROM index_articles WHERE place = {place})"


def _column(name: str) -> str:
    return f"(SELECT {name} FROM index_bodies WHERE place = {{place}})"


class Rows(Frozen, frozen=True, kw_only=True):
    """FROM, WHERE and arguments of a query; `ranked` where words give a relevance."""

    table: str
    place: str
    story: str
    where: str
    arguments: Arguments
    ranked: bool

    def select(self, columns: str = "") -> str:
        """Give the query without an order, of places unless other columns are named."""
        return f"SELECT {columns or self.place} FROM {self.table} WHERE {self.where}"

    def ordered(self, sort: Sort) -> str:
        """Give the ORDER BY of a sort; without words there is no relevance, and newest serves."""
        if sort == "relevance" and self.ranked:
            return f"ORDER BY w.rank, {self.place} DESC"
        return f"ORDER BY {self.place}{'' if sort == 'oldest' else ' DESC'}"

    def count(self, connection: sqlite3.Connection) -> int:
        """Count the rows."""
        (count,) = connection.execute(self.select("count(*)"), self.arguments).fetchone()
        return int(count)

    def some(
        self, connection: sqlite3.Connection, sort: Sort, after: int | None, limit: int
    ) -> list[int]:
        """Give some of the places, from where `behind` begins."""
        beyond, skipped = "", 0
        if sort == "relevance":
            skipped = after or 0
        elif after is not None:
            beyond = f" AND {self.place} {'>' if sort == 'oldest' else '<'} {after}"
        sql = f"{self.select()}{beyond} {self.ordered(sort)} LIMIT {limit} OFFSET {skipped}"
        return [place for (place,) in connection.execute(sql, self.arguments)]

    def places(self, connection: sqlite3.Connection, sort: Sort) -> list[int]:
        """Give every place in order."""
        sql = f"{self.select()} {self.ordered(sort)}"
        return [place for (place,) in connection.execute(sql, self.arguments)]


def rows(expression: str | None, conditions: Sequence[Condition]) -> Rows:
    """Build the query of an FTS5 expression, None for everything, and conditions."""
    if expression is None:
        # Places are NULL for what is gone, or is not there yet and moved already.
        table, place, story = "index_articles a", "a.place", "a.story_id"
        wanted = [Condition(sql="{place} IS NOT NULL", arguments=()), *conditions]
    else:
        table, place, story = "index_words w", "w.rowid", story_of("w.rowid")
        matched = Condition(sql="w.index_words MATCH ?", arguments=(expression,))
        wanted = [matched, *conditions]
    return Rows(
        table=table,
        place=place,
        story=story,
        where=" AND ".join(each.sql.format(place=place) for each in wanted),
        arguments=tuple(argument for each in wanted for argument in each.arguments),
        ranked=expression is not None,
    )


def behind(places: Sequence[int], sort: Sort, after: int | None) -> Sequence[int]:
    """Give the places behind one, or for relevance behind so many."""
    if after is None:
        return places
    if sort == "relevance":
        return places[max(0, after) :]
    return [place for place in places if (place > after if sort == "oldest" else place < after)]
