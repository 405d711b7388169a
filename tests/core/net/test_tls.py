"""TLS: the name is asked for and shown, trust is needed, and nothing goes back to http."""

import ssl
from collections.abc import Callable

import pytest

from loopback import Visit, moved, reply, serving
from rasad_core.net.addresses import AddressRules, parse_networks
from rasad_core.net.failure import FetchFailed
from rasad_core.net.fetch import FetchLimits, HttpFetcher, Request

MakeFetcher = Callable[..., HttpFetcher]


def failure_of(fetcher: HttpFetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(Request(url=url))
    return failure.value


def test_name_is_asked_for_though_its_address_is_dialled(
    make_fetcher: MakeFetcher, server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    asked: list[str | None] = []
    server_side.sni_callback = lambda _socket, name, _context: asked.append(name)
    with serving({"/": reply(b"news")}, tls=server_side) as server:
        response = make_fetcher(tls=trusting).fetch(Request(url=server.url(host="news.example")))

    assert response.body == b"news"
    assert asked == ["news.example"]


def test_certificate_may_bear_an_address(
    make_fetcher: MakeFetcher, server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with serving({"/": reply(b"news")}, tls=server_side) as server:
        assert make_fetcher(tls=trusting).fetch(Request(url=server.url())).body == b"news"


def test_certificate_of_another_name_is_not_trusted(
    make_fetcher: MakeFetcher, server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with serving({"/": reply(b"news")}, tls=server_side) as server:
        failure = failure_of(make_fetcher(tls=trusting), server.url(host="other.example"))

    assert failure.reason == "tls"
    assert "other.example" in failure.message
    assert server.visits == []


def test_certificate_of_its_own_making_is_not_trusted(server_side: ssl.SSLContext) -> None:
    rules = AddressRules(allow_networks=parse_networks("127.0.0.0/8"))
    fetcher = HttpFetcher(rules, FetchLimits(), user_agent="t")  # with the roots of everyday
    with serving({"/": reply(b"news")}, tls=server_side) as server:
        failure = failure_of(fetcher, server.url())

    assert failure.reason == "tls"
    assert "self-signed" in failure.message


def test_peer_that_speaks_no_tls_is_no_mystery(
    make_fetcher: MakeFetcher, trusting: ssl.SSLContext
) -> None:
    with serving(lambda visit: visit.send(b"220 smtp ready\r\n"), listens=False) as server:
        failure = failure_of(make_fetcher(tls=trusting), f"https://127.0.0.1:{server.port}/")

    assert failure.reason == "tls"


def test_handshake_that_drips_ends_in_time(
    make_fetcher: MakeFetcher, trusting: ssl.SSLContext
) -> None:
    # The header of a record of 16 KB, and then its bytes one by one.
    def answer(visit: Visit) -> None:
        visit.send(b"\x16\x03\x03\x3f\xff\x02")
        visit.drip(b"\0")

    with serving(answer, listens=False) as server:
        fetcher = make_fetcher(tls=trusting, timeout_seconds=0.2)
        failure = failure_of(fetcher, f"https://127.0.0.1:{server.port}/")

    assert failure.reason == "timed_out"


def test_body_that_drips_inside_tls_ends_in_time(
    make_fetcher: MakeFetcher, server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    def answer(visit: Visit) -> None:
        visit.send(reply(length=1000))
        visit.drip(b"x")

    with serving(answer, tls=server_side) as server:
        failure = failure_of(make_fetcher(tls=trusting, timeout_seconds=0.2), server.url())

    assert failure.reason == "timed_out"


def test_redirect_from_https_to_http_is_refused(
    make_fetcher: MakeFetcher, server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with (
        serving({"/": reply(b"news")}) as plain,
        serving({"/": moved(plain.url(), 301)}, tls=server_side) as server,
    ):
        failure = failure_of(make_fetcher(tls=trusting), server.url())

    assert (failure.reason, failure.code) == ("forbidden", "downgrade")
    assert plain.visits == []


def test_redirect_from_http_to_https_is_followed(
    make_fetcher: MakeFetcher, server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with (
        serving({"/": reply(b"news")}, tls=server_side) as server,
        serving({"/": moved(server.url(host="news.example"), 301)}) as plain,
    ):
        response = make_fetcher(tls=trusting).fetch(Request(url=plain.url()))

    assert response.permanent_url == server.url(host="news.example")
