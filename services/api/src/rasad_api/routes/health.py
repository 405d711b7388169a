"""What machines ask to know whether the program lives, answers, and how much."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from rasad_api.openapi import answers
from rasad_api.ports import PortsDep
from rasad_api.responses import MsgspecResponse
from rasad_core.events import Frozen
from rasad_core.kinds import KEYS

router = APIRouter(tags=["health"])


class Live(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The program runs."""

    live: bool = True


class Ready(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The program can answer."""

    ready: bool = True


@router.get("/livez", operation_id="getLive", responses=answers(Live))
async def live() -> Response:
    """Say that the program runs."""
    return MsgspecResponse(Live())


@router.get("/readyz", operation_id="getReady", responses=answers(Ready, 503))
def ready(ports: PortsDep) -> Response:
    """Say that index and store answer; else 503."""
    ports.store.get(KEYS, "-")
    ports.index.get("-")
    return MsgspecResponse(Ready())


@router.get(
    "/metrics",
    operation_id="getMetrics",
    responses={200: {"description": "Prometheus text.", "content": {"text/plain": {}}}},
)
async def metrics(request: Request) -> Response:
    """Give the program's counters as Prometheus text."""
    return PlainTextResponse(
        request.app.state.requests.text(), media_type="text/plain; version=0.0.4"
    )
