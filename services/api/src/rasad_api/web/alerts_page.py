"""`/alerts`: what a team watches for; alerts are made here by a plain form."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from msgspec.structs import replace
from starlette.responses import RedirectResponse, Response

from rasad_api.alerts import create_alert, list_alerts
from rasad_api.auth import Caller, Reader, Writer
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem, ProblemError, bad_query
from rasad_api.web.forms import AlertForm, Posted, alert_form, by_field, text_of
from rasad_api.web.interface import interface_of
from rasad_api.web.marking import Pieces
from rasad_api.web.mistakes import marked_mistakes
from rasad_api.web.previews import Preview, preview
from rasad_api.web.rendering import render
from rasad_core.documents.alerts import Alert, Webhook
from rasad_core.events import Frozen
from rasad_core.query.errors import QueryRefused

router = APIRouter(include_in_schema=False)
FIELDS = ("name", "query", "channels")
# A team's alerts on one page; more are reached page by page.
_PAGE = 100


class FormView(Frozen, frozen=True, kw_only=True):
    """The form as typed, what was wrong with it, and what it would have found."""

    form: AlertForm
    action: str
    errors: Mapping[str, tuple[ProblemError, ...]] = {}
    mistakes: Pieces = ()
    preview: Preview | None = None
    held: Alert | None = None


class AlertsView(Frozen, frozen=True, kw_only=True):
    """The page."""

    alerts: tuple[Alert, ...]
    form: FormView
    deleted: bool
    next_href: str | None


class MadeView(Frozen, frozen=True, kw_only=True):
    """Secrets just made: they are shown this once."""

    alert: Alert
    made: tuple[Webhook, ...]


@router.get("/alerts")
def alerts(request: Request, caller: Reader, ports: PortsDep) -> Response:
    """List the team's alerts, and offer the form of a new one."""
    asked = request.query_params
    form = AlertForm(query=asked.get("query", ""), name=asked.get("name", ""))
    return _listed(request, ports, caller, FormView(form=form, action="/alerts"))


@router.post("/alerts")
def make(request: Request, caller: Writer, ports: PortsDep, posted: Posted) -> Response:
    """Make an alert, or show what it would find; what was wrong is shown beside what was typed."""
    view = FormView(form=alert_form(posted), action="/alerts")
    if text_of(posted, "action") == "preview":
        return _listed(request, ports, caller, previewed(request, ports, view))
    try:
        alert = create_alert(ports, caller.team_id, view.form.drafted())
    except Problem as problem:
        return _listed(request, ports, caller, refused(view, problem), status=422)
    return saved(request, alert, alert.channels)


def previewed(request: Request, ports: Ports, view: FormView) -> FormView:
    """Give the form with what its query would have found."""
    try:
        language = interface_of(request).language
        return replace(view, preview=preview(ports, view.form.query, language))
    except QueryRefused as mistakes:
        return refused(view, bad_query(mistakes, "/query"))


def refused(view: FormView, problem: Problem) -> FormView:
    """Give the form with what was wrong."""
    errors = by_field(problem, FIELDS)
    mistakes = marked_mistakes(view.form.query, errors.get("query", ()))
    return replace(view, errors=errors, mistakes=mistakes)


def saved(request: Request, alert: Alert, made: tuple[Webhook, ...]) -> Response:
    """Go to the alert; where secrets were made, show them first."""
    if made:
        view = MadeView(alert=alert, made=made)
        return render(request, "alert_made.html", view, status=201)
    return RedirectResponse(f"/alerts/{alert.alert_id}?saved=1", status_code=303)


def _listed(
    request: Request, ports: Ports, caller: Caller, form: FormView, *, status: int = 200
) -> Response:
    after = request.query_params.get("after", "")
    found = list_alerts(ports, caller.team_id, after=after, limit=_PAGE + 1)
    more = len(found) > _PAGE
    view = AlertsView(
        alerts=tuple(found[:_PAGE]),
        form=form,
        deleted="deleted" in request.query_params,
        next_href=f"/alerts?after={found[_PAGE - 1].alert_id}" if more else None,
    )
    if form.errors:
        status = 422
    return render(request, "alerts.html", view, status=status)
