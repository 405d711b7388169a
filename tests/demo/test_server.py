import base64
import hashlib
import hmac
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import quote, urlsplit

import pytest

from demo_room import NEWSROOM, SetClock
from rasad.demo.feeds import feed_path
from rasad.demo.manuscripts import Outlet
from rasad.demo.server import Demonstration, serving
from rasad.demo.webhook import SECRET
from rasad_core.errors import RasadError


class Client:
    """Asks the demonstration one thing at a time."""

    def __init__(self, demonstration: Demonstration) -> None:
        self.demonstration = demonstration

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        parts = urlsplit(self.demonstration.address)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def client(clock: SetClock) -> Iterator[Client]:
    with serving(clock) as demonstration:
        yield Client(demonstration)


@pytest.mark.parametrize("publisher", NEWSROOM.outlets, ids=lambda each: each.slug)
def test_an_outlet_has_a_front_page_and_a_feed(client: Client, publisher: Outlet) -> None:
    expected = 500 if publisher.feed == "failing" else 200

    front, _ = client.ask(f"/{publisher.slug}/")
    feed, _ = client.ask(feed_path(publisher))

    assert (front.status, feed.status) == (expected, expected)


def test_an_article_has_a_page_whatever_its_letters(client: Client) -> None:
    response, body = client.ask(quote("/difaf/a/محطة-أسوان.html") + "?utm_source=rss")

    assert response.status == 200
    assert response.getheader("Content-Type") == "text/html; charset=utf-8"
    assert "محطة شمسية قرب أسوان" in body.decode()


def test_links_carry_the_address_that_is_served(client: Client) -> None:
    _, body = client.ask("/straitcourier/feed.xml")

    assert f"{client.demonstration.address}/straitcourier/a/".encode() in body


def test_what_is_not_released_is_not_found_yet(client: Client, clock: SetClock) -> None:
    path = "/meridian/a/mersin-strike-ends.html"
    before, _ = client.ask(path)
    clock.advance(seconds=8)
    released, _ = client.ask(path)

    assert (before.status, released.status) == (404, 200)


@pytest.mark.parametrize(
    "path",
    ["/meridian/feed.json", "/fanar/feed.xml", "/korfez/", "/cabestan/a/greve-mersin-agrumes.html"],
)
def test_what_a_client_has_already_is_not_sent_again(client: Client, path: str) -> None:
    first, _ = client.ask(path)
    by_tag, empty = client.ask(path, If_None_Match=f'"other", {first.getheader("ETag")}')
    by_time, _ = client.ask(path, If_Modified_Since=first.getheader("Last-Modified") or "")

    assert (first.status, by_tag.status, by_time.status) == (200, 304, 304)
    assert empty == b""
    assert by_tag.getheader("ETag") == first.getheader("ETag")


def test_news_is_sent_to_who_has_the_old(client: Client, clock: SetClock) -> None:
    first, _ = client.ask("/meridian/feed.json")
    clock.advance(seconds=8)
    tag, since = str(first.getheader("ETag")), str(first.getheader("Last-Modified"))
    by_tag, body = client.ask("/meridian/feed.json", If_None_Match=tag)
    by_time, _ = client.ask("/meridian/feed.json", If_Modified_Since=since)

    assert (by_tag.status, by_time.status) == (200, 200)
    assert b"mersin-strike-ends" in body


def test_a_tag_is_believed_before_a_time(client: Client) -> None:
    first, _ = client.ask("/fanar/feed.xml")
    since = first.getheader("Last-Modified") or ""

    response, _ = client.ask("/fanar/feed.xml", If_None_Match='"other"', If_Modified_Since=since)

    assert response.status == 200


@pytest.mark.parametrize("since", ["yesterday", "Tue, 10 Mar 2026 12:00:00 -0000", ""])
def test_a_time_that_cannot_be_compared_is_no_condition(client: Client, since: str) -> None:
    response, _ = client.ask("/fanar/feed.xml", If_Modified_Since=since)

    assert response.status == 200


def test_a_head_has_no_body(client: Client) -> None:
    whole, body = client.ask("/traboule/feed.xml")
    head, empty = client.ask("/traboule/feed.xml", "HEAD")

    assert (head.status, empty) == (200, b"")
    assert head.getheader("Content-Length") == whole.getheader("Content-Length") == str(len(body))


def test_robots_may_come_as_often_as_they_like(client: Client) -> None:
    _, body = client.ask("/robots.txt")

    assert b"Crawl-delay: 0" in body
    assert f"Sitemap: {client.demonstration.address}/cabestan/sitemap-news.xml".encode() in body


@pytest.mark.parametrize(
    "path", ["/nobody/", "/fanar/a/", "/fanar/a/nothing.html", "/cabestan/feed.xml", "/fanar/a/x/y"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    response, _ = client.ask(path)

    assert response.status == 404


def test_the_first_page_lists_the_outlets(client: Client) -> None:
    _, body = client.ask("/")

    assert all(each.name in body.decode() for each in NEWSROOM.outlets)


def test_a_webhook_is_remembered_with_its_time(client: Client, clock: SetClock) -> None:
    clock.advance(seconds=40)

    response, _ = client.ask("/webhook", "POST", b'{"type": "alert.matched"}', webhook_id="msg_1")
    (received,) = client.demonstration.received()

    assert response.status == 200
    assert (received.at, received.body) == (clock.now(), b'{"type": "alert.matched"}')
    assert received.headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize(("secret", "right"), [(SECRET, True), ("whsec_AAAA", False)])
def test_a_webhook_is_known_by_its_signature(client: Client, secret: str, right: bool) -> None:
    body, key = b'{"copies": 2}', base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(
        hmac.new(key, b"msg_1.1700000000." + body, hashlib.sha256).digest()
    )

    client.ask(
        "/webhook", "POST", body, webhook_id="msg_1", webhook_timestamp="1700000000",
        webhook_signature=f"v1,other v1,{signature.decode()}",
    )  # fmt: skip
    (received,) = client.demonstration.received()
    _, listed = client.ask("/webhook")

    assert received.signed is right
    assert ("signature right" in listed.decode()) is right
    assert '{"copies": 2}' in listed.decode()


def test_a_webhook_is_posted_to_its_path_with_a_length_that_fits(client: Client) -> None:
    elsewhere, _ = client.ask("/fanar/", "POST", b"{}")
    endless, _ = client.ask("/webhook", "POST", Content_Length="many")
    huge, _ = client.ask("/webhook", "POST", Content_Length="99000000")

    assert (elsewhere.status, endless.status, huge.status) == (404, 411, 413)
    assert client.demonstration.received() == ()


def test_a_port_that_is_taken_is_named(client: Client, clock: SetClock) -> None:
    port = urlsplit(client.demonstration.address).port or 0

    with pytest.raises(RasadError, match=f"127.0.0.1:{port}"), serving(clock, port=port):
        pass


def test_a_second_start_may_date_the_news_from_the_first(clock: SetClock) -> None:
    with serving(clock) as first:
        _, body = Client(first).ask("/difaf/feed.xml")
    started_at, port = clock.now(), urlsplit(first.address).port or 0
    clock.advance(seconds=5)

    with serving(clock, port=port, started_at=started_at) as second:
        _, again = Client(second).ask("/difaf/feed.xml")

    assert again == body
