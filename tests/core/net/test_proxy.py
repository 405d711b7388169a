"""A proxy carries what the rules allow, and never hears of the rest."""

import base64
import socket
import ssl
from collections.abc import Callable
from threading import Thread

import pytest

from loopback import Names, Visit, reply, serving
from rasad_core.net.failure import FetchFailed
from rasad_core.net.fetch import HttpFetcher, Request
from rasad_core.net.proxy import read_proxy

MakeFetcher = Callable[..., HttpFetcher]


def failure_of(fetcher: HttpFetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(Request(url=url))
    return failure.value


def test_plain_request_goes_to_the_proxy_in_full(make_fetcher: MakeFetcher, names: Names) -> None:
    names.known["public.example"] = ["93.184.215.14"]
    with serving({"http://public.example/feed?a=1": reply(b"news")}) as proxy:
        fetcher = make_fetcher(allow="", proxy=f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        response = fetcher.fetch(Request(url="http://public.example/feed?a=1"))

    assert response.body == b"news"
    (visit,) = proxy.visits
    assert visit.headers["host"] == "public.example"
    assert visit.headers["proxy-authorization"] == f"Basic {base64.b64encode(b'me:p@ss').decode()}"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://169.254.169.254/", "https://inside.example/",
     "http://public.example:25/", "http://localhost/"],
)  # fmt: skip
def test_proxy_hears_nothing_of_what_is_forbidden(
    make_fetcher: MakeFetcher, names: Names, url: str
) -> None:
    names.known |= {
        "inside.example": ["10.0.0.1"],
        "public.example": ["93.184.215.14"],
    }
    with serving({}) as proxy:
        fetcher = make_fetcher(allow="", proxy=f"http://127.0.0.1:{proxy.port}")
        failure = failure_of(fetcher, url)

    assert failure.reason == "forbidden"
    assert proxy.connections == 0


def test_redirect_inward_through_a_proxy_is_refused(
    make_fetcher: MakeFetcher, names: Names
) -> None:
    names.known["public.example"] = ["93.184.215.14"]
    inward = reply(b"", "Location: http://10.0.0.1/", status=302)
    with serving({"http://public.example/": inward}) as proxy:
        fetcher = make_fetcher(allow="", proxy=f"http://127.0.0.1:{proxy.port}")
        failure = failure_of(fetcher, "http://public.example/")

    assert failure.code == "not_public"
    assert len(proxy.visits) == 1


def tunnel(visit: Visit) -> None:
    host, _, port = visit.path.rpartition(":")
    assert host in {"news.example", "[::1]"}
    with socket.create_connection(("127.0.0.1", int(port)), 5) as inner:
        visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        onward = Thread(target=pump, args=(visit.connection, inner))
        onward.start()
        pump(inner, visit.connection)
        onward.join(5)


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_https_goes_through_a_tunnel_to_the_name(
    make_fetcher: MakeFetcher,
    names: Names,
    server_side: ssl.SSLContext,
    trusting: ssl.SSLContext,
) -> None:
    names.known["proxy.example"] = ["127.0.0.1"]
    with serving({"/": reply(b"news")}, tls=server_side) as server, serving(tunnel) as proxy:
        fetcher = make_fetcher(tls=trusting, proxy=f"http://proxy.example:{proxy.port}")
        response = fetcher.fetch(Request(url=server.url("/", "news.example")))

    assert response.body == b"news"
    (visit,) = proxy.visits
    assert (visit.method, visit.path) == ("CONNECT", f"news.example:{server.port}")
    assert "authorization" not in visit.headers


def test_proxy_that_refuses_is_named(make_fetcher: MakeFetcher) -> None:
    def refuse(visit: Visit) -> None:
        visit.send(reply(b"secret page of the proxy", status=407))

    with serving(refuse) as proxy:
        fetcher = make_fetcher(proxy=f"http://127.0.0.1:{proxy.port}")
        plain = failure_of(fetcher, "http://news.example/")
        tunnelled = failure_of(fetcher, "https://news.example/")

    assert plain.reason == tunnelled.reason == "proxy"
    assert "secret" not in plain.message + tunnelled.message


def test_proxy_that_is_away_is_named(make_fetcher: MakeFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    failure = failure_of(make_fetcher(proxy=f"http://127.0.0.1:{port}"), "http://news.example/")

    assert failure.reason == "proxy"


def test_proxy_that_drips_ends_in_time(make_fetcher: MakeFetcher) -> None:
    with serving(lambda visit: visit.drip(b"H")) as proxy:
        fetcher = make_fetcher(timeout_seconds=0.2, proxy=f"http://127.0.0.1:{proxy.port}")
        assert failure_of(fetcher, "https://news.example/").reason == "timed_out"


@pytest.mark.parametrize(
    "written", ["proxy:3128", "https://proxy:3128", "http://", "http://proxy:x", "http://a b:1"]
)
def test_what_is_no_address_of_a_proxy_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_proxy(written)


def test_address_of_a_proxy_is_read() -> None:
    assert read_proxy("http://proxy:3128/").port == 3128
    assert str(read_proxy("http://[::1]:3128").host) == "::1"
    assert read_proxy("http://proxy").auth is None
