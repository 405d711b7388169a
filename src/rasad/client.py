"""One way to ask the API, wherever it is: a running program, or a folder opened for this command.

A command is written once, against the API; without a running program the same application answers
in this process, on the folder, under its lock.
"""

import asyncio
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from rasad_core.errors import RasadError, Unavailable
from rasad_core.events import Frozen
from rasad_core.runtime import lock
from rasad_core.runtime.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

T = TypeVar("T")
# Publishing waits up to 10 s by itself (RASAD_API_PUBLISH_TIMEOUT_SECONDS).
_TIMEOUT_SECONDS = 60.0
_JSON = "application/json"


class ProblemError(Frozen, frozen=True, kw_only=True):
    """One of the `errors` of a problem."""

    pointer: str = ""
    code: str = ""
    detail: str = ""
    suggestion: str | None = None


class Problem(Frozen, frozen=True, kw_only=True):
    """What the API says when it refuses (RFC 9457)."""

    title: str = ""
    detail: str = ""
    errors: tuple[ProblemError, ...] = ()


class Refused(RasadError):
    """The API refused; the message is its own."""

    def __init__(self, status: int, problem: Problem) -> None:
        parts = [problem.detail or problem.title or f"refused with status {status}"]
        for each in problem.errors:
            way_out = f"; try: {each.suggestion}" if each.suggestion else ""
            parts.append(f"{each.pointer.lstrip('/') or each.code}: {each.detail}{way_out}")
        super().__init__("\n  ".join(dict.fromkeys(parts)))
        self.status = status
        self.problem = problem


class Api(Protocol):
    """Sends one request; any status comes back."""

    def send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Give the answer; raises `Unavailable` where there is none."""


class Client:
    """The API as commands use it: answers as models, refusals as `Refused`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        media_type: str = _JSON,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request; raises `Refused`, and `Unavailable` for 503 or no answer."""
        sent = dict(headers or {})
        if body:
            sent["content-type"] = media_type
        answer = self._api.send(method, path, body, sent)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise Unavailable(_problem(answer).detail or "the program cannot answer now")
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        return answer

    def read(self, path: str, shape: type[T]) -> T:
        """Read a thing."""
        return msgspec.json.decode(self.ask("GET", path).content, type=shape)

    def write(self, method: str, path: str, value: object, shape: type[T]) -> T:
        """Send a value and read the answer."""
        answer = self.ask(method, path, body=msgspec.json.encode(value))
        return msgspec.json.decode(answer.content, type=shape)

    def items(self, path: str, plural: str) -> Iterator[msgspec.Raw]:
        """Give every item of a list, each as the API wrote it, a page at a time."""
        cursor = ""
        while True:
            page = self.read(f"{path}?limit=200{cursor}", dict[str, msgspec.Raw])
            yield from msgspec.json.decode(page[plural], type=list[msgspec.Raw])
            after = msgspec.json.decode(page["next_cursor"], type=str | None)
            if after is None:
                return
            cursor = f"&cursor={quote(after)}"

    def remove(self, path: str) -> None:
        """Delete exactly what is there now."""
        etag, _ = self.current(path)
        self.ask("DELETE", path, headers={"if-match": etag})

    def current(self, path: str) -> tuple[str, bytes]:
        """Give a thing's ETag, to change exactly that, and its JSON."""
        answer = self.ask("GET", path)
        return answer.headers.get("etag", ""), answer.content


class _Remote:
    def __init__(self, address: str, key: str | None) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(
            base_url=address, headers=headers, timeout=_TIMEOUT_SECONDS, trust_env=False
        )

    def send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        try:
            return self._client.request(method, path, content=body, headers=dict(headers))
        except httpx.InvalidURL as error:
            raise RasadError(f"{self._client.base_url} is no address: {error}") from error
        except httpx.HTTPError as error:
            address = str(self._client.base_url).rstrip("/")
            raise Unavailable(f"{address} does not answer: {error}") from error

    def close(self) -> None:
        self._client.close()


class _Folder:
    """The application in this process; nobody else can reach it, so it has a key of its own."""

    def __init__(self, app: "FastAPI", key: str) -> None:
        self._app = app
        self._headers = {"authorization": f"Bearer {key}"}

    def send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as to:
                return await to.request(
                    method, path, content=body, headers={**self._headers, **headers}
                )

        return asyncio.run(once())


@contextmanager
def connected(settings: Settings, address: str | None) -> Iterator[Client]:
    """Give the API at an address, of who works in the folder, or of the folder itself.

    Raises `InUse` where a command works in the folder, which has no API.
    """
    address = address or running_address(settings)
    if address is not None:
        remote = _Remote(address, os.environ.get("RASAD_API_KEY") or settings.api_admin_key)
        try:
            yield Client(remote)
        finally:
            remote.close()
        return
    from msgspec.structs import replace

    from rasad.embedded import working
    from rasad.outward import api_ports
    from rasad_api.app import create_app

    key = secrets.token_urlsafe(32)
    with working(replace(settings, api_admin_key=key)) as archive:
        yield Client(_Folder(create_app(api_ports(archive, threading.Event())), key))


def running_address(settings: Settings) -> str | None:
    """Say where the program that works in the folder answers, as its lock says."""
    holder = lock.holder(settings.data)
    return None if holder is None else holder.address


def _problem(answer: httpx.Response) -> Problem:
    try:
        return msgspec.json.decode(answer.content, type=Problem)
    except msgspec.DecodeError:
        return Problem(title=f"{answer.status_code} {answer.reason_phrase}")
