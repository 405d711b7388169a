"""Where the next page of a search begins, as a text that only this index reads."""

import base64
import binascii
from typing import TypeAlias

import msgspec

from rasad_core.errors import Reason, Unprocessable
from rasad_core.ports import SearchRequest

# What a hit is sorted by: numbers and an id.
Place: TypeAlias = tuple[float | str, ...]
Kind: TypeAlias = type[float | str]
# The numbers of Elasticsearch have 64 bits.
_MOST = 2**63 - 1


def cursor_of(request: SearchRequest, place: Place) -> str:
    """Write the place after which the next page begins."""
    written = msgspec.json.encode([_kind(request), *place])
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def place_of(request: SearchRequest, *kinds: Kind) -> Place | None:
    """Read the cursor of a request, None without one; raises `Unprocessable` for another's."""
    if request.cursor is None:
        return None
    kind, *place = _read(request.cursor) or [""]
    fitting = len(place) == len(kinds) and all(map(_is_possible, place, kinds))
    if kind != _kind(request) or not fitting:
        raise Unprocessable(
            Reason.BAD_FIELD, f"`{request.cursor}` is no cursor of this search; leave it out"
        )
    return tuple(place)


def _read(cursor: str) -> list[float | str]:
    try:
        written = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(written, type=list[int | float | str])
    except (binascii.Error, ValueError):
        return []


def _is_possible(value: float | str, kind: Kind) -> bool:
    if isinstance(value, str) or kind is str:
        return isinstance(value, str) and kind is str
    return isinstance(value, int if kind is int else int | float) and -_MOST <= value <= _MOST


def _kind(request: SearchRequest) -> str:
    return f"{request.sort}-stories" if request.fold else request.sort
