"""The gate before every route: who may in, how much they may send, and what a bug looks like."""

from collections.abc import Mapping

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rasad_api.auth import admit, is_same_for_all
from rasad_api.ports import Ports
from rasad_api.problems import Problem, answer, problem_of
from rasad_core.errors import Unavailable

# CONTRACT 4.
MAX_BODY_BYTES = 16 * 1024 * 1024
# Who sends too much is let finish up to here: an answer before the end is lost to most clients.
_MAX_DRAINED_BYTES = 4 * MAX_BODY_BYTES
_HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cache-control": b"private, no-cache",
}


class Guard:
    """ASGI middleware. Nothing passes it unjudged, and no exception leaves it before an answer."""

    def __init__(self, app: ASGIApp, ports: Ports) -> None:
        self._app = app
        self._ports = ports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            await self._answer(request, receive, _Answered(send, request))
        except ClientDisconnect:
            return  # nobody is there to be answered
        except _HeadSent:
            await send({"type": "http.response.body"})

    async def _answer(self, request: Request, receive: Receive, answered: "_Answered") -> None:
        scope = request.scope
        try:
            same = is_same_for_all(self._ports, request.url.path)
            request.state.caller = (
                None if same else await run_in_threadpool(admit, self._ports, request)
            )
            # A head is that of what GET answers.
            got = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            await self._app(got, Limited(scope, receive), answered)
        except (ClientDisconnect, _HeadSent):
            raise
        except Exception as error:
            if not isinstance(error, HTTPException | Unavailable):
                structlog.get_logger().exception("bug", method=request.method, path=scope["path"])
            if answered.begun:
                raise  # half an answer is cut off, so that nobody takes it for a whole one
            await answer(request, problem_of(error))(scope, receive, answered)


class _HeadSent(Exception):
    """Ends a request for the head alone, before a stream without end begins."""


class _Answered:
    """Sends, adds the headers that every answer has, and knows whether one has begun."""

    def __init__(self, send: Send, request: Request) -> None:
        self._send = send
        self._request = request
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self._request.app.state.requests.count(self._request.method, message["status"])
            given = {name.lower() for name, _ in message.get("headers", ())}
            added = [each for each in _HEADERS.items() if each[0] not in given]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await self._send(message)
        if self._request.method == "HEAD":
            raise _HeadSent


class Limited:
    """Receives a body of at most `MAX_BODY_BYTES`; raises `Problem` 413 for a larger one."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._read_bytes = 0
        said = dict(scope["headers"]).get(b"content-length", b"0")
        self._too_large = said.isdigit() and int(said[:19]) > MAX_BODY_BYTES

    async def __call__(self) -> Message:
        """Give the next part."""
        while True:
            message = await self._receive()
            self._read_bytes += len(message.get("body", b""))
            self._too_large = self._too_large or self._read_bytes > MAX_BODY_BYTES
            if not self._too_large or message["type"] != "http.request":
                return message
            if not message.get("more_body") or self._read_bytes > _MAX_DRAINED_BYTES:
                detail = f"the body has more than {MAX_BODY_BYTES} bytes; send it in parts"
                raise Problem(413, "too-large", detail)
