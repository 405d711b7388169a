"""Where the next page of a search begins, as a text that only this index reads."""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from rasad_core.errors import Reason, Unprocessable
from rasad_core.ports import SearchRequest

# What a hit is sorted by: numbers and an id.
Place = Sequence[float | str]


def cursor_of(request: SearchRequest, place: Place) -> str:
    """Write the place after which the next page begins."""
    written = msgspec.json.encode([_kind(request), *place])
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def place_of(request: SearchRequest, length: int) -> Place | None:
    """Read the cursor of a request, None without one; raises `Unprocessable` for another's."""
    if request.cursor is None:
        return None
    try:
        padded = request.cursor + "=" * (-len(request.cursor) % 4)
        read = msgspec.json.decode(
            base64.b64decode(padded, altchars=b"-_", validate=True), type=list[int | float | str]
        )
    except (binascii.Error, ValueError):
        read = []
    if len(read) != length + 1 or read[0] != _kind(request):
        raise Unprocessable(
            Reason.BAD_FIELD, f"`{request.cursor}` is no cursor of this search; leave it out"
        )
    return read[1:]


def _kind(request: SearchRequest) -> str:
    return f"{request.sort}-stories" if request.fold else request.sort
