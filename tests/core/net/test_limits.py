"""Peers that drip, flood, lie and hang up: each ends soon, in a failure with the right name."""

import gzip
import socket
import struct
import tracemalloc
from collections.abc import Callable
from time import monotonic

import pytest

from loopback import Visit, moved, reply, serving
from rasad_core.net.failure import FetchFailed
from rasad_core.net.fetch import HttpFetcher, Request

MakeFetcher = Callable[..., HttpFetcher]
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def failure_of(fetcher: HttpFetcher, url: str, request: Request | None = None) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(request or Request(url=url))
    return failure.value


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"<"),
        (reply(length=90_000), b"<"),
        (CHUNKED, b"1\r\n<\r\n"),
        (CHUNKED + b"5;", b"x"),
        (CHUNKED + b"0\r\n", b"X-A: b\r\n"),
    ],
)
def test_drip_ends_in_time(make_fetcher: MakeFetcher, begin: bytes, drop: bytes) -> None:
    def answer(visit: Visit) -> None:
        visit.send(begin)
        visit.drip(drop)

    with serving(answer) as server:
        started = monotonic()
        failure = failure_of(make_fetcher(timeout_seconds=0.2), server.url())
        took = monotonic() - started

    assert failure.reason == "timed_out"
    assert took < 2.0  # five times as long where the machine is busy


def test_silence_ends_in_time(make_fetcher: MakeFetcher) -> None:
    with serving(lambda visit: visit.drip(b"")) as server:
        assert failure_of(make_fetcher(timeout_seconds=0.1), server.url()).reason == "timed_out"


def test_peer_that_does_not_read_ends_in_time(make_fetcher: MakeFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        request = Request(
            url=f"http://127.0.0.1:{listener.getsockname()[1]}/",
            method="POST",
            body=bytes(20_000_000),
        )
        failure = failure_of(make_fetcher(timeout_seconds=0.2), "", request)

    assert failure.reason == "timed_out"


def test_time_is_for_all_redirects_together(make_fetcher: MakeFetcher) -> None:
    def answer(visit: Visit) -> None:
        visit.stopping.wait(0.05)
        visit.send(moved("/"))

    with serving(answer) as server:
        failure = failure_of(make_fetcher(timeout_seconds=0.2, max_redirects=20), server.url())

    assert failure.reason == "timed_out"
    assert len(server.visits) < 10


def test_headers_that_do_not_end_are_too_large(make_fetcher: MakeFetcher) -> None:
    def answer(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\n")
        while not visit.stopping.is_set():
            visit.send(b"X-A: b\r\n" * 1000)

    with serving(answer) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "too_large"


def test_interim_answers_without_end_are_too_large(make_fetcher: MakeFetcher) -> None:
    def answer(visit: Visit) -> None:
        while not visit.stopping.is_set():
            visit.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    with serving(answer) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "too_large"


def test_many_headers_are_too_large(make_fetcher: MakeFetcher) -> None:
    page = reply(b"news", *(f"Set-Cookie: {n}={'x' * 4000}" for n in range(17)))
    with serving({"/": page}) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "too_large"


def test_large_body_is_refused_by_its_length_alone(make_fetcher: MakeFetcher) -> None:
    def answer(visit: Visit) -> None:
        visit.send(reply(length=100_001))
        visit.drip(b"")

    with serving(answer) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "too_large"


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\n\r\n", CHUNKED])
def test_body_without_end_is_refused_at_the_limit(make_fetcher: MakeFetcher, begin: bytes) -> None:
    def answer(visit: Visit) -> None:
        visit.send(begin)
        while not visit.stopping.is_set():
            visit.send(b"3e8\r\n" + b"a" * 1000 + b"\r\n")

    with serving(answer) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "too_large"


def test_body_of_exactly_the_limit_is_read(make_fetcher: MakeFetcher) -> None:
    with serving({"/": reply(b"a" * 100_000)}) as server:
        assert len(make_fetcher().fetch(Request(url=server.url())).body) == 100_000


def test_bomb_is_refused_without_going_off(make_fetcher: MakeFetcher) -> None:
    bomb = reply(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip")
    with serving({"/": bomb}) as server:
        tracemalloc.start()
        failure = failure_of(make_fetcher(), server.url())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert failure.reason == "too_large"
    assert peak < 2_000_000


def hang_up(visit: Visit) -> None:
    # A linger of zero seconds makes closing a reset.
    visit.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visit.connection.close()


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX-A", reply(b"half", length=9)])
def test_end_before_the_end_is_a_reset(make_fetcher: MakeFetcher, begin: bytes) -> None:
    def reset(visit: Visit) -> None:
        visit.send(begin)
        hang_up(visit)

    with serving({"/": begin}) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "reset"
    with serving(reset) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "reset"


def test_chunks_that_do_not_end_are_a_reset(make_fetcher: MakeFetcher) -> None:
    with serving({"/": CHUNKED + b"3\r\nabc\r\n"}) as server:
        assert failure_of(make_fetcher(), server.url()).reason == "reset"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"<html>hello</html>\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n",
        reply(b"cut"[:2], "Content-Encoding: gzip"),
        reply(gzip.compress(b"news" * 1000)[:-4], "Content-Encoding: gzip"),
        reply(b"news", "Content-Encoding: gzip"),
        reply(b"news", "Content-Encoding: compress"),
    ],
)
def test_what_is_not_http_is_malformed(make_fetcher: MakeFetcher, answer: bytes) -> None:
    with serving({"/": answer}) as server:
        failure = failure_of(make_fetcher(), server.url())

    assert failure.reason == "malformed"
    assert "news" not in failure.message


def test_more_body_than_was_claimed_is_left(make_fetcher: MakeFetcher) -> None:
    with serving({"/": reply(b"news and more", length=4)}) as server:
        assert make_fetcher().fetch(Request(url=server.url())).body == b"news"
