"""Alerts over HTTP: made, changed, paused, tried out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from rasad_api import alerts
from rasad_api.alert_drafts import AlertDraft
from rasad_api.alert_views import AlertJson, alert_json, secrets_of
from rasad_api.auth import Reader, Writer
from rasad_api.bodies import json_body
from rasad_api.cursors import DEFAULT_LIMIT, Cursor, Limit, read_cursor, write_cursor
from rasad_api.etags import check_if_match, conditional, version_tag
from rasad_api.openapi import answers, nothing, takes
from rasad_api.ports import PortsDep
from rasad_api.previews import PreviewAsked, PreviewJson, preview
from rasad_api.responses import MsgspecResponse
from rasad_api.trials import ChannelResult, try_channels
from rasad_core.documents.alerts import Alert
from rasad_core.events import AlertState, Frozen

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])
_KIND = "alerts"
AlertId = Annotated[str, Path(max_length=200, description="The alert's id.")]
Draft = Annotated[AlertDraft, Depends(json_body(AlertDraft))]
_EXAMPLE = {
    "name": "Ferries",
    "query": "ferry AND port",
    "channels": [{"type": "webhook", "url": "https://desk.example/hook"}],
}


class AlertList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The team's alerts in the order of their ids."""

    alerts: tuple[AlertJson, ...]
    next_cursor: str | None


class TrialAnswer(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What each channel made of the test; none where the alert has no channels."""

    results: tuple[ChannelResult, ...]


@router.post(
    "",
    operation_id="createAlert",
    status_code=201,
    responses=answers(AlertJson, 403, 415, 422, status=201),
    openapi_extra=takes(AlertDraft, example=_EXAMPLE),
)
def create_alert(request: Request, caller: Writer, ports: PortsDep, draft: Draft) -> Response:
    """Make an alert; from now on every live article meets it.

    Once answered it is saved. Where the event log is away it is matched against within 30 s of the
    log's return: there is nothing to repeat. A webhook without a secret gets one. Secrets are
    shown in this answer and never again.
    """
    alert = alerts.create_alert(ports, caller.team_id, draft)
    shown = alert_json(alert, str(request.base_url), shown=secrets_of(alert))
    headers = {
        "location": f"/v1/alerts/{alert.alert_id}",
        "etag": version_tag(alert.version),
        "cache-control": "no-store",
    }
    return MsgspecResponse(shown, status_code=201, headers=headers)


@router.get("", operation_id="listAlerts", responses=answers(AlertList, 422))
def list_alerts(
    request: Request,
    caller: Reader,
    ports: PortsDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List the team's alerts; deleted ones are not there."""
    after = read_cursor(_KIND, cursor)
    found = alerts.list_alerts(ports, caller.team_id, after=after, limit=limit + 1)
    page = found[:limit]
    listed = AlertList(
        alerts=tuple(alert_json(each, str(request.base_url)) for each in page),
        next_cursor=write_cursor(_KIND, page[-1].alert_id) if len(found) > limit else None,
    )
    return conditional(request, listed)


@router.post(
    "/preview",
    operation_id="previewAlert",
    responses=answers(PreviewJson, 415, 422, 503),
    openapi_extra=takes(PreviewAsked, example={"query": "ferry AND port"}),
)
def preview_alert(
    _: Reader, ports: PortsDep, asked: Annotated[PreviewAsked, Depends(json_body(PreviewAsked))]
) -> Response:
    """Say what an alert would have found, before anybody is told."""
    return MsgspecResponse(preview(ports, asked))


@router.get("/{alert_id}", operation_id="getAlert", responses=answers(AlertJson, 404))
def get_alert(request: Request, caller: Reader, ports: PortsDep, alert_id: AlertId) -> Response:
    """Give one alert; the secrets of its channels are null."""
    alert = alerts.alert_of(ports, caller.team_id, alert_id)
    shown = alert_json(alert, str(request.base_url))
    return conditional(request, shown, etag=version_tag(alert.version))


@router.put(
    "/{alert_id}",
    operation_id="replaceAlert",
    responses=answers(AlertJson, 403, 404, 412, 415, 422, 428),
    openapi_extra=takes(AlertDraft, example=_EXAMPLE),
)
def replace_alert(
    request: Request, caller: Writer, ports: PortsDep, alert_id: AlertId, draft: Draft
) -> Response:
    """Replace what was chosen; what it found stays, and is not sent again.

    A webhook whose secret is null or left out keeps the one that its address has; secrets that are
    new are shown in this answer.
    """
    before = alerts.alert_of(ports, caller.team_id, alert_id)
    check_if_match(request, version_tag(before.version))
    alert = alerts.change_alert(
        ports, caller.team_id, alert_id, draft, expected_version=before.version
    )
    return _answer(request, alert, before)


@router.delete(
    "/{alert_id}",
    operation_id="deleteAlert",
    status_code=204,
    responses=nothing(403, 404, 412, 428),
)
def delete_alert(request: Request, caller: Writer, ports: PortsDep, alert_id: AlertId) -> Response:
    """Delete an alert; its feed ends, what it found stays in the team's list of matches."""
    alert = alerts.alert_of(ports, caller.team_id, alert_id)
    check_if_match(request, version_tag(alert.version))
    alerts.set_state(ports, caller.team_id, alert_id, "deleted", expected_version=alert.version)
    return Response(status_code=204)


@router.post("/{alert_id}/pause", operation_id="pauseAlert", responses=answers(AlertJson, 403, 404))
def pause_alert(request: Request, caller: Writer, ports: PortsDep, alert_id: AlertId) -> Response:
    """Stop matching until resumed; what arrives meanwhile is not made up for."""
    return _with_state(request, caller.team_id, ports, alert_id, "paused")


@router.post(
    "/{alert_id}/resume", operation_id="resumeAlert", responses=answers(AlertJson, 403, 404)
)
def resume_alert(request: Request, caller: Writer, ports: PortsDep, alert_id: AlertId) -> Response:
    """Match again."""
    return _with_state(request, caller.team_id, ports, alert_id, "armed")


@router.post("/{alert_id}/test", operation_id="testAlert", responses=answers(TrialAnswer, 403, 404))
def test_alert(caller: Writer, ports: PortsDep, alert_id: AlertId) -> Response:
    """Send one signed `alert.test` to every channel, and say what each answered."""
    alert = alerts.alert_of(ports, caller.team_id, alert_id)
    return MsgspecResponse(TrialAnswer(results=tuple(try_channels(ports, alert))))


def _with_state(
    request: Request, team_id: str, ports: PortsDep, alert_id: str, state: AlertState
) -> Response:
    alert = alerts.set_state(ports, team_id, alert_id, state)
    return _answer(request, alert, alert)


def _answer(request: Request, alert: Alert, before: Alert) -> Response:
    shown = secrets_of(alert) - secrets_of(before)
    headers = {"etag": version_tag(alert.version), "cache-control": "no-store"}
    return MsgspecResponse(alert_json(alert, str(request.base_url), shown=shown), headers=headers)
