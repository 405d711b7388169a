"""What the two machines have in common: the engine knows no more of them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from rasad_core.query.engine.numbering import Forms, Numbered
from rasad_core.query.engine.program import Program


class Found(NamedTuple):
    """The queries that match an article, how many were looked at, and of how many a program ran."""

    queries: list[int]
    candidates: int
    verified: int


class Machine(Protocol):
    """Programs by the number of their query. For one thread."""

    def keep(self, form: int, terms: Sequence[int]) -> None:
        """Note the terms of a form; forms come in the order of their numbers, and again."""

    def terms_of(self, form: int) -> Sequence[int]:
        """Give what was noted last of a form."""

    def forget(self, terms: Sequence[int]) -> None:
        """Forget all forms, and what was counted of terms that name other things now."""

    def add(self, query: int, program: Program) -> None:
        """Take in a query of a number that is free."""

    def remove(self, query: int) -> None:
        """Take out a query, whose number is free then."""

    def match(self, article: Numbered, several: Sequence[int], forms: Forms, now: int) -> Found:
        """Give the queries that match an article; `several` is `Numbering.several`."""

    def met(self, term: int) -> int:
        """Say in how many articles a term was."""

    def visits(self, queries: Sequence[int]) -> Sequence[tuple[int, int]]:
        """Say how often the programs of queries were run, and how long each is."""
