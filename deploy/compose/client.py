"""What the check asks of the API, over HTTP as anybody would."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from command import CheckFailed

_TIMEOUT_SECONDS = 30.0
_PAUSE_SECONDS = 0.25


class Client:
    """The API with a key."""

    def __init__(self, port: int, key: str) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._key = key

    def post(self, path: str, body: object, *, expected: int) -> Mapping[str, Any]:
        """Send JSON; raises `CheckFailed` for another status."""
        return self._asked("POST", path, json.dumps(body).encode(), expected)

    def get(self, path: str, *, expected: int = 200, **query: str) -> Mapping[str, Any]:
        """Ask for JSON; raises `CheckFailed` for another status."""
        written = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._asked("GET", path + written, None, expected)

    def _asked(
        self, method: str, path: str, body: bytes | None, expected: int
    ) -> Mapping[str, Any]:
        request = urllib.request.Request(  # noqa: S310  the address is ours
            self._address + path,
            data=body,
            method=method,
            headers={"authorization": f"Bearer {self._key}", "content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        except (OSError, HTTPException) as error:
            raise CheckFailed(f"{method} {path}: {error}") from error
        if status != expected:
            said = text[:500].decode(errors="replace")
            raise CheckFailed(f"{method} {path} gave {status}, not {expected}: {said}")
        found: Mapping[str, Any] = json.loads(text)
        return found


def until(what: str, holds: Callable[[], bool], *, limit_seconds: float) -> float:
    """Ask again until it holds; gives the seconds it took. Raises `CheckFailed` after the limit."""
    start = time.monotonic()
    problem = "it does not hold"
    while time.monotonic() - start < limit_seconds:
        try:
            if holds():
                return time.monotonic() - start
        except CheckFailed as error:
            problem = str(error)
        time.sleep(_PAUSE_SECONDS)
    raise CheckFailed(f"after {limit_seconds:g} s still not so: {what} ({problem})")
