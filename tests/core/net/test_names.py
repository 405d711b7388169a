"""Names: looked up once, checked, and connected to as checked."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from threading import Event

import pytest

from loopback import Names, moved, reply, serving
from rasad_core.net.addresses import AddressRules, parse_networks
from rasad_core.net.connect import resolve_name
from rasad_core.net.failure import FetchFailed
from rasad_core.net.fetch import FetchLimits, HttpFetcher, Request
from rasad_core.net.host import Ip

MakeFetcher = Callable[..., HttpFetcher]


def refusal(fetcher: HttpFetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(Request(url=url))
    return failure.value


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "fd00::1"],
)  # fmt: skip
def test_name_that_leads_inside_is_refused(
    make_fetcher: MakeFetcher, names: Names, address: str
) -> None:
    names.known["news.example"] = [address]

    failure = refusal(make_fetcher(allow=""), "http://news.example/")

    assert (failure.reason, failure.code) == ("forbidden", "not_public")
    assert address not in failure.message


def test_name_is_looked_up_once_so_that_it_cannot_change_its_mind() -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]

    def change_mind(_: str) -> list[Ip]:
        return [ip_address(each) for each in answers.pop(0)]

    rules = AddressRules(allow_networks=parse_networks("127.0.0.1/32"))
    fetcher = HttpFetcher(rules, FetchLimits(), user_agent="t", resolve=change_mind)
    with serving({"/": reply(b"news")}) as server:
        response = fetcher.fetch(Request(url=server.url(host="news.example")))
        again = refusal(fetcher, server.url(host="news.example"))

    assert response.body == b"news"
    assert server.visits[0].headers["host"] == f"news.example:{server.port}"
    assert again.code == "not_public"
    assert len(server.visits) == 1


def test_every_hop_is_looked_up_anew(make_fetcher: MakeFetcher, names: Names) -> None:
    with serving({"/b": reply(b"news")}) as other:
        pages = {"/a": moved(other.url("/b", "other.example"))}
        with serving(pages) as server:
            make_fetcher().fetch(Request(url=server.url("/a", "news.example")))

    assert names.asked == ["news.example", "other.example"]


def test_addresses_are_tried_in_turn(make_fetcher: MakeFetcher, names: Names) -> None:
    # Nothing listens on .3, and IPv6's loopback is not among the allowed.
    names.known["news.example"] = ["::1", "127.0.0.3", "127.0.0.1"]
    with serving({"/": reply(b"news")}) as server:
        response = make_fetcher().fetch(Request(url=server.url(host="news.example")))

    assert response.body == b"news"


def test_ipv6_is_reached_by_address(make_fetcher: MakeFetcher) -> None:
    with serving({"/": reply(b"news")}, address="::1") as server:
        response = make_fetcher(allow="::1/128").fetch(Request(url=server.url(host="[::1]")))

    assert response.body == b"news"
    assert server.visits[0].headers["host"] == f"[::1]:{server.port}"


def test_where_nothing_listens_it_says_so(make_fetcher: MakeFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    failure = refusal(make_fetcher(), f"http://127.0.0.1:{port}/")

    assert failure.reason == "refused"


def test_name_that_leads_nowhere_is_unresolved(make_fetcher: MakeFetcher, names: Names) -> None:
    names.known["empty.example"] = []

    assert refusal(make_fetcher(), "http://empty.example/").reason == "unresolved"
    assert refusal(make_fetcher(), "http://nowhere.example/").reason == "unresolved"


def test_lookup_that_hangs_ends_in_time() -> None:
    done = Event()

    def hang(_: str) -> list[Ip]:
        done.wait(5)
        return []

    limits = FetchLimits(timeout_seconds=0.1)
    fetcher = HttpFetcher(AddressRules(), limits, user_agent="t", resolve=hang)

    failure = refusal(fetcher, "http://news.example/")

    done.set()
    assert failure.reason == "timed_out"


def test_bug_in_a_lookup_is_no_failure_of_the_peer() -> None:
    def stumble(_: str) -> list[Ip]:
        raise ZeroDivisionError

    fetcher = HttpFetcher(AddressRules(), FetchLimits(), user_agent="t", resolve=stumble)

    with pytest.raises(ZeroDivisionError):
        fetcher.fetch(Request(url="http://news.example/"))


def test_system_knows_localhost() -> None:
    assert {str(ip) for ip in resolve_name("localhost")} <= {"127.0.0.1", "::1"}


def test_localhost_is_reached_where_loopback_is_allowed() -> None:
    rules = AddressRules(allow_networks=parse_networks("127.0.0.0/8"))
    fetcher = HttpFetcher(rules, FetchLimits(), user_agent="t")
    with serving({"/": reply(b"news")}) as server:
        assert fetcher.fetch(Request(url=server.url(host="localhost"))).body == b"news"
