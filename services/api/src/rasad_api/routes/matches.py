"""Matches over HTTP: what alerts found, what became of it, and what people make of it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from msgspec import UNSET, UnsetType
from starlette.responses import Response

from rasad_api.alerts import alert_of
from rasad_api.auth import Reader, Writer
from rasad_api.bodies import json_body
from rasad_api.cursors import DEFAULT_LIMIT, Cursor, Limit, read_cursor, write_cursor
from rasad_api.etags import check_version, conditional, owned_tag
from rasad_api.explaining import ExplainJson, explained
from rasad_api.openapi import answers, takes
from rasad_api.ports import Ports, PortsDep
from rasad_api.responses import MsgspecResponse
from rasad_api.triage import match_of, set_triage, triage_of
from rasad_core.documents.match_view import MatchJson, match_views, read_matches
from rasad_core.documents.matches import TriageState
from rasad_core.events import Frozen

router = APIRouter(prefix="/v1", tags=["matches"])
_KIND = "matches"
# Pages read for one answer where most matches are in another state; the cursor goes on from there.
_MOST_PAGES = 20
MatchId = Annotated[str, Path(max_length=200, description="The match's id.")]
AlertId = Annotated[str, Path(max_length=200, description="The alert's id.")]
WantedState = Annotated[TriageState | None, Query(description="Only those in this state.")]


class MatchList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """Matches, newest first. With `state` a page may be short, and the cursor still go on."""

    matches: tuple[MatchJson, ...]
    next_cursor: str | None


class TriageChange(Frozen, frozen=True, kw_only=True):
    """What a match is to its readers; what is not named stays."""

    state: TriageState | UnsetType = UNSET
    note: str | UnsetType = UNSET


@router.get("/matches", operation_id="listMatches", responses=answers(MatchList, 404, 422))
def list_matches(  # noqa: PLR0917  one parameter for each of the address
    request: Request,
    caller: Reader,
    ports: PortsDep,
    alert: Annotated[str | None, Query(max_length=200, description="Only this alert's.")] = None,
    state: WantedState = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List what the team's alerts found, newest first."""
    if alert:
        alert_of(ports, caller.team_id, alert)
    return _listed(request, ports, caller.team_id, alert or None, state, limit, cursor)


@router.get(
    "/alerts/{alert_id}/matches",
    operation_id="listMatchesOfAlert",
    responses=answers(MatchList, 404, 422),
)
def list_matches_of_alert(  # noqa: PLR0917  one parameter for each of the address
    request: Request,
    caller: Reader,
    ports: PortsDep,
    alert_id: AlertId,
    state: WantedState = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List what one alert found, newest first."""
    alert_of(ports, caller.team_id, alert_id)
    return _listed(request, ports, caller.team_id, alert_id, state, limit, cursor)


@router.get("/matches/{match_id}", operation_id="getMatch", responses=answers(MatchJson, 404))
def get_match(request: Request, caller: Reader, ports: PortsDep, match_id: MatchId) -> Response:
    """Give one match."""
    shown = _view(ports, caller.team_id, match_id)
    return conditional(request, shown, etag=owned_tag(_version(ports, match_id), shown))


@router.patch(
    "/matches/{match_id}",
    operation_id="triageMatch",
    responses=answers(MatchJson, 403, 404, 412, 415, 422, 428),
    openapi_extra=takes(TriageChange, example={"state": "acknowledged", "note": "called the port"}),
)
def triage_match(
    request: Request,
    caller: Writer,
    ports: PortsDep,
    match_id: MatchId,
    change: Annotated[TriageChange, Depends(json_body(TriageChange))],
) -> Response:
    """Say what a match is to its readers, with a note; an ETag fails only on another's triage."""
    match_of(ports, caller.team_id, match_id)
    held = triage_of(ports, match_id)
    version = held.version if held else 0
    check_version(request, version)
    state: TriageState = held.value.state if held else "new"
    note = held.value.note if held else ""
    set_triage(
        ports,
        caller.team_id,
        match_id,
        state if change.state is UNSET else change.state,
        note if change.note is UNSET else change.note,
        caller.key_id,
        expected_version=version,
    )
    shown = _view(ports, caller.team_id, match_id)
    tag = owned_tag(_version(ports, match_id), shown)
    return MsgspecResponse(shown, headers={"etag": tag})


@router.get("/explain", operation_id="explain", responses=answers(ExplainJson, 404, 422))
def explain(
    request: Request,
    caller: Reader,
    ports: PortsDep,
    alert: Annotated[str, Query(max_length=200, description="The alert's id.")],
    article: Annotated[str, Query(max_length=4096, description="The article's id or URL.")],
) -> Response:
    """Say why an alert speaks of an article or not, clause by clause."""
    return conditional(request, explained(ports, caller.team_id, alert, article))


def _view(ports: Ports, team_id: str, match_id: str) -> MatchJson:
    (shown,) = match_views(ports.store, [match_of(ports, team_id, match_id)])
    return shown


def _version(ports: Ports, match_id: str) -> int:
    held = triage_of(ports, match_id)
    return held.version if held else 0


def _listed(  # noqa: PLR0917  what, of whose, how far: all of it every time
    request: Request,
    ports: Ports,
    team_id: str,
    alert_id: str | None,
    state: TriageState | None,
    limit: int,
    cursor: str | None,
) -> Response:
    # Lists of two alerts have different keys, so that a cursor of one means nothing in another.
    kind = f"{_KIND}/{alert_id or ''}"
    found, after = _found(ports, team_id, alert_id, state, limit, read_cursor(kind, cursor))
    next_cursor = write_cursor(kind, after) if after else None
    return conditional(request, MatchList(matches=tuple(found), next_cursor=next_cursor))


def _found(  # noqa: PLR0917  what, of whose, how far: all of it every time
    ports: Ports,
    team_id: str,
    alert_id: str | None,
    state: TriageState | None,
    limit: int,
    after: str,
) -> tuple[Sequence[MatchJson], str | None]:
    found: list[MatchJson] = []
    next_after: str | None = after
    for _ in range(_MOST_PAGES):
        page = read_matches(
            ports.store,
            team_id=None if alert_id else team_id,
            alert_id=alert_id,
            after=next_after or "",
            limit=limit - len(found),
        )
        found += [each for each in page.matches if state in {None, each.state}]
        next_after = page.next_after
        if next_after is None or len(found) >= limit:
            break
    return found, next_after
