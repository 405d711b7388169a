"""Takes webhooks in a container of the check, and prints the body of each on a line."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        sys.stdout.write(body.decode() + "\n")
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the signature's name
        """Print bodies only."""


if __name__ == "__main__":
    HTTPServer(("", 8080), _Handler).serve_forever()
