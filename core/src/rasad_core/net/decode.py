"""Decompression that cannot be made to swell: the limit holds while it runs, piece by piece."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from rasad_core.net.failure import Failure, FetchFailed

ACCEPT_ENCODING = "gzip, br, zstd"

# What one step of a decoder may give out.
_PIECE_BYTES = 65_536
# The decoder of zstd takes no limit on what it gives out, and three bytes may stand for a block of
# 128 KiB; so it is fed little at a time: 32 bytes are at most 1.3 MiB. That costs 0.4 s in 20 MB,
# where 4 KiB at a time would cost 0.1.
_ZSTD_SLICE_BYTES = 32
# What RFC 9659 lets a server ask for.
_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
# Each member starts a new decoder; writers that flush often make hundreds, bombs millions.
_MAX_MEMBERS = 1000
_MAX_CODINGS = 2
_CODEC_ERRORS = (zlib.error, brotli.error, zstandard.ZstdError)


class _Decoder(Protocol):
    """Decompresses one member: gzip and zstd may have several in a row."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what the data decompresses to, in pieces."""

    @property
    def ended(self) -> bool:
        """Whether the member is whole."""

    @property
    def rest(self) -> bytes:
        """What followed its end in the data it was fed."""


def read_body(chunks: Iterable[bytes], content_encoding: str, max_bytes: int) -> bytes:
    """Join and decompress; raises `FetchFailed` (`too_large`, `malformed`).

    No stage, the raw one included, gives more than `max_bytes`, and none holds more than that and
    a piece of about a MiB.
    """
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    codings = [name for name in names if name != "identity"]
    if len(codings) > _MAX_CODINGS or not all(name in _DECODERS for name in codings):
        raise FetchFailed(Failure.MALFORMED, "the body is compressed in a way that is not read")
    body = _within(chunks, max_bytes)
    for coding in reversed(codings):
        body = _within(_decompressed(body, _DECODERS[coding]), max_bytes)
    joined = bytearray()
    for piece in body:
        joined += piece
    return bytes(joined)


def _within(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise FetchFailed(Failure.TOO_LARGE, f"the body has more than {max_bytes} bytes")
        yield chunk


def _decompressed(chunks: Iterable[bytes], start: Callable[[], _Decoder]) -> Iterator[bytes]:
    try:
        yield from _members(chunks, start)
    except _CODEC_ERRORS:
        message = "the body is not compressed in the way its headers say"
        raise FetchFailed(Failure.MALFORMED, message) from None


def _members(chunks: Iterable[bytes], start: Callable[[], _Decoder]) -> Iterator[bytes]:
    decoder: _Decoder | None = None
    members = 0
    for chunk in chunks:
        data = chunk
        while data:
            if decoder is None:
                # Some servers fill the last block with zeros.
                data = data.lstrip(b"\0") if members else data
                if not data:
                    break
                decoder, members = start(), members + 1
                if members > _MAX_MEMBERS:
                    raise FetchFailed(Failure.MALFORMED, "the body is in too many pieces")
            yield from decoder.feed(data)
            data = b""
            if decoder.ended:
                data, decoder = decoder.rest, None
    if decoder is not None:
        raise FetchFailed(Failure.MALFORMED, "the compressed body ends before its end")


class _Zlib:
    def __init__(self, window_bits: int) -> None:
        self._inflate = zlib.decompressobj(window_bits)

    def feed(self, data: bytes) -> Iterator[bytes]:
        full = True
        # A full piece may leave more inside, although nothing is left to feed.
        while data or full:
            piece = self._inflate.decompress(data, _PIECE_BYTES)
            full = len(piece) == _PIECE_BYTES
            yield piece
            data = self._inflate.unconsumed_tail

    @property
    def ended(self) -> bool:
        return self._inflate.eof

    @property
    def rest(self) -> bytes:
        return self._inflate.unused_data


class _Deflate:
    """`deflate` means zlib's format, and some servers send it bare."""

    def __init__(self) -> None:
        self._zlib: _Zlib | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._zlib is None:
            # The low half of zlib's first byte is 8, which no bare stream begins with: it would
            # be an uncompressed block whose padding is not zero.
            self._zlib = _Zlib(zlib.MAX_WBITS if data[0] & 15 == 8 else -zlib.MAX_WBITS)
        return self._zlib.feed(data)

    @property
    def ended(self) -> bool:
        return self._zlib is not None and self._zlib.ended

    @property
    def rest(self) -> bytes:
        return self._zlib.rest if self._zlib else b""


class _Brotli:
    rest = b""  # the format has no members, and data after its end is an error

    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._decoder.process(data, output_buffer_limit=_PIECE_BYTES)
        while not self._decoder.can_accept_more_data():
            yield self._decoder.process(b"", output_buffer_limit=_PIECE_BYTES)

    @property
    def ended(self) -> bool:
        return bool(self._decoder.is_finished())


class _Zstd:
    def __init__(self) -> None:
        limited = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._decoder = limited.decompressobj()
        self.rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE_BYTES):
            end = start + _ZSTD_SLICE_BYTES
            yield self._decoder.decompress(data[start:end])
            if self._decoder.eof:
                self.rest = self._decoder.unused_data + data[end:]
                break

    @property
    def ended(self) -> bool:
        return self._decoder.eof


def _gzip() -> _Decoder:
    return _Zlib(zlib.MAX_WBITS | 16)


_DECODERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
