"""Conditional requests: 304 for what a reader has already, 412 for what a writer has not seen."""

import hashlib

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from rasad_api.problems import Problem
from rasad_api.responses import MsgspecResponse


def tag_of(content: bytes) -> str:
    """Give the strong ETag of a body."""
    return f'"{hashlib.sha256(content).hexdigest()[:24]}"'


def version_tag(version: int) -> str:
    """Give the ETag of an owned thing: the version of its document, which every write raises."""
    return f'"v{version}"'


def conditional(request: Request, value: object, *, etag: str | None = None) -> Response:
    """Answer a read, or with 304 if the reader has it; the ETag is the body's unless given."""
    content = value if isinstance(value, bytes) else msgspec.json.encode(value)
    tag = etag or tag_of(content)
    if holds(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"etag": tag})
    return MsgspecResponse(content, headers={"etag": tag})


def check_if_match(request: Request, etag: str) -> None:
    """Raise `Problem` unless the writer names the present ETag: 428 for none, 412 for another."""
    if not holds(_if_match(request), etag, weakly=False):
        raise _stale()


def owned_tag(version: int, value: object) -> str:
    """Give the ETag of an owned thing that others change too: its health, what became of it.

    Readers see every change by it; writers are held to the version alone, by `check_version`.
    """
    return f'"v{version}-{tag_of(msgspec.json.encode(value))[1:]}'


def check_version(request: Request, version: int) -> None:
    """Raise `Problem` as `check_if_match` does, for an ETag of `owned_tag`."""
    tags = [each.strip() for each in _if_match(request).split(",")]
    if tags != ["*"] and not any(each.startswith(f'"v{version}-') for each in tags):
        raise _stale()


def holds(listed: str | None, etag: str, *, weakly: bool = True) -> bool:
    """Say whether a header of ETags names this one; weakly for reads (RFC 9110, 13.1)."""
    if listed is None:
        return False
    tags = [each.strip() for each in listed.split(",")]
    # Proxies that compress mark what they pass on as weak.
    names = [each.removeprefix("W/") for each in tags] if weakly else tags
    return etag in names or tags == ["*"]


def _if_match(request: Request) -> str:
    named = request.headers.get("if-match")
    if named is None:
        detail = "name what you change: send the ETag you read as If-Match"
        raise Problem(428, "if-match-required", detail)
    return named


def _stale() -> Problem:
    return Problem(412, "stale", "it was changed since you read it; read it again")
