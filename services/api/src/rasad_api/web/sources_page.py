"""`/sources`: what a team reads, how each is doing, and the form to read more."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from rasad_api.auth import Caller, Reader, Writer
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem, ProblemError
from rasad_api.source_lists import ImportedList, add_list
from rasad_api.sources import (
    SourceDraft,
    SourceJson,
    add_source,
    ask_poll,
    list_sources,
    remove_source,
    source_of,
)
from rasad_api.web.forms import Posted, by_field, content_of, text_of
from rasad_api.web.rendering import render
from rasad_core.documents.sources import SourceKind
from rasad_core.errors import Unprocessable
from rasad_core.events import Frozen

router = APIRouter(include_in_schema=False)
_FIELDS = ("url", "kind", "name", "country", "language")
# A team's sources on one page.
_PAGE = 100
_KINDS: Mapping[str, SourceKind] = {"feed": "feed", "sitemap": "sitemap", "page": "page"}


class SourceForm(Frozen, frozen=True, kw_only=True):
    """What is typed into the form."""

    url: str = ""
    kind: SourceKind = "feed"
    name: str = ""
    country: str = ""
    language: str = ""


class SourcesView(Frozen, frozen=True, kw_only=True):
    """The page; `said` is the text that says what was just done."""

    sources: tuple[SourceJson, ...]
    form: SourceForm
    errors: Mapping[str, tuple[ProblemError, ...]]
    said: str
    next_href: str | None
    imported: ImportedList | None


class RemoveView(Frozen, frozen=True, kw_only=True):
    """The question whether a source is to be read no more."""

    source: SourceJson


@router.get("/sources")
def sources(request: Request, caller: Reader, ports: PortsDep) -> Response:
    """List what the team reads."""
    url = request.query_params.get("url", "")
    return _listed(request, ports, caller, SourceForm(url=url), {})


@router.post("/sources")
def add(request: Request, caller: Writer, ports: PortsDep, posted: Posted) -> Response:
    """Read an address from now on; what was wrong is shown beside what was typed."""
    form = SourceForm(
        url=text_of(posted, "url"),
        kind=_KINDS.get(text_of(posted, "kind"), "feed"),
        name=text_of(posted, "name"),
        country=text_of(posted, "country"),
        language=text_of(posted, "language"),
    )
    draft = SourceDraft(
        url=form.url, kind=form.kind, name=form.name or None, country=form.country or None,
        language=form.language or None,
    )  # fmt: skip
    try:
        add_source(ports, caller.team_id, draft)
    except Problem as problem:
        return _listed(request, ports, caller, form, by_field(problem, _FIELDS))
    return _back("added")


@router.post("/sources/opml")
def add_from_list(request: Request, caller: Writer, ports: PortsDep, posted: Posted) -> Response:
    """Add every source of an OPML file, and say what became of each."""
    try:
        imported = add_list(ports, caller.team_id, content_of(posted, "opml"))
    except Unprocessable as refused:
        errors = {"": (ProblemError(code=refused.reason.value, detail=refused.message),)}
        return _listed(request, ports, caller, SourceForm(), errors)
    return _listed(request, ports, caller, SourceForm(), {}, imported=imported)


@router.post("/sources/{source_id}/poll")
def poll(caller: Writer, ports: PortsDep, source_id: str) -> Response:
    """Read a source soon."""
    ask_poll(ports, caller.team_id, source_id)
    return _back("polled")


@router.get("/sources/{source_id}/delete")
def ask_to_remove(request: Request, caller: Writer, ports: PortsDep, source_id: str) -> Response:
    """Ask whether a source is to be read no more."""
    view = RemoveView(source=source_of(ports, caller.team_id, source_id))
    return render(request, "source_delete.html", view)


@router.post("/sources/{source_id}/delete")
def remove(caller: Writer, ports: PortsDep, source_id: str) -> Response:
    """Read a source no more; its articles stay."""
    remove_source(ports, caller.team_id, source_id)
    return _back("removed")


def _listed(
    request: Request,
    ports: Ports,
    caller: Caller,
    form: SourceForm,
    errors: Mapping[str, tuple[ProblemError, ...]],
    *,
    imported: ImportedList | None = None,
) -> Response:
    after = request.query_params.get("after", "")
    found = list_sources(ports, caller.team_id, after=after, limit=_PAGE + 1)
    said = request.query_params.get("done", "")
    view = SourcesView(
        sources=tuple(found[:_PAGE]),
        form=form,
        errors=errors,
        said=said if said in {"added", "polled", "removed"} else "",
        next_href=f"/sources?after={found[_PAGE - 1].source_id}" if len(found) > _PAGE else None,
        imported=imported,
    )
    return render(request, "sources.html", view, status=422 if errors else 200)


def _back(done: str) -> Response:
    return RedirectResponse(f"/sources?done={done}", status_code=303)
