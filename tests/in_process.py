"""An httpx client whose server is an ASGI application in the same process, without a socket."""

import asyncio

import httpx
from fastapi import FastAPI


class InProcess(httpx.BaseTransport):
    """Asks the application, each time in an event loop of its own; answers come whole."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        answer = await httpx.ASGITransport(self._app).handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=content, request=request
        )


def client_of(app: FastAPI, base_url: str = "http://localhost") -> httpx.Client:
    return httpx.Client(transport=InProcess(app), base_url=base_url)
