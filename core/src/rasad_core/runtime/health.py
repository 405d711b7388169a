"""A small server beside a program: `/livez`, `/readyz`, `/metrics`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from rasad_core.errors import RasadError
from rasad_core.runtime.metrics import CONTENT_TYPE, Metrics
from rasad_core.runtime.readiness import Dependency, Readiness

_JSON = "application/json"
# Whoever asks sends a line; one that does not is not waited for.
_TIMEOUT_SECONDS = 5.0


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    timeout = _TIMEOUT_SECONDS
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/livez":
                self._answer(200, _JSON, b'{"live":true}')
            case "/readyz":
                found = self.server.readiness.look()
                self._answer(200 if found.ready else 503, _JSON, msgspec.json.encode(found))
            case "/metrics":
                self._answer(200, CONTENT_TYPE, self.server.metrics.rendered())
            case _:
                self._answer(404, _JSON, b'{"detail":"/livez, /readyz and /metrics are here"}')

    def _answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the signature's name
        """Say nothing: machines ask every few seconds."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], metrics: Metrics, dependencies: tuple[Dependency, ...]
    ) -> None:
        super().__init__(address, _Handler)
        self.metrics = metrics
        self.readiness = Readiness(dependencies)


@contextmanager
def serving_health(
    host: str, port: int, metrics: Metrics, dependencies: tuple[Dependency, ...]
) -> Iterator[int]:
    """Answer until the block ends; gives the port. Raises `RasadError` where it cannot listen."""
    try:
        server = _Server((host, port), metrics, dependencies)
    except OSError as error:
        message = f"cannot answer for health on {host}, port {port}: {error.strerror}"
        raise RasadError(message) from error
    thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
