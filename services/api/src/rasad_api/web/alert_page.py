"""`/alerts/{id}`: one alert, changed, paused, resumed and deleted by plain forms."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from rasad_api.alert_views import feed_path
from rasad_api.alerts import alert_of, change_alert, set_state
from rasad_api.auth import Reader, Writer
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem, bad_field
from rasad_api.web.alerts_page import FormView, previewed, refused, saved
from rasad_api.web.forms import AlertForm, Posted, alert_form, form_of, text_of
from rasad_api.web.inbox import InboxGroup, grouped
from rasad_api.web.rendering import render
from rasad_core.documents.alerts import Alert
from rasad_core.documents.match_view import read_matches
from rasad_core.errors import Conflict
from rasad_core.events import AlertState, Frozen

router = APIRouter(include_in_schema=False)
_RECENT = 10


class AlertView(Frozen, frozen=True, kw_only=True):
    """The page."""

    alert: Alert
    form: FormView
    feed_url: str
    recent: tuple[InboxGroup, ...]
    more: bool
    saved: bool


class DeleteView(Frozen, frozen=True, kw_only=True):
    """The question whether an alert is to go."""

    alert: Alert


@router.get("/alerts/{alert_id}")
def alert(request: Request, caller: Reader, ports: PortsDep, alert_id: str) -> Response:
    """Show an alert, its form and what it found last."""
    held = alert_of(ports, caller.team_id, alert_id)
    return _shown(request, ports, held, _form(held, form_of(held)))


@router.post("/alerts/{alert_id}")
def change(
    request: Request, caller: Writer, ports: PortsDep, posted: Posted, alert_id: str
) -> Response:
    """Change an alert, or show what it would find; what was typed is kept either way."""
    held = alert_of(ports, caller.team_id, alert_id)
    form = alert_form(posted)
    view = _form(held, form)
    if text_of(posted, "action") == "preview":
        return _shown(request, ports, held, previewed(request, ports, view))
    try:
        changed = change_alert(
            ports, caller.team_id, alert_id, form.drafted(held),
            expected_version=form.version or held.version,
        )  # fmt: skip
    except Conflict:
        problem = Problem(412, "stale", "somebody changed this alert since you opened it")
        return _shown(request, ports, held, refused(view, problem), status=409)
    except Problem as problem:
        return _shown(request, ports, held, refused(view, problem), status=422)
    known = {channel.url for channel in held.channels}
    return saved(
        request, changed, tuple(each for each in changed.channels if each.url not in known)
    )


@router.post("/alerts/{alert_id}/state")
def change_state(caller: Writer, ports: PortsDep, posted: Posted, alert_id: str) -> Response:
    """Pause an alert, or have it watch."""
    states: dict[str, AlertState] = {"armed": "armed", "paused": "paused"}
    state = states.get(text_of(posted, "state"))
    if state is None:
        raise bad_field("/state", "an alert is made `armed` or `paused` here")
    set_state(ports, caller.team_id, alert_id, state)
    return RedirectResponse(f"/alerts/{alert_id}?saved=1", status_code=303)


@router.get("/alerts/{alert_id}/delete")
def ask_to_delete(request: Request, caller: Writer, ports: PortsDep, alert_id: str) -> Response:
    """Ask whether an alert is to go."""
    view = DeleteView(alert=alert_of(ports, caller.team_id, alert_id))
    return render(request, "alert_delete.html", view)


@router.post("/alerts/{alert_id}/delete")
def delete(caller: Writer, ports: PortsDep, alert_id: str) -> Response:
    """Delete an alert; what it found stays."""
    set_state(ports, caller.team_id, alert_id, "deleted")
    return RedirectResponse("/alerts?deleted=1", status_code=303)


def _form(held: Alert, form: AlertForm) -> FormView:
    return FormView(form=form, action=f"/alerts/{held.alert_id}", held=held)


def _shown(
    request: Request, ports: Ports, held: Alert, form: FormView, *, status: int = 200
) -> Response:
    found = read_matches(ports.store, alert_id=held.alert_id, limit=_RECENT)
    view = AlertView(
        alert=held,
        form=form,
        feed_url=str(request.base_url).rstrip("/") + feed_path(held),
        recent=grouped(found.matches, {held.alert_id: held}),
        more=found.next_after is not None,
        saved="saved" in request.query_params and not form.errors,
    )
    if form.errors and status == 200:
        status = 422
    return render(request, "alert.html", view, status=status)
