"""Webhooks over real connections: eight ways an endpoint behaves, and a dead one beside the living.

Retries are turned to with a fake clock; only the limit of one attempt is real time, and short.
"""

import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier

from deliver_stage import NOW, SECRET, Desk, TurnedClock, alert, matched
from loopback import Server, Visit, moved, reply, serving
from rasad_core.documents.alerts import Webhook
from rasad_core.documents.matches import Delivery
from rasad_core.net.addresses import AddressRules, parse_networks
from rasad_core.net.fetch import FetchLimits, HttpFetcher
from rasad_deliver.send import Sender

RETRIES = (5.0, 300.0, 1800.0)
Answer = Callable[[Visit], None]


def fetcher(*, allow: str = "127.0.0.0/8", timeout_seconds: float = 5.0) -> HttpFetcher:
    return HttpFetcher(
        AddressRules(allow_networks=parse_networks(allow)),
        FetchLimits(timeout_seconds=timeout_seconds, max_redirects=0),
        user_agent="Rasad/test",
        # Making the default one takes 50 ms, and nothing here speaks TLS.
        tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )


class Room:
    """A stage whose one alert tells an endpoint on loopback."""

    def __init__(self, url: str, client: HttpFetcher) -> None:
        self.desk = Desk()
        self.desk.define(alert(channels=[Webhook(url=url, secret=SECRET)]))
        self.desk.deliver(matched())
        self.clock: TurnedClock = self.desk.clock
        self.sender = Sender(
            self.desk.store, client, self.clock, retry_seconds=RETRIES, jitter=lambda: 0.0
        )

    @property
    def delivery(self) -> Delivery:
        (delivery,) = self.desk.deliveries()
        return delivery

    def pass_time(self) -> None:
        """Let every retry of the schedule come due, one after the other, and more."""
        self.sender.send_due()
        for _ in range(6):
            self.clock.turn(2000)
            self.sender.send_due()


def in_turn(*answers: Answer) -> Answer:
    left = list(answers)

    def answer(visit: Visit) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(visit)

    return answer


def gives(status: int, *headers: str) -> Answer:
    return lambda visit: visit.send(reply(b"", *headers, status=status))


def says_nothing(visit: Visit) -> None:
    visit.stopping.wait(5)


def resets(visit: Visit) -> None:
    linger = struct.pack("ii", 1, 0)  # close with a reset
    visit.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    visit.connection.close()


def drips(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 So\r\nContent-Length: 1000000\r\n\r\n")
    visit.drip(b"x")


@contextmanager
def told_to(answer: Answer, *, timeout_seconds: float = 5.0) -> Iterator[tuple[Room, Server]]:
    with serving(answer) as server:
        room = Room(server.url("/in?token=t"), fetcher(timeout_seconds=timeout_seconds))
        yield room, server


def assert_ids_are_one_and_times_fresh(server: Server) -> None:
    stamps = [int(each.headers["webhook-timestamp"]) for each in server.visits]

    assert len({each.headers["webhook-id"] for each in server.visits}) == 1
    assert len({each.body for each in server.visits}) == 1
    assert stamps == sorted(set(stamps))
    for visit in server.visits:
        at = NOW + timedelta(seconds=int(visit.headers["webhook-timestamp"]) - NOW.timestamp())
        signed = Verifier(SECRET).sign(visit.headers["webhook-id"], at, visit.body.decode())
        assert visit.headers["webhook-signature"] == signed


def test_200_is_delivered_once() -> None:
    with told_to(gives(200)) as (room, server):
        room.pass_time()

        assert (room.delivery.state, len(server.visits)) == ("delivered", 1)
        assert server.visits[0].headers["content-type"] == "application/json"
        assert room.delivery.recipient == server.url("/in")


def test_three_times_500_then_200_is_delivered_with_the_fourth() -> None:
    with told_to(in_turn(gives(500), gives(500), gives(500), gives(200))) as (room, server):
        room.pass_time()

        assert (room.delivery.state, len(server.visits)) == ("delivered", 4)
        assert_ids_are_one_and_times_fresh(server)


def test_silence_is_a_timeout_and_tried_again() -> None:
    with told_to(in_turn(says_nothing, gives(200)), timeout_seconds=0.2) as (room, server):
        room.pass_time()

        assert [each.reason for each in room.delivery.attempts] == ["timed_out", None]
        assert_ids_are_one_and_times_fresh(server)


def test_redirect_is_a_failure_and_its_target_sees_nothing() -> None:
    with serving(gives(200)) as target:
        away = moved(target.url("/stolen"))
        with told_to(lambda visit: visit.send(away)) as (room, server):
            room.pass_time()

            assert (room.delivery.state, len(server.visits)) == ("failed", 4)
            assert {each.reason for each in room.delivery.attempts} == {"redirected"}
            assert target.connections == 0


def test_410_ends_at_once() -> None:
    with told_to(gives(410)) as (room, server):
        room.pass_time()

        assert (room.delivery.state, len(server.visits)) == ("failed", 1)
        assert room.delivery.attempts[0].reason == "gone"


def test_429_waits_as_long_as_it_is_asked_to() -> None:
    with told_to(in_turn(gives(429, "Retry-After: 60"), gives(200))) as (room, server):
        room.sender.send_due()
        room.clock.turn(59)
        room.sender.send_due()

        assert len(server.visits) == 1

        room.clock.turn(1)
        room.sender.send_due()

        assert room.delivery.state == "delivered"
        assert_ids_are_one_and_times_fresh(server)


def test_body_that_drips_is_not_waited_for() -> None:
    with told_to(drips) as (room, server):
        room.sender.send_due()

        assert (room.delivery.state, len(server.visits)) == ("delivered", 1)
        assert room.delivery.attempts[0].took_ms < 1000


def test_connection_that_resets_is_tried_again() -> None:
    with told_to(in_turn(resets, gives(200))) as (room, server):
        room.pass_time()

        assert [each.reason for each in room.delivery.attempts] == ["reset", None]
        assert_ids_are_one_and_times_fresh(server)


@pytest.mark.parametrize("allow", ["", "10.0.0.0/8"])
def test_address_inside_is_not_asked_and_fails_with_the_rule(allow: str) -> None:
    with serving(gives(200)) as server:
        room = Room(server.url(), fetcher(allow=allow))
        room.pass_time()

        assert server.connections == 0
        assert (room.delivery.state, room.delivery.attempts[0].reason) == ("failed", "not_public")


def test_silent_endpoint_holds_nobody_up() -> None:
    with serving(says_nothing) as dead, serving(gives(200)) as live:
        desk = Desk()
        hooks = [Webhook(url=each.url(), secret=SECRET) for each in (dead, live)]
        desk.define(alert(group_by="none", channels=hooks))
        desk.deliver(*(matched(f"a{number}") for number in range(6)))
        living_when_first_died: list[int] = []

        def observe(delivery: Delivery, _attempt: object) -> None:
            if delivery.recipient == dead.url() and not living_when_first_died:
                living_when_first_died.append(len(live.visits))

        client = fetcher(timeout_seconds=0.15)
        Sender(desk.store, client, desk.clock, retry_seconds=(), observe=observe).send_due()

        assert living_when_first_died == [6]
        assert {each.state for each in desk.deliveries() if each.recipient == live.url()} == {
            "delivered"
        }
