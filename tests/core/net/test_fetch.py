"""One fetch: what is sent, what comes back, and where redirects lead."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest

from loopback import Names, Visit, moved, reply, serving
from rasad_core.net.failure import FetchFailed
from rasad_core.net.fetch import HttpFetcher, Request, user_agent

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def failure_of(fetcher: HttpFetcher, url: str, **more: object) -> tuple[str, str | None]:
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(Request(url=url, **more))  # type: ignore[arg-type]
    assert failure.value.message == str(failure.value)
    return failure.value.reason, failure.value.code


def test_answer_comes_whole_with_its_headers(fetcher: HttpFetcher) -> None:
    page = reply(b"<rss/>", 'ETag: "a"', "X-A: 1", "x-a: 2", "X-Name: é")
    with serving({"/feed?a=%C3%A9": page}) as server:
        response = fetcher.fetch(Request(url=server.url("/feed?a=é#top")))

    assert response.status == 200
    assert response.body == b"<rss/>"
    assert response.headers == {"content-length": "6", "etag": '"a"', "x-a": "1, 2", "x-name": "é"}
    assert response.url == server.url("/feed?a=é#top")
    assert response.hops == ()
    assert response.permanent_url is None


def test_request_says_who_asks_and_what_it_reads(fetcher: HttpFetcher) -> None:
    with serving({"/": reply()}) as server:
        fetcher.fetch(Request(url=server.url(), headers={"If-None-Match": '"é"', "accept": "x/y"}))

    (visit,) = server.visits
    assert visit.method == "GET"
    assert visit.headers == {
        "host": f"127.0.0.1:{server.port}",
        "connection": "close",
        "accept": "x/y",
        "accept-encoding": "gzip, br, zstd",
        "user-agent": "Rasad/test",
        "if-none-match": '"é"'.encode().decode("latin-1"),
    }


def test_headers_that_frame_the_message_are_ours(fetcher: HttpFetcher) -> None:
    theirs = {"Host": "evil", "content-length": "5", "Transfer-Encoding": "chunked", "TE": "gzip"}
    with serving({"/": reply()}) as server:
        fetcher.fetch(Request(url=server.url(), headers=theirs))

    (visit,) = server.visits
    assert visit.headers["host"] == f"127.0.0.1:{server.port}"
    assert not {"content-length", "transfer-encoding", "te"} & visit.headers.keys()


@pytest.mark.parametrize("headers", [{"X-A": "b\r\nX-B: c"}, {"X A": "b"}, {"é": "b"}])
def test_header_that_http_cannot_carry_is_refused(
    fetcher: HttpFetcher, headers: dict[str, str]
) -> None:
    with serving({"/": reply()}) as server:
        assert failure_of(fetcher, server.url(), headers=headers) == ("bad_request", None)
    assert server.visits == []


def test_user_agent_names_the_contact() -> None:
    assert user_agent(None).startswith("Rasad/")
    assert user_agent("https://a.example/bot").endswith(" (+https://a.example/bot)")


@pytest.mark.parametrize("status", [204, 304, 404, 410, 429, 500, 503])
def test_every_status_is_a_response(fetcher: HttpFetcher, status: int) -> None:
    body = b"" if status in {204, 304} else b"sorry"
    with serving({"/": reply(body, "Retry-After: 5", status=status)}) as server:
        response = fetcher.fetch(Request(url=server.url()))

    assert (response.status, response.body) == (status, body)
    assert response.headers["retry-after"] == "5"


def test_body_is_sent_and_no_redirect_followed(fetcher: HttpFetcher) -> None:
    with serving({"/hook": moved("/other", 307), "/other": reply()}) as server:
        response = fetcher.fetch(
            Request(
                url=server.url("/hook"),
                method="POST",
                body=b'{"a": 1}' * 50_000,
                headers={"webhook-id": "msg_1", "content-type": "application/json"},
                follow_redirects=False,
            )
        )

    (visit,) = server.visits
    assert (visit.method, visit.body) == ("POST", b'{"a": 1}' * 50_000)
    assert visit.headers["webhook-id"] == "msg_1"
    assert response.status == 307
    assert response.hops == ()
    assert response.body == b"<a>moved</a>"


def test_empty_body_is_sent_as_one(fetcher: HttpFetcher) -> None:
    with serving({"/": reply()}) as server:
        fetcher.fetch(Request(url=server.url(), method="POST"))

    assert server.visits[0].headers["content-length"] == "0"


def test_compressed_answer_is_decompressed(fetcher: HttpFetcher) -> None:
    with serving({"/": reply(gzip.compress(b"news"), "Content-Encoding: gzip")}) as server:
        assert fetcher.fetch(Request(url=server.url())).body == b"news"


def test_body_in_chunks_and_body_until_the_end_are_read(fetcher: HttpFetcher) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"
    )
    with serving({"/a": chunked, "/b": b"HTTP/1.0 200 OK\r\n\r\nabcd"}) as server:
        assert fetcher.fetch(Request(url=server.url("/a"))).body == b"abcd"
        assert fetcher.fetch(Request(url=server.url("/b"))).body == b"abcd"


def test_early_hints_are_passed_over(fetcher: HttpFetcher) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    with serving({"/": hints + reply(b"news")}) as server:
        assert fetcher.fetch(Request(url=server.url())).body == b"news"


def test_answer_before_the_body_is_read_is_an_answer(fetcher: HttpFetcher) -> None:
    # A server that refuses a large body does so at once, and hangs up.
    with serving({"/": reply(b"too much", status=413)}) as server:
        response = fetcher.fetch(Request(url=server.url(), method="POST", body=b"a" * 1000))

    assert response.status == 413


def test_where_only_the_status_is_wanted_the_body_is_not_waited_for(fetcher: HttpFetcher) -> None:
    def answer(visit: Visit) -> None:
        visit.send(reply(b"", "X-A: b", "Content-Encoding: strange", length=10**9))
        visit.drip(b"thank you ")

    with serving(answer) as server:
        response = fetcher.fetch(Request(url=server.url(), method="POST", wants_body=False))

    assert (response.status, response.headers["x-a"], response.body) == (200, "b", b"")


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\n", CHUNKED])
def test_answer_without_a_length_is_an_answer(fetcher: HttpFetcher, begin: bytes) -> None:
    rest = b"0\r\n\r\n" if begin is CHUNKED else b"\r\n"
    with serving({"/": begin + rest}) as server:
        assert fetcher.fetch(Request(url=server.url())).body == b""


@pytest.mark.parametrize("lengths", ["4, 4", "4\r\nContent-Length: 4", "4"])
def test_length_told_twice_is_one_length(fetcher: HttpFetcher, lengths: str) -> None:
    page = f"HTTP/1.1 200 OK\r\nContent-Length: {lengths}\r\n\r\nnews".encode()
    with serving({"/": page}) as server:
        assert fetcher.fetch(Request(url=server.url())).body == b"news"


def test_many_threads_share_one_fetcher(fetcher: HttpFetcher) -> None:
    pages = {f"/{n}": reply(f"news {n}".encode() * 1000) for n in range(40)}
    with serving(pages) as server, ThreadPoolExecutor(8) as threads:
        requests = [Request(url=server.url(path)) for path in pages]
        bodies = [response.body for response in threads.map(fetcher.fetch, requests)]

    assert bodies == [f"news {n}".encode() * 1000 for n in range(40)]


# Redirects


def test_chain_of_redirects_is_followed_and_told(fetcher: HttpFetcher) -> None:
    pages = {"/a": moved("/b", 302), "/b": moved("?c=1#x", 307), "/b?c=1": reply(b"news")}
    with serving(pages) as server:
        response = fetcher.fetch(Request(url=server.url("/a")))

    assert response.body == b"news"
    assert response.url == server.url("/b?c=1")
    assert [(hop.status, hop.url) for hop in response.hops] == [
        (302, server.url("/a")),
        (307, server.url("/b")),
    ]


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((301, 301), "/2"),
        ((308, 301, 308), "/3"),
        ((301, 302, 301), "/1"),
        ((302, 301), None),
        ((303,), None),
        ((), None),
    ],
)
def test_address_moves_for_good_up_to_the_first_redirect_that_is_not(
    fetcher: HttpFetcher, statuses: tuple[int, ...], moved_to: str | None
) -> None:
    pages = {f"/{n}": moved(f"/{n + 1}", status) for n, status in enumerate(statuses)}
    with serving({**pages, f"/{len(statuses)}": reply(b"news")}) as server:
        response = fetcher.fetch(Request(url=server.url("/0")))

    assert response.body == b"news"
    assert response.permanent_url == (server.url(moved_to) if moved_to else None)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("http://169.254.169.254/latest/", "not_public"),
        ("http://0xa9fea9fe/", "not_public"),
        ("//10.0.0.1/", "not_public"),
        ("\\\\10.0.0.1\\", "not_public"),
        ("http://wiki.internal/", "not_public"),
        ("http://inside.example/", "not_public"),
        ("http://8.8.8.8:25/", "bad_port"),
        ("http://me:pass@news.example/", "credentials"),
        ("file:///etc/passwd", "bad_scheme"),
        ("http://1.2.3.4.5/", "bad_host"),
    ],
)
def test_redirect_inward_is_refused(fetcher: HttpFetcher, names: Names, to: str, code: str) -> None:
    names.known["inside.example"] = ["10.1.2.3"]
    with serving({"/": moved(to, 301)}) as server:
        assert failure_of(fetcher, server.url()) == ("forbidden", code)
    assert len(server.visits) == 1


def test_redirect_to_nonsense_is_refused(fetcher: HttpFetcher) -> None:
    with serving({"/": moved("http://[::1")}) as server:
        assert failure_of(fetcher, server.url()) == ("bad_redirect", None)


def test_redirect_without_a_place_is_a_response(fetcher: HttpFetcher) -> None:
    with serving(
        {"/": reply(b"choose", status=302), "/b": reply(b"so", "Location:", status=301)}
    ) as server:
        assert fetcher.fetch(Request(url=server.url())).body == b"choose"
        assert fetcher.fetch(Request(url=server.url("/b"))).body == b"so"


def test_redirect_loop_ends(fetcher: HttpFetcher) -> None:
    with serving({"/a": moved("/b"), "/b": moved("/a")}) as server:
        assert failure_of(fetcher, server.url("/a")) == ("too_many_redirects", None)
    assert len(server.visits) == 6


def test_body_of_a_redirect_is_not_read(fetcher: HttpFetcher) -> None:
    def answer(visit: Visit) -> None:
        if visit.path == "/":
            visit.send(reply(b"", "Location: /news", status=301, length=10**9))
            visit.drip(b"<p>moved</p>")
        visit.send(reply(b"news"))

    with serving(answer) as server:
        assert fetcher.fetch(Request(url=server.url())).body == b"news"


def test_secrets_and_conditions_stay_with_their_host(fetcher: HttpFetcher) -> None:
    sent = {"Authorization": "Bearer x", "If-None-Match": '"a"', "Cookie": "b", "X-Key": "c",
            "Accept": "text/html"}  # fmt: skip
    with serving({"/c": reply()}) as other:
        pages = {"/a": moved("/b"), "/b": moved(other.url("/c", "news.example"))}
        with serving(pages) as server:
            fetcher.fetch(Request(url=server.url("/a"), headers=sent))

    assert server.visits[1].headers["authorization"] == "Bearer x"
    assert server.visits[1].headers["if-none-match"] == '"a"'
    (visit,) = other.visits
    assert visit.headers["accept"] == "text/html"
    assert not {"authorization", "if-none-match", "cookie", "x-key"} & visit.headers.keys()


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (303, "GET"), (308, "POST")])
def test_what_is_posted_goes_on_only_where_the_status_says_so(
    fetcher: HttpFetcher, status: int, method: str
) -> None:
    with serving({"/a": moved("/b", status), "/b": reply()}) as server:
        fetcher.fetch(Request(url=server.url("/a"), method="POST", body=b"x"))

    assert server.visits[1].method == method
    assert server.visits[1].body == (b"x" if method == "POST" else b"")


def test_what_is_posted_never_goes_to_another_host(fetcher: HttpFetcher) -> None:
    with (
        serving({}) as server,
        serving({"/": moved(server.url(host="news.example"), 307)}) as first,
    ):
        failure = failure_of(fetcher, first.url(), method="POST", body=b"x")
    assert failure == ("bad_redirect", None)
    assert server.visits == []
