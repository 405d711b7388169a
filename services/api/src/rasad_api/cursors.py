"""Lists in pages: a cursor holds the key of the last thing shown, so inserts move nothing."""

import base64
import hashlib
from typing import Annotated

import msgspec
from fastapi import Query

from rasad_api.problems import Problem, ProblemError

Limit = Annotated[int, Query(ge=1, le=200, description="At most so many in one answer.")]
Cursor = Annotated[
    str | None, Query(description="`next_cursor` of the answer before; opaque.", max_length=4096)
]
DEFAULT_LIMIT = 50
_CHECK_LETTERS = 8


def write_cursor(kind: str, key: str) -> str:
    """Give a cursor of this kind of list."""
    content = msgspec.json.encode((kind, key, _check(kind, key)))
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_cursor(kind: str, cursor: str | None) -> str:
    """Give the key, empty without a cursor; raises `Problem` for one that is not ours."""
    if not cursor:
        return ""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = base64.b64decode(padded, altchars=b"-_", validate=True)
        its_kind, key, check = msgspec.json.decode(content, type=tuple[str, str, str])
    except (ValueError, msgspec.MsgspecError):
        raise _bad_cursor() from None
    if its_kind != kind or check != _check(kind, key):
        raise _bad_cursor()
    return key


def _check(kind: str, key: str) -> str:
    # Against accidents and guesses; a forged one shows nothing that the list would not.
    return hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()[:_CHECK_LETTERS]


def _bad_cursor() -> Problem:
    detail = "`cursor` is not one of this list; begin again without it"
    error = ProblemError(pointer="/cursor", code="bad-cursor", detail=detail)
    return Problem(422, "bad-cursor", detail, errors=[error])
