"""How a pool and its processes talk: frames of a four-byte length and that many bytes."""

import struct
from typing import IO

import msgspec

from rasad_core.codec import decode, encode
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, Frozen

_LENGTH = struct.Struct("<I")
READY = b"ready"
_ANALYSED = b"+"
_REFUSED = b"-"


class _Refusal(Frozen, frozen=True, kw_only=True):
    reason: Reason
    message: str


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Write one frame and flush it; raises OSError when the other side is gone."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Read one frame; None when the other side is gone, also in the middle of a frame."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    payload = stream.read(length)
    return payload if len(payload) == length else None


def pack_result(result: ArticleAnalysed | Unprocessable) -> bytes:
    """Write what became of one article."""
    if isinstance(result, Unprocessable):
        refusal = _Refusal(reason=result.reason, message=result.message)
        return _REFUSED + msgspec.json.encode(refusal)
    return _ANALYSED + encode(result)


def unpack_result(payload: bytes) -> ArticleAnalysed | Unprocessable:
    """Read what became of one article."""
    if payload[:1] == _REFUSED:
        refusal = msgspec.json.decode(payload[1:], type=_Refusal)
        return Unprocessable(refusal.reason, refusal.message)
    return decode(payload[1:], ArticleAnalysed)
