"""The live stream over HTTP, as server-sent events."""

import threading
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from rasad_api.auth import Reader
from rasad_api.live import LiveArticle, LiveMatch, place_of, told
from rasad_api.openapi import answers
from rasad_api.ports import PortsDep
from rasad_api.problems import Problem

router = APIRouter(prefix="/v1", tags=["stream"])
# Each asks the log four times a second; 50 are noticed by nobody else, and are a large newsroom.
MOST_STREAMS = 50
_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class Streams:
    """Counts the streams that are open in this program."""

    def __init__(self) -> None:
        self._room = threading.BoundedSemaphore(MOST_STREAMS)

    def enter(self) -> None:
        """Take one of the places; raises `Problem` 429 when none is free."""
        if not self._room.acquire(blocking=False):
            detail = f"{MOST_STREAMS} streams are open already"
            raise Problem(429, "too-many-requests", detail, headers={"retry-after": "5"})

    def leave(self) -> None:
        """Give the place back."""
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
        str | None, Header(description="The id of the last event seen.", max_length=100)
    ] = None,
) -> Response:
    """Tell at once of articles (`article`) and of the team's matches (`match`), as they come.

    Begins now, or after `Last-Event-ID`: nothing is left out or told twice, on any replica, as
    long as the log keeps it.
    """
    place = await run_in_threadpool(place_of, ports, last_event_id)
    streams: Streams = request.app.state.streams
    streams.enter()
    response = _Stream(
        told(ports, caller.team_id, place), media_type="text/event-stream", headers=_HEADERS
    )
    response.streams = streams
    return response
