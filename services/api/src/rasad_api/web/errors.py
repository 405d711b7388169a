"""Problems as pages."""

from starlette.requests import Request
from starlette.responses import Response

from rasad_api.problems import Problem
from rasad_api.web.rendering import render
from rasad_core.events import Frozen

# Statuses with a sentence of their own; others get the problem's.
_KNOWN = frozenset({403, 404, 405, 412, 503})


class ProblemView(Frozen, frozen=True, kw_only=True):
    """The page; `known` is the key of its texts."""

    status: int
    known: str
    detail: str


def problem_page(request: Request, problem: Problem) -> Response:
    """Show a problem; the details of a bug stay in the log."""
    status = problem.status_code
    view = ProblemView(
        status=status,
        known=str(status) if status in _KNOWN else "other",
        detail="" if problem.detail == problem.title else problem.detail,
    )
    response = render(request, "problem.html", view, status=status)
    response.headers.update(problem.headers or {})
    return response
