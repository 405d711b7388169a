"""The live stream over HTTP, as server-sent events."""

import threading
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from rasad_api.auth import Reader, still_holds
from rasad_api.live import LONGEST_ID, LiveArticle, LiveMatch, begin, told
from rasad_api.live_hub import Hub
from rasad_api.openapi import answers
from rasad_api.ports import PortsDep
from rasad_api.problems import Problem

router = APIRouter(prefix="/v1", tags=["stream"])
# 50 are a large newsroom; what each may hold in memory is reckoned from it.
MOST_STREAMS = 50
_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class Streams:
    """The streams that are open in this program, and the hub they read from."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._room = threading.BoundedSemaphore(MOST_STREAMS)

    def enter(self) -> None:
        """Take one of the places; raises `Problem` 429 when none is free."""
        if not self._room.acquire(blocking=False):
            detail = f"{MOST_STREAMS} streams are open already"
            raise Problem(429, "too-many-requests", detail, headers={"retry-after": "5"})
        self.hub.enter()

    def leave(self) -> None:
        """Give the place back."""
        self.hub.leave()
        self._room.release()


class _Stream(StreamingResponse):
    """Gives its place back however it ends."""

    streams: Streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.streams.leave()


@router.get(
    "/stream",
    operation_id="stream",
    responses=answers(LiveArticle | LiveMatch, 422, 429, media_type="text/event-stream"),
)
async def stream(
    request: Request,
    caller: Reader,
    ports: PortsDep,
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event seen.", max_length=LONGEST_ID)
    ] = None,
) -> Response:
    """Tell at once of articles (`article`) and of the team's matches (`match`), as they come.

    Begins now, or after `Last-Event-ID`: nothing is left out or told twice, on any replica, as
    long as the log keeps it. Ids are opaque.
    """
    streams: Streams = request.app.state.streams
    streams.enter()
    try:
        begun = await begin(streams.hub, last_event_id)
    except BaseException:
        streams.leave()
        raise
    response = _Stream(
        told(streams.hub, caller.team_id, begun, lambda: still_holds(ports, request, caller)),
        media_type="text/event-stream",
        headers=_HEADERS,
    )
    response.streams = streams
    return response
