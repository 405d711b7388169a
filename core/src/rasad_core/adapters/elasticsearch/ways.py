"""In which ways a request is asked for: as it is, and where the server refuses it, in others."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rasad_core.adapters.elasticsearch.asking import Asking, TooMuch, TooWide, selecting
from rasad_core.adapters.elasticsearch.costs import hard, positional
from rasad_core.adapters.elasticsearch.query import Query, Settled
from rasad_core.adapters.elasticsearch.settling import settled
from rasad_core.ports import SearchRequest
from rasad_core.query.ast import Node
from rasad_core.query.errors import Code, QueryRefused

T = TypeVar("T")


def answered(asking: Asking, request: SearchRequest, ask: Callable[[Query], T]) -> T:
    """Ask for the articles of a request in the first way that the server takes.

    What it cannot say is verified beforehand, see `settling`; what it refuses for a wildcard is
    said letter by letter, and what it refuses all the same is verified too. Raises `QueryRefused`.
    """
    scored, query = request.sort == "relevance", request.query
    if query is None:
        return ask(selecting(request))
    try:
        return ask(selecting(request, scored=scored, settled=_settled(asking, request, query)))
    except TooMuch as error:
        refused = error
    if isinstance(refused, TooWide):
        try:
            known = _settled(asking, request, query, apart=True)
            return ask(selecting(request, scored=scored, apart=True, settled=known))
        except TooMuch as error:
            refused = error
    if not (parts := positional(query)):
        raise refused
    return ask(selecting(request, scored=scored, settled=settled(asking, request, parts)))


def _settled(
    asking: Asking, request: SearchRequest, query: Node, *, apart: bool = False
) -> Settled | None:
    """Verify what the server cannot say; what it says slowly only where there is not too much."""
    parts = hard(query, apart=apart)
    must = hard(query, apart=apart, patiently=True)
    try:
        return _of(asking, request, parts)
    except QueryRefused as error:
        if parts == must or error.errors[0].code is not Code.TOO_BROAD:
            raise
    return _of(asking, request, must)


def _of(asking: Asking, request: SearchRequest, parts: Sequence[Node]) -> Settled | None:
    return settled(asking, request, parts) if parts else None
