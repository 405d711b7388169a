"""Sources over HTTP: what is read, how it is doing, lists in and out."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from rasad_api import sources
from rasad_api.auth import Reader, Writer
from rasad_api.bodies import RawBody, json_body, media_type, unsupported
from rasad_api.cursors import DEFAULT_LIMIT, Cursor, Limit, read_cursor, write_cursor
from rasad_api.etags import check_version, conditional, holds, owned_tag, tag_of
from rasad_api.openapi import answers, nothing, problem, takes
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem
from rasad_api.responses import MsgspecResponse
from rasad_api.source_lists import ImportedList, add_list
from rasad_api.sources import SourceChange, SourceDraft, SourceJson
from rasad_core.documents.sources import SourceKind
from rasad_core.events import Frozen
from rasad_core.intake.opml import write_opml

router = APIRouter(prefix="/v1", tags=["sources"])
_KIND = "sources"
_OPML = "text/x-opml"
# As readers of feeds and file managers name it.
_OPML_TOO = (_OPML, "text/xml", "application/xml", "application/octet-stream", "text/plain")
SourceId = Annotated[str, Path(max_length=200, description="The source's id.")]


class SourceList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The team's sources in the order of their ids."""

    sources: tuple[SourceJson, ...]
    next_cursor: str | None


class SiteAsked(Frozen, frozen=True, kw_only=True):
    """The address of a site, a page, or a source itself."""

    url: Annotated[str, msgspec.Meta(max_length=4096)]


class DiscoveredJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A source that may be added."""

    url: str
    kind: SourceKind
    title: str | None


class DiscoveredList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What was found; none is an answer too."""

    sources: tuple[DiscoveredJson, ...]


@router.post(
    "/sources",
    operation_id="addSource",
    status_code=201,
    responses=answers(SourceJson, 403, 409, 415, 422, status=201),
    openapi_extra=takes(SourceDraft, example={"url": "https://quay.example/feed.xml"}),
)
def add_source(
    caller: Writer,
    ports: PortsDep,
    draft: Annotated[SourceDraft, Depends(json_body(SourceDraft))],
) -> Response:
    """Read an address from now on; 422 at once where it can be seen that it may not be read."""
    source = sources.add_source(ports, caller.team_id, draft)
    headers = {"location": f"/v1/sources/{source.source_id}"}
    return _answer(ports, caller.team_id, source.source_id, 201, headers)


@router.post(
    "/sources/discover",
    operation_id="discoverSources",
    responses=answers(DiscoveredList, 403, 415, 422, 501, 503),
    openapi_extra=takes(SiteAsked, example={"url": "https://quay.example/"}),
)
def discover_sources(
    _: Writer, ports: PortsDep, asked: Annotated[SiteAsked, Depends(json_body(SiteAsked))]
) -> Response:
    """Find the sources behind a site's address: itself if it is one, or those its page names."""
    url = sources.readable_url(ports, asked.url)
    if ports.discover is None:
        detail = (
            "the API of a cluster reads no pages; add the address of the feed or sitemap itself"
        )
        raise Problem(501, "not-offered", detail)
    found = tuple(
        DiscoveredJson(url=each.url, kind=each.kind, title=each.title)
        for each in ports.discover(url)
    )
    return MsgspecResponse(DiscoveredList(sources=found))


@router.get("/sources", operation_id="listSources", responses=answers(SourceList, 422))
def list_sources(
    request: Request,
    caller: Reader,
    ports: PortsDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List the team's sources and how they are doing."""
    after = read_cursor(_KIND, cursor)
    found = sources.list_sources(ports, caller.team_id, after=after, limit=limit + 1)
    page = tuple(found[:limit])
    more = len(found) > limit
    next_cursor = write_cursor(_KIND, page[-1].source_id) if more else None
    return conditional(request, SourceList(sources=page, next_cursor=next_cursor))


@router.get(
    "/sources.opml",
    operation_id="exportSources",
    responses={200: {"description": "OPML 2.0.", "content": {_OPML: {}}}},
)
def export_sources(request: Request, caller: Reader, ports: PortsDep) -> Response:
    """Give every source of the team as OPML."""
    content = write_opml(sources.all_sources(ports, caller.team_id))
    tag = tag_of(content)
    if holds(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"etag": tag})
    headers = {"etag": tag, "content-disposition": 'attachment; filename="sources.opml"'}
    return Response(content, media_type=f"{_OPML}; charset=utf-8", headers=headers)


@router.post(
    "/sources.opml",
    operation_id="importSources",
    responses=answers(ImportedList, 403, 413, 415, 422),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {each: {"schema": {"type": "string"}} for each in _OPML_TOO},
        }
    },
)
def import_sources(request: Request, caller: Writer, ports: PortsDep, body: RawBody) -> Response:
    """Add every source of an OPML list; one that is wrong never stops the rest."""
    kind, _ = media_type(request)
    if kind not in _OPML_TOO and not kind.endswith("+xml"):
        raise unsupported(kind, _OPML)
    return MsgspecResponse(add_list(ports, caller.team_id, body))


@router.get("/sources/{source_id}", operation_id="getSource", responses=answers(SourceJson, 404))
def get_source(request: Request, caller: Reader, ports: PortsDep, source_id: SourceId) -> Response:
    """Give one source and how it is doing."""
    held = sources.held_source(ports, caller.team_id, source_id)
    shown = sources.source_json(ports, held.value)
    return conditional(request, shown, etag=owned_tag(held.version, shown))


@router.patch(
    "/sources/{source_id}",
    operation_id="changeSource",
    responses=answers(SourceJson, 403, 404, 412, 415, 422, 428),
    openapi_extra=takes(SourceChange, example={"name": "Quay News", "tags": ["port"]}),
)
def change_source(
    request: Request,
    caller: Writer,
    ports: PortsDep,
    source_id: SourceId,
    change: Annotated[SourceChange, Depends(json_body(SourceChange))],
) -> Response:
    """Change what goes to its articles from now on; another address is another source."""
    held = sources.held_source(ports, caller.team_id, source_id)
    check_version(request, held.version)
    sources.change_source(ports, caller.team_id, source_id, change, expected_version=held.version)
    return _answer(ports, caller.team_id, source_id, 200, {})


@router.delete(
    "/sources/{source_id}",
    operation_id="removeSource",
    status_code=204,
    responses=nothing(403, 404, 412, 428),
)
def remove_source(
    request: Request, caller: Writer, ports: PortsDep, source_id: SourceId
) -> Response:
    """Read it no more; its articles stay."""
    held = sources.held_source(ports, caller.team_id, source_id)
    check_version(request, held.version)
    sources.remove_source(ports, caller.team_id, source_id, expected_version=held.version)
    return Response(status_code=204)


@router.post(
    "/sources/{source_id}/poll",
    operation_id="pollSource",
    status_code=202,
    responses={**answers(SourceJson, 403, 404, status=202), 412: problem(412)},
)
def poll_source(caller: Writer, ports: PortsDep, source_id: SourceId) -> Response:
    """Ask for a poll soon, whenever it was to be polled."""
    sources.ask_poll(ports, caller.team_id, source_id)
    return _answer(ports, caller.team_id, source_id, 202, {})


def _answer(
    ports: Ports, team_id: str, source_id: str, status: int, headers: dict[str, str]
) -> Response:
    held = sources.held_source(ports, team_id, source_id)
    shown = sources.source_json(ports, held.value)
    tag = {"etag": owned_tag(held.version, shown)}
    return MsgspecResponse(shown, status_code=status, headers={**headers, **tag})
