"""What machines ask to know whether the program lives, answers, and how much."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from rasad_api.openapi import answers
from rasad_api.ports import PortsDep
from rasad_api.responses import MsgspecResponse
from rasad_core.events import Frozen
from rasad_core.runtime.readiness import Found, Readiness

router = APIRouter(tags=["health"])


class Live(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The program runs."""

    live: bool = True


@router.get("/livez", operation_id="getLive", responses=answers(Live))
async def live() -> Response:
    """Say that the program runs."""
    return MsgspecResponse(Live())


@router.get(
    "/readyz", operation_id="getReady", responses={**answers(Found), **answers(Found, status=503)}
)
async def ready(request: Request) -> Response:
    """Say whether what this program cannot do without answers, and name all it depends on.

    503 when not. Up to a second old; answered within 2 s.
    """
    readiness: Readiness = request.app.state.readiness
    # Not in the pool of the requests: they may all be waiting for what is away.
    found = await asyncio.to_thread(readiness.look)
    if found.ready:
        return MsgspecResponse(found)
    return MsgspecResponse(found, status_code=503, headers={"retry-after": "1"})


@router.get(
    "/metrics",
    operation_id="getMetrics",
    responses={200: {"description": "Prometheus text.", "content": {"text/plain": {}}}},
)
def metrics(request: Request, ports: PortsDep) -> Response:
    """Give the program's counters as Prometheus text."""
    text = request.app.state.requests.text().encode() + ports.measures()
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")
