"""The answer of `rasad query check`: a query's canonical form, reading and cost, or its errors."""

from typing import Literal

from rasad_core.events import Frozen
from rasad_core.query.cost import Estimate, cost
from rasad_core.query.errors import QueryError, QueryRefused
from rasad_core.query.parse import parse
from rasad_core.query.print import to_text
from rasad_core.query.words import Language, in_words


class Accepted(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A query with a meaning; `query` is its canonical form, `words` its reading.

    `cost` is a guess from how often words are used, before any archive was asked.
    """

    ok: Literal[True] = True
    query: str
    words: str
    warnings: tuple[QueryError, ...]
    cost: Estimate


class Refused(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A query without one."""

    ok: Literal[False] = False
    errors: tuple[QueryError, ...]


CheckReport = Accepted | Refused


def check(text: str, language: Language = "en") -> CheckReport:
    """Say what a query means, or what is wrong with it; never raises for a bad query.

    `words` are in the language asked for; messages are English.
    """
    try:
        query = parse(text)
    except QueryRefused as refused:
        return Refused(errors=refused.errors)
    guess = cost(query.node)
    return Accepted(
        query=to_text(query.node),
        words=in_words(query.node, language),
        warnings=query.warnings,
        cost=Estimate(share=round(guess.share, 9), work=round(guess.work, 1)),
    )
