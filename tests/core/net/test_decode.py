"""Decompression: every coding, every way to cut it short, and bombs that do not go off."""

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.net.decode import read_body
from rasad_core.net.failure import FetchFailed

NEWS = "رئيس الأركان في أنقرة. ".encode() * 500
LIMIT = 1_000_000


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def brotli_stream(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=2))


def zstd_stream(data: bytes) -> bytes:
    packer = zstandard.ZstdCompressor(level=3).compressobj()  # does not tell the size beforehand
    return packer.compress(data) + packer.flush()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("br", brotli_stream),
    ("zstd", zstandard.ZstdCompressor().compress),
    ("zstd", zstd_stream),
]
every_coding = pytest.mark.parametrize(("coding", "pack"), PACKERS)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@every_coding
@pytest.mark.parametrize("size", [1, 7, 1000, 1_000_000])
def test_body_comes_back_in_whatever_pieces_it_came(
    coding: str, pack: Callable[[bytes], bytes], size: int
) -> None:
    assert read_body(pieces(pack(NEWS), size), coding, LIMIT) == NEWS


@given(st.binary(max_size=200_000), st.sampled_from(PACKERS), st.integers(1, 70_000))
def test_any_body_comes_back(
    data: bytes, packer: tuple[str, Callable[[bytes], bytes]], size: int
) -> None:
    coding, pack = packer

    assert read_body(pieces(pack(data), size), coding, LIMIT) == data


@every_coding
def test_body_cut_short_is_refused(coding: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FetchFailed) as failure:
        read_body([pack(NEWS)[:-5]], coding, LIMIT)

    assert failure.value.reason == "malformed"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b"<rss>not packed at all</rss>", b"\xff" * 100, b"\x1f\x8b\x08"])
def test_body_that_is_not_what_its_headers_say_is_refused(coding: str, body: bytes) -> None:
    with pytest.raises(FetchFailed) as failure:
        read_body([body], coding, LIMIT)

    assert failure.value.reason == "malformed"


@every_coding
def test_bomb_is_stopped_at_the_limit(coding: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(100_000_000))
    assert len(bomb) < LIMIT
    tracemalloc.start()

    with pytest.raises(FetchFailed) as failure:
        read_body(pieces(bomb, 65_536), coding, LIMIT)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert failure.value.reason == "too_large"
    assert peak < LIMIT + 2_000_000


def test_bomb_of_uncompressed_looking_zstd_blocks_gives_little_at_a_time() -> None:
    # 128 KiB of one letter in four bytes, again and again: the densest that the format has.
    frame = bytes.fromhex("28b52ffd0058") + (((0x20000 << 3) | 2).to_bytes(3, "little") + b"a") * 9
    tracemalloc.start()

    with pytest.raises(FetchFailed, match="more than 1000000 bytes"):
        read_body([frame], "zstd", LIMIT)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < LIMIT + 2_500_000


@pytest.mark.parametrize(
    "header", ["gzip, gzip", "gzip, br", "zstd,deflate", "GZIP , Identity, br"]
)
def test_bomb_in_a_bomb_is_stopped_at_the_limit(header: str) -> None:
    body = bytes(100_000_000)
    for coding in header.lower().replace(" ", "").split(","):
        body = dict(PACKERS, deflate=zlib.compress, identity=bytes)[coding](body)

    with pytest.raises(FetchFailed) as failure:
        read_body([body], header, LIMIT)

    assert failure.value.reason == "too_large"


def test_zstd_that_wants_a_huge_window_is_refused() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    body = packer.compress(NEWS) + packer.flush()

    with pytest.raises(FetchFailed) as failure:
        read_body([body], "zstd", LIMIT)

    assert failure.value.reason == "malformed"


def test_raw_body_is_limited_too() -> None:
    assert read_body([b"a" * 600, b"a" * 400], "", 1000) == b"a" * 1000
    with pytest.raises(FetchFailed) as failure:
        read_body((b"a" * 600 for _ in range(10**9)), "identity", 1000)
    assert failure.value.reason == "too_large"


@pytest.mark.parametrize("header", ["gzip, gzip, gzip", "compress", "gzip, sdch"])
def test_coding_that_nobody_asked_for_is_refused(header: str) -> None:
    with pytest.raises(FetchFailed) as failure:
        read_body([NEWS], header, LIMIT)

    assert failure.value.reason == "malformed"


def test_empty_body_needs_no_coding() -> None:
    assert read_body([], "gzip", LIMIT) == b""


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.ZstdCompressor().compress)]
)
@pytest.mark.parametrize("size", [3, 100_000])
def test_members_in_a_row_are_one_body(
    coding: str, pack: Callable[[bytes], bytes], size: int
) -> None:
    body = pack(NEWS) + pack(b"") + pack(b"and more") + bytes(600)

    assert read_body(pieces(body, size), coding, LIMIT) == NEWS + b"and more"


def test_millions_of_empty_members_are_refused() -> None:
    with pytest.raises(FetchFailed, match="too many pieces"):
        read_body(pieces(gzip.compress(b"") * 20_000, 65_536), "gzip", LIMIT)


def test_gzip_that_flushes_often_comes_back() -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for line in NEWS.splitlines(keepends=True):
            file.write(line)
            file.flush()

    assert read_body([packed.getvalue()], "gzip", LIMIT) == NEWS
