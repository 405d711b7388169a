"""A reader of the live stream that goes away when it has seen enough."""

import asyncio
import json
from collections.abc import Mapping, MutableMapping
from typing import Any

from fastapi import FastAPI

from rasad_core.events import Frozen


class Told(Frozen, frozen=True, kw_only=True):
    """One event of the stream."""

    name: str
    id: str
    data: Any


def listen(
    app: FastAPI, *, wanted: int, after: str | None = None, headers: Mapping[str, str] | None = None
) -> list[Told]:
    """Read until so many events came, then hang up; the first is the place it begins at."""
    return asyncio.run(_listen(app, wanted, {**(headers or {}), "host": "localhost"}, after))


async def _listen(
    app: FastAPI, wanted: int, headers: dict[str, str], after: str | None
) -> list[Told]:
    gone, received = asyncio.Event(), bytearray()
    if after is not None:
        headers["last-event-id"] = after

    async def receive() -> MutableMapping[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        received.extend(message.get("body", b""))
        if len(_read(bytes(received))) >= wanted:
            gone.set()
            await asyncio.sleep(0)

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET", "path": "/v1/stream", "raw_path": b"/v1/stream", "query_string": b"",
        "root_path": "", "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    await asyncio.wait_for(app(scope, receive, send), 10)
    return _read(bytes(received))[:wanted]


def _read(content: bytes) -> list[Told]:
    told: list[Told] = []
    for block in content.decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "id" in fields:
            data = json.loads(fields["data"]) if "data" in fields else None
            told.append(Told(name=fields.get("event", "beat"), id=fields["id"], data=data))
    return told
