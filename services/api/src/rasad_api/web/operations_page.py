"""`/operations`: how the installation is doing, and what was not delivered or not processed."""

from collections import Counter
from itertools import islice
from typing import get_args

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from rasad_api.alerts import list_alerts
from rasad_api.auth import Caller, Reader, Writer
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import not_found
from rasad_api.readiness import LOG
from rasad_api.sources import list_sources
from rasad_api.web.rendering import render
from rasad_core.dead_letters import DeadLetter, find
from rasad_core.documents.deliveries import read_deliveries, resend
from rasad_core.documents.matches import Delivery
from rasad_core.documents.sources import HealthState
from rasad_core.documents.table import Table
from rasad_core.errors import Unavailable
from rasad_core.events import Frozen
from rasad_core.kinds import DELIVERIES
from rasad_core.ports import SearchRequest
from rasad_core.runtime.readiness import Readiness

router = APIRouter(include_in_schema=False)
# Shown of each list; the command line and the API have the rest.
_SHOWN = 50
# Dead letters are counted by reading them: more than this take seconds, and are an alarm already.
_MOST_COUNTED = 5_000


class SourceCount(Frozen, frozen=True, kw_only=True):
    """How many of the team's sources are in a state."""

    state: HealthState
    count: int


class DeadCount(Frozen, frozen=True, kw_only=True):
    """How many events a stage gave up on for one reason."""

    stage: str
    reason: str
    count: int


class DeadView(Frozen, frozen=True, kw_only=True):
    """Dead letters that were not sent again; `more` where there are others beyond the counted.

    `away` where the log does not answer, so that nobody knows.
    """

    counts: tuple[DeadCount, ...] = ()
    newest: tuple[DeadLetter, ...] = ()
    more: bool = False
    away: bool = False


class DeliveryView(Frozen, frozen=True, kw_only=True):
    """A delivery and the name of its alert, empty where that is gone."""

    delivery: Delivery
    alert_name: str


class OperationsView(Frozen, frozen=True, kw_only=True):
    """The page; dead letters are the installation's, for those who run it."""

    articles: int
    alerts: int
    sources: tuple[SourceCount, ...]
    deliveries: tuple[DeliveryView, ...]
    dead: DeadView | None
    asked: bool


@router.get("/operations")
def operations(request: Request, caller: Reader, ports: PortsDep) -> Response:
    """Show how things are."""
    alerts = {each.alert_id: each.name for each in list_alerts(ports, caller.team_id)}
    page = read_deliveries(ports.store, team_id=caller.team_id, limit=_SHOWN)
    view = OperationsView(
        articles=ports.index.count(SearchRequest(now=ports.clock.now())),
        alerts=len(alerts),
        sources=_sources(ports, caller.team_id),
        deliveries=tuple(
            DeliveryView(delivery=each, alert_name=alerts.get(each.alert_id, ""))
            for each in page.deliveries
        ),
        dead=_dead(request, ports) if _runs_it(caller) else None,
        asked="asked" in request.query_params,
    )
    return render(request, "operations.html", view)


@router.post("/operations/deliveries/{delivery_id}/resend")
def send_again(caller: Writer, ports: PortsDep, delivery_id: str) -> Response:
    """Ask for one more attempt at once."""
    held = Table(ports.store, DELIVERIES, Delivery).get(delivery_id)
    if held is None or held.value.team_id != caller.team_id:
        raise not_found(f"delivery `{delivery_id}`")
    resend(ports.store, delivery_id, ports.clock.now())
    return RedirectResponse("/operations?asked=1", status_code=303)


def _runs_it(caller: Caller) -> bool:
    return caller.role in {"operator", "admin"}


def _sources(ports: Ports, team_id: str) -> tuple[SourceCount, ...]:
    counted: Counter[HealthState] = Counter()
    after = ""
    while page := list_sources(ports, team_id, after=after):
        counted.update(each.health.state for each in page)
        after = page[-1].source_id
    states: tuple[HealthState, ...] = get_args(HealthState)
    return tuple(SourceCount(state=each, count=counted[each]) for each in states if counted[each])


def _dead(request: Request, ports: Ports) -> DeadView:
    readiness: Readiness = request.app.state.readiness
    if readiness.look().checks.get(LOG) == "away":
        return DeadView(away=True)  # known within 2 s; to ask it takes 10
    try:
        return _counted(ports)
    except Unavailable:
        return DeadView(away=True)  # the rest of the page needs no log


def _counted(ports: Ports) -> DeadView:
    letters = find(ports.reader, ports.store)
    read = list(islice(letters, _MOST_COUNTED))
    waiting = [each for each in read if each.replayed_at is None]
    counted = Counter((each.stage, each.reason) for each in waiting)
    newest = sorted(waiting, key=lambda each: each.at, reverse=True)
    return DeadView(
        counts=tuple(
            DeadCount(stage=stage, reason=reason, count=count)
            for (stage, reason), count in counted.most_common()
        ),
        newest=tuple(newest[:_SHOWN]),
        more=next(letters, None) is not None,
    )
