"""How a pool and its processes talk: frames of a four-byte length and that many bytes."""

import struct
from typing import IO

import msgspec

from rasad_core.codec import encode
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, Frozen

_LENGTH = struct.Struct("<I")
READY = b"ready"
_ANALYSED = b"+"
_REFUSED = b"-"


class Analysed(Frozen, frozen=True, kw_only=True):
    """An `ArticleAnalysed` as it is published, and whose it is: the parent never reads it."""

    article_id: str
    trace_id: str
    value: bytes


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
    ids = msgspec.json.encode((result.article_id, result.trace_id))
    # JSON has no line break of its own, so the first one ends it.
    return _ANALYSED + ids + b"\n" + encode(result)


def unpack_result(payload: bytes) -> Analysed | Unprocessable:
    """Read what became of one article."""
    if payload[:1] == _REFUSED:
        refusal = msgspec.json.decode(payload[1:], type=_Refusal)
        return Unprocessable(refusal.reason, refusal.message)
    ids, _, value = payload[1:].partition(b"\n")
    article_id, trace_id = msgspec.json.decode(ids, type=tuple[str, str])
    return Analysed(article_id=article_id, trace_id=trace_id, value=value)
