"""Serves the fictional newsrooms on this machine: feeds and pages, and a target for a webhook."""

import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from rasad.demo.manuscripts import read_news
from rasad.demo.newsroom import Newsroom
from rasad.demo.site import Answer, answer
from rasad.demo.webhook import Received, listing
from rasad_core.errors import RasadError
from rasad_core.ports import Clock

HOST = "127.0.0.1"
WEBHOOK_PATH = "/webhook"
# A notification without texts has some 10 kB.
_MAX_BODY_BYTES = 1_000_000
# More than the demonstration posts; it must not grow for ever.
_REMEMBERED = 200
_SILENT_SECONDS = 10.0

_log = logging.getLogger(__name__)


class Demonstration:
    """The newsrooms while they are served; `address` has no slash at its end."""

    def __init__(self, newsroom: Newsroom, clock: Clock, address: str) -> None:
        self.newsroom = newsroom
        self.address = address
        self.clock = clock
        self._received: deque[Received] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    def received(self) -> tuple[Received, ...]:
        """Give what was posted to `/webhook`, oldest first; the last 200."""
        with self._lock:
            return tuple(self._received)

    def receive(self, posted: Received) -> None:
        """Remember a POST."""
        with self._lock:
            self._received.append(posted)

    def answer(self, path: str) -> Answer:
        """Answer a GET as of now."""
        if path.partition("?")[0] == WEBHOOK_PATH:
            text = listing(self.received()).encode()
            return Answer(media_type="text/plain; charset=utf-8", body=text)
        return answer(self.newsroom, path, now=self.clock.now(), address=self.address)


@contextmanager
def serving(
    clock: Clock, *, port: int = 0, started_at: datetime | None = None
) -> Iterator[Demonstration]:
    """Serve until the block ends; port 0 takes a free one. Raises `RasadError` if it is taken.

    News is dated from `started_at`, or else from now. Addresses of articles carry the port: only
    on the same one, and with the same start, is the news of an earlier run the same news.
    """
    newsroom = Newsroom(read_news(), started_at or clock.now())
    try:
        server = _Server((HOST, port), _Handler)
    except OSError as error:
        message = f"the demonstration cannot listen on {HOST}:{port}: {error.strerror}"
        raise RasadError(message) from None
    server.demonstration = Demonstration(newsroom, clock, f"http://{HOST}:{server.server_port}")
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo", daemon=True
    )
    thread.start()
    try:
        yield server.demonstration
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    demonstration: Demonstration

    def handle_error(self, _request: object, client_address: object) -> None:
        # Mostly a client that hung up; nothing of the demonstration is lost by it.
        _log.debug("a request from %s failed", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    # A client that sends nothing must not hold its thread.
    timeout = _SILENT_SECONDS
    server_version = "RasadDemo"
    sys_version = ""

    @property
    def _demonstration(self) -> Demonstration:
        return cast("_Server", self.server).demonstration

    def do_GET(self) -> None:
        self._give(self._demonstration.answer(self.path))

    do_HEAD = do_GET  # noqa: N815  as above; `_send` leaves the body out

    def do_POST(self) -> None:
        if self.path.partition("?")[0] != WEBHOOK_PATH:
            self._send(HTTPStatus.NOT_FOUND, b"")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._send(HTTPStatus.LENGTH_REQUIRED, b"")
        elif int(length) > _MAX_BODY_BYTES:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"")
        else:
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            at = self._demonstration.clock.now()
            self._demonstration.receive(Received(at=at, headers=headers, body=body))
            self._send(HTTPStatus.OK, b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        _log.debug(format, *args)

    def _give(self, given: Answer) -> None:
        headers = {"Content-Type": given.media_type}
        status, body = given.status, given.body
        if given.changed_at is not None:
            etag = f'"{blake2b(body, digest_size=10).hexdigest()}"'
            changed_at = given.changed_at.astimezone(UTC).replace(microsecond=0)
            headers |= {
                # Polled again so soon, a release is seen while somebody watches.
                "Cache-Control": "max-age=3",
                "ETag": etag,
                "Last-Modified": format_datetime(changed_at, usegmt=True),
            }
            if self._is_known(etag, changed_at):
                status, body = HTTPStatus.NOT_MODIFIED, b""
        self._send(status, body, headers)

    def _is_known(self, etag: str, changed_at: datetime) -> bool:
        """Say whether the client has this already; an ETag is believed before a date."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in (
                each.strip().removeprefix("W/") for each in known.split(",")
            )
        try:
            return changed_at <= parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except (TypeError, ValueError):
            return False

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
