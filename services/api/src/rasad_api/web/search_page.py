"""`/search`: the archive by query, filters and time."""

from fastapi import APIRouter, Request
from msgspec.structs import replace
from starlette.responses import RedirectResponse, Response

from rasad_api.auth import Reader
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem, ProblemError, bad_query
from rasad_api.searches import SearchAsked, next_cursor, request_of
from rasad_api.web.chart import Chart, chart_of
from rasad_api.web.facets import (
    Facet,
    Filter,
    entity_names,
    facets_of,
    filters_of,
    with_names,
)
from rasad_api.web.hits import HitView, hit_view
from rasad_api.web.interface import Interface, interface_of
from rasad_api.web.marking import Pieces
from rasad_api.web.mistakes import marked_mistakes
from rasad_api.web.rendering import render
from rasad_api.web.searching import FACETS, SORTS, as_query, asked_by, link
from rasad_core.events import Frozen
from rasad_core.query.errors import QueryError, QueryRefused
from rasad_core.query.parse import parse

router = APIRouter(include_in_schema=False)
_PERIODS = ("-1h", "-1d", "-7d", "-30d")


class Choice(Frozen, frozen=True, kw_only=True):
    """One of several; exactly one is chosen, or none."""

    value: str
    href: str
    chosen: bool


class Found(Frozen, frozen=True, kw_only=True):
    """What a search found."""

    total: int
    stories: int | None
    hits: tuple[HitView, ...]
    facets: tuple[Facet, ...]
    chart: Chart | None
    warnings: tuple[QueryError, ...]
    next_href: str | None


class SearchView(Frozen, frozen=True, kw_only=True):
    """The page; without `found` the search has no meaning, and `errors` say why."""

    asked: SearchAsked
    errors: tuple[ProblemError, ...] = ()
    mistakes: Pieces = ()
    found: Found | None = None
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    fold_href: str
    widened_href: str
    first_href: str
    csv_href: str
    jsonl_href: str
    alert_query: str


@router.get("/")
def home() -> Response:
    """Begin with what is new."""
    return RedirectResponse("/search", status_code=307)


@router.get("/search")
def search(request: Request, _: Reader, ports: PortsDep) -> Response:
    """Show what a query finds; without one everything, newest first."""
    ui = interface_of(request)
    asked = asked_by(request.query_params)
    names = with_names(ports, ui, asked.entity, {})
    empty = _empty(asked, filters_of(ui, asked, names))
    try:
        view = replace(empty, found=_found(ports, ui, asked))
    except QueryRefused as refused:
        view = _refused(empty, bad_query(refused))
    except Problem as problem:
        view = _refused(empty, problem)
    return render(request, "search.html", view, status=422 if view.errors else 200)


def _found(ports: Ports, ui: Interface, asked: SearchAsked) -> Found:
    request = request_of(replace(asked, facets=FACETS), ports.clock.now())
    result = ports.index.search(request)
    names = entity_names(ui, (hit.article for hit in result.hits))
    following = next_cursor(request, result)
    return Found(
        total=result.total,
        stories=result.stories,
        hits=tuple(hit_view(hit, asked) for hit in result.hits),
        facets=facets_of(ports, ui, asked, request, result.facets, names),
        chart=chart_of(ports.index.histogram(request), asked) if result.total else None,
        warnings=parse(asked.q).warnings if asked.q.strip() else (),
        next_href=link(replace(asked, cursor=following)) if following else None,
    )


def _empty(asked: SearchAsked, filters: tuple[Filter, ...]) -> SearchView:
    first = replace(asked, cursor=None)
    widened = replace(first, since=None, until=None)
    bare = replace(widened, sort="newest", fold="")
    return SearchView(
        asked=asked,
        filters=filters,
        sorts=tuple(
            Choice(value=each, href=link(replace(first, sort=each)), chosen=each == asked.sort)
            for each in SORTS
        ),
        periods=tuple(
            Choice(
                value=each,
                href=link(replace(widened, since=each)),
                chosen=asked.since == each and asked.until is None,
            )
            for each in _PERIODS
        ),
        fold_href=link(replace(first, fold="" if asked.fold else "story")),
        widened_href=link(widened),
        first_href=link(first),
        csv_href=link(replace(bare, since=asked.since, until=asked.until), "/v1/export", **_CSV),
        jsonl_href=link(replace(bare, since=asked.since, until=asked.until), "/v1/export"),
        alert_query=as_query(asked),
    )


_CSV = {"as": "csv"}


def _refused(view: SearchView, problem: Problem) -> SearchView:
    errors = problem.errors or (ProblemError(code=problem.code, detail=problem.detail),)
    return replace(view, errors=errors, mistakes=marked_mistakes(view.asked.q, errors))
