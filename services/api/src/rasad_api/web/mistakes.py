"""A query that was refused, with the places of what is wrong in it."""

from collections.abc import Iterable

from rasad_api.problems import ProblemError
from rasad_api.web.marking import Pieces, marked


def marked_mistakes(query: str, errors: Iterable[ProblemError]) -> Pieces:
    """Mark every place; a mistake without letters of its own marks the one before it."""
    spans = [
        _visible(query, each.start, each.end)
        for each in errors
        if each.start is not None and each.end is not None
    ]
    return marked(query, spans) if spans else ()


def _visible(query: str, start: int, end: int) -> tuple[int, int]:
    if start < end or not query:
        return start, end
    return (start - 1, start) if start else (0, 1)
