"""`/inbox`: what the alerts found, newest first, and what people make of it."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from rasad_api.alerts import alert_of, list_alerts
from rasad_api.auth import Reader, Writer
from rasad_api.ports import PortsDep
from rasad_api.problems import bad_field
from rasad_api.triage import set_triage, triage_of
from rasad_api.web.forms import Posted, text_of
from rasad_api.web.inbox import STATES, InboxGroup, grouped, read_inbox
from rasad_api.web.rendering import render
from rasad_api.web.signing import safe_way
from rasad_core.documents.alerts import Alert
from rasad_core.documents.matches import TriageState
from rasad_core.events import Frozen

router = APIRouter(include_in_schema=False)


class StateLink(Frozen, frozen=True, kw_only=True):
    """The inbox in one state, or (empty) in any."""

    state: str
    href: str
    chosen: bool


class InboxView(Frozen, frozen=True, kw_only=True):
    """The page."""

    groups: tuple[InboxGroup, ...]
    alerts: tuple[Alert, ...]
    alert_id: str
    state: str
    states: tuple[StateLink, ...]
    first_href: str | None
    next_href: str | None


@router.get("/inbox")
def inbox(request: Request, caller: Reader, ports: PortsDep) -> Response:
    """Show the team's matches, or those of one alert, in one state or in any."""
    asked = request.query_params
    alert_id, state = asked.get("alert", ""), _state(asked.get("state", ""))
    alerts = {each.alert_id: each for each in list_alerts(ports, caller.team_id)}
    if alert_id and alert_id not in alerts:
        alert_of(ports, caller.team_id, alert_id)
    after = asked.get("after", "")
    page = read_inbox(ports, caller.team_id, alert_id=alert_id, state=state, after=after)
    view = InboxView(
        groups=grouped(page.matches, alerts),
        alerts=tuple(sorted(alerts.values(), key=lambda each: each.name.casefold())),
        alert_id=alert_id,
        state=state or "",
        states=_states(asked, state),
        first_href=_href(asked, after="") if after else None,
        next_href=_href(asked, after=page.next_after) if page.next_after else None,
    )
    return render(request, "inbox.html", view)


@router.post("/inbox/triage")
def triage(caller: Writer, ports: PortsDep, posted: Posted) -> Response:
    """Say what one match or several are; notes stay. Goes back to where the form was."""
    state = _state(text_of(posted, "state"))
    if state is None:
        raise bad_field("/state", f"a match is {', '.join(STATES)}")
    for match_id in map(str, posted.getlist("match")):
        held = triage_of(ports, match_id)
        note = held.value.note if held else ""
        set_triage(ports, caller.team_id, match_id, state, note, caller.key_id)
    return RedirectResponse(safe_way(text_of(posted, "back"), "/inbox"), status_code=303)


def _state(written: str) -> TriageState | None:
    return next((each for each in STATES if each == written), None)


def _states(asked: QueryParams, state: TriageState | None) -> tuple[StateLink, ...]:
    return tuple(
        StateLink(state=each, href=_href(asked, state=each, after=""), chosen=each == (state or ""))
        for each in ("", *STATES)
    )


def _href(asked: QueryParams, **changes: str) -> str:
    pairs = {name: asked.get(name, "") for name in ("alert", "state", "after")} | changes
    kept = {name: value for name, value in pairs.items() if value}
    return f"/inbox?{urlencode(kept)}" if kept else "/inbox"
