"""Every answer that is not 2xx or 3xx: `application/problem+json` (RFC 9457), never internals."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match

from rasad_api.problem_codes import BY_STATUS, ProblemCode
from rasad_core.errors import Conflict, Unavailable, Unprocessable
from rasad_core.events import Frozen
from rasad_core.query.errors import QueryRefused

# No person reads an error of these.
_FOR_MACHINES = frozenset({"/v1", "/livez", "/readyz", "/metrics", "/openapi.json"})
_FOR_MACHINES_BELOW = ("/v1/", "/feeds/", "/assets/")


class ProblemError(Frozen, frozen=True, kw_only=True):
    """One thing wrong. `pointer` is a JSON pointer into the body, or `/` and a parameter's name.

    `start` and `end` are code-point offsets into the query there.
    """

    pointer: str = ""
    code: str
    detail: str
    start: int | None = None
    end: int | None = None
    suggestion: str | None = None


class ProblemDocument(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The body of every answer that is no success (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[ProblemError, ...] | msgspec.UnsetType = msgspec.UNSET


class Problem(HTTPException):
    """Ends a request with this answer; raise it anywhere in a route or dependency."""

    def __init__(
        self,
        status: int,
        code: ProblemCode,
        detail: str,
        *,
        errors: Sequence[ProblemError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers=dict(headers or {}))
        self.code = code
        self.errors = tuple(errors)

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status_code).phrase

    def document(self) -> ProblemDocument:
        """Give the body of the answer."""
        return ProblemDocument(
            type=f"/docs/problems#{self.code}",
            title=self.title,
            status=self.status_code,
            detail=self.detail,
            errors=self.errors or msgspec.UNSET,
        )


# Shows a problem as a page; the pages put theirs into `app.state.problem_page`.
ProblemPage = Callable[[Request, Problem], Response]


def not_found(what: str) -> Problem:
    """Build the 404 of a thing that is not there, or another team's."""
    return Problem(404, "not-found", f"{what} is not there")


def bad_field(pointer: str, detail: str, *, code: str = "bad_field") -> Problem:
    """Build the 422 of one field."""
    error = ProblemError(pointer=pointer, code=code, detail=detail)
    return Problem(422, "unprocessable", detail, errors=[error])


def bad_query(refused: QueryRefused, pointer: str = "/q") -> Problem:
    """Build the 422 of a query, with the places in it."""
    errors = [
        ProblemError(
            pointer=pointer,
            code=each.code.value,
            detail=each.message,
            start=each.start,
            end=each.end,
            suggestion=each.suggestion,
        )
        for each in refused.errors
    ]
    return Problem(422, "bad-query", str(refused), errors=errors)


def problem_of(error: Exception) -> Problem:
    """Say what the outside is told of an exception; nothing of one that nobody foresaw."""
    match error:
        case Problem():
            return error
        case HTTPException():
            return _of_status(error)
        case RequestValidationError():
            return _of_parameters(error)
        case QueryRefused():
            return bad_query(error)
        case Unprocessable():
            return bad_field("", error.message, code=error.reason.value)
        case Conflict():
            return Problem(412, "stale", "somebody changed it since you read it")
        case Unavailable():
            wait = str(max(1, math.ceil(error.retry_after_seconds)))
            return Problem(503, "unavailable", str(error), headers={"retry-after": wait})
        case _:
            return Problem(500, "bug", "something went wrong here; the log has the details")


def is_for_a_page(request: Request) -> bool:
    """Say whether the answer is for a person: outside the API, unless JSON is asked for."""
    path = request.url.path
    if path in _FOR_MACHINES or path.startswith(_FOR_MACHINES_BELOW):
        return False
    return "json" not in request.headers.get("accept", "")


def answer(request: Request, problem: Problem) -> Response:
    """Show a problem: as JSON, or to a person as a page or the way to sign in."""
    if is_for_a_page(request):
        if problem.status_code == HTTPStatus.UNAUTHORIZED:
            return RedirectResponse(f"/sign-in?next={_way_back(request)}", status_code=303)
        page: ProblemPage | None = getattr(request.app.state, "problem_page", None)
        if page is not None:
            return page(request, problem)
    return Response(
        msgspec.json.encode(problem.document()),
        status_code=problem.status_code,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def add_handlers(app: FastAPI) -> None:
    """Make the application answer every foreseen exception; `guard` has the others."""
    foreseen = (HTTPException, RequestValidationError, QueryRefused, Unprocessable, Conflict,
                Unavailable)  # fmt: skip
    for kind in foreseen:
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem.headers = {"allow": ", ".join(sorted(_methods(request)))}
    return answer(request, problem)


def _methods(request: Request) -> set[str]:
    # The framework names those of the first route only; each method here has a route of its own.
    there = [
        each for each in routes_of(request.app) if each.matches(request.scope)[0] != Match.NONE
    ]
    return {method for each in there for method in getattr(each, "methods", None) or ()}


def routes_of(app: FastAPI) -> Iterator[BaseRoute]:
    """Give every route, those of included routers too."""
    return _flat(app.routes)


def _flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    for each in routes:
        included = getattr(each, "original_router", None)
        yield from [each] if included is None else _flat(included.routes)


def _of_status(error: HTTPException) -> Problem:
    code = BY_STATUS.get(error.status_code, "http-error")
    return Problem(error.status_code, code, str(error.detail), headers=error.headers)


def _of_parameters(error: RequestValidationError) -> Problem:
    errors = [_of_parameter(each) for each in error.errors()]
    return Problem(422, "unprocessable", "; ".join(each.detail for each in errors), errors=errors)


def _of_parameter(error: Mapping[str, Any]) -> ProblemError:
    # `loc` begins with where it stands: query, path, header, body.
    pointer = "".join(f"/{part}" for part in error["loc"][1:])
    name = pointer.lstrip("/") or "the request"
    return ProblemError(pointer=pointer, code=error["type"], detail=f"{name}: {error['msg']}")


def _way_back(request: Request) -> str:
    if request.method not in {"GET", "HEAD"}:
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}", safe="/")
