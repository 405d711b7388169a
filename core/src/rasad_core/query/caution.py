"""Warnings of what is legal in a query but unwise, in the words that authors read."""

from rasad_core.query.ast import Node
from rasad_core.query.errors import Code, QueryError
from rasad_core.query.places import extent
from rasad_core.query.print import to_text

# Messages name a clause by this much of it.
_SHOWN_CHARACTERS = 80
LEAVE_OUT = "leave it out"


def about(code: Code, node: Node, what: str, advice: str = LEAVE_OUT) -> QueryError:
    """Warn of a part of a query, named by the beginning of its text."""
    start, end = extent(node)
    shown = to_text(node)
    shown = shown if len(shown) <= _SHOWN_CHARACTERS else f"{shown[:_SHOWN_CHARACTERS]}…"
    return QueryError(
        code=code, message=f"`{shown}` {what}.", start=start, end=end, suggestion=advice
    )
