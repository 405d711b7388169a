"""An HTTP server that tests put before a real one, to answer some of its requests instead of it."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Asked(NamedTuple):
    """A request, and a way to have it (or another body) answered by the server behind."""

    path: str
    body: bytes
    forward: Callable[[bytes], tuple[int, bytes]]


Answer = Callable[[Asked], tuple[int, bytes] | None]


@contextmanager
def gated(target: str, answer: Answer) -> Iterator[str]:
    """Give the address of the gate; what `answer` gives None for, the target answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked = Asked(self.path, body, self._forward)
            status, answered = answer(asked) or self._forward(body)
            self.send_response(status)
            self.send_header("content-type", self.headers.get("accept", "application/json"))
            self.send_header("x-elastic-product", "Elasticsearch")
            self.send_header("content-length", str(len(answered)))
            self.end_headers()
            self.wfile.write(answered)

        do_GET = do_PUT = do_POST = do_DELETE = _pass  # noqa: N815  the server calls them so

        def _forward(self, body: bytes) -> tuple[int, bytes]:
            names = ("content-type", "accept")
            headers = {name: value for name in names if (value := self.headers.get(name))}
            request = urllib.request.Request(
                target + self.path, data=body or None, headers=headers, method=self.command
            )
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.read()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
