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


def _column(name: str) -> str:
    return f"(SELECT {name} FROM index_bodies WHERE place = {{place}})"


class Rows(Frozen, frozen=True, kw_only=True):
    """FROM, WHERE and arguments of a query; `ranked` where words give a relevance."""

    table: str
    place: str
    where: str
    arguments: Arguments
    ranked: bool

    def select(self, columns: str = "{place}") -> str:
        """Give the query without an order; `{place}` in the columns is the row's place."""
        return f"SELECT {columns.format(place=self.place)} FROM {self.table} WHERE {self.where}"

    def ordered(self, sort: Sort) -> str:
        """Give the ORDER BY of a sort; without words there is no relevance, and newest serves."""
        if sort == "relevance" and self.ranked:
            return f"ORDER BY w.rank, {self.place} DESC"
        return f"ORDER BY {self.place}{'' if sort == 'oldest' else ' DESC'}"

    def places(self, connection: sqlite3.Connection, sort: Sort) -> list[int]:
        """Give every place in order."""
        sql = f"{self.select()} {self.ordered(sort)}"
        return [place for (place,) in connection.execute(sql, self.arguments)]


def rows(expression: str | None, conditions: Sequence[Condition]) -> Rows:
    """Build the query of an FTS5 expression, None for everything, and conditions."""
    if expression is None:
        # Places are NULL for what is gone, or is not there yet and moved already.
        table, place = "index_articles a", "a.place"
        wanted = [Condition(sql="{place} IS NOT NULL", arguments=()), *conditions]
    else:
        table, place = "index_words w", "w.rowid"
        matched = Condition(sql="w.index_words MATCH ?", arguments=(expression,))
        wanted = [matched, *conditions]
    return Rows(
        table=table,
        place=place,
        where=" AND ".join(each.sql.format(place=place) for each in wanted),
        arguments=tuple(argument for each in wanted for argument in each.arguments),
        ranked=expression is not None,
    )
