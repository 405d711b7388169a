"""The sender: on time, signed, few at once to one host, and nothing after a success."""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from deliver_stage import HOOK, NOW, SECRET, Desk, Endpoints, Prepared, alert, matched
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import Webhook
from rasad_core.documents.deliveries import read_deliveries, resend
from rasad_core.documents.matches import Attempt, Delivery
from rasad_core.errors import Unavailable
from rasad_core.events import AlertState
from rasad_core.kinds import ALERTS, DELIVERIES, DUE
from rasad_core.net.failure import Failure, FetchFailed
from rasad_core.net.fetch import Request, Response
from rasad_core.ports import Document
from rasad_deliver.send import Sender


def desk_with(answers: Prepared | None = None) -> Desk:
    desk = Desk(endpoints=Endpoints(answers or {}))
    desk.define(alert())
    desk.deliver(matched())
    return desk


def only(desk: Desk) -> Delivery:
    (delivery,) = desk.deliveries()
    return delivery


def test_what_is_due_is_sent_once_and_recorded() -> None:
    desk = desk_with()

    assert desk.sender.send_due() == 1
    assert desk.sender.send_due() == 0

    delivery = only(desk)
    assert (delivery.state, delivery.attempts[0].status) == ("delivered", 200)
    assert (desk.due(), delivery.next_attempt_at) == ([], None)
    assert desk.notifications()[0].state == "delivered"
    assert desk.matches()[0].notification.state == "delivered"


def test_schedule_is_kept_to_the_second_and_the_id_stays() -> None:
    desk = desk_with({HOOK.url: [500]})
    sent_at: list[float] = []

    for _ in range(2200):
        if desk.sender.send_due():
            sent_at.append((desk.clock.at - NOW).total_seconds())
        desk.clock.turn(1)

    assert sent_at == [0, 5, 305, 2105]
    assert len(set(desk.endpoints.ids)) == 1
    assert len({each.body for each in desk.endpoints.asked}) == 1
    stamps = [int(each.headers["webhook-timestamp"]) for each in desk.endpoints.asked]
    assert [each - stamps[0] for each in stamps] == [0, 5, 305, 2105]
    assert (only(desk).state, desk.notifications()[0].state) == ("failed", "failed")
    told = desk.matches()[0].notification
    assert (told.state, told.reason) == ("failed", "http_500")


def test_three_failures_then_success_end_in_delivered() -> None:
    desk = desk_with({HOOK.url: [500, FetchFailed(Failure.RESET, "gone away"), 302, 200]})

    for _ in range(5):
        desk.sender.send_due()
        desk.clock.turn(2000)

    assert [each.reason for each in only(desk).attempts] == [
        "http_500",
        "reset",
        "redirected",
        None,
    ]
    assert only(desk).state == "delivered"
    assert len(desk.endpoints.asked) == 4


def test_429_is_not_asked_before_it_wants() -> None:
    slow = Response(url=HOOK.url, status=429, headers={"retry-after": "90"})
    desk = desk_with({HOOK.url: [slow, 200]})
    desk.sender.send_due()

    desk.clock.turn(89)
    early = desk.sender.send_due()
    desk.clock.turn(1)

    assert (early, desk.sender.send_due()) == (0, 1)


def test_bug_of_ours_is_an_attempt_and_not_the_end_of_the_sender() -> None:
    desk = desk_with({HOOK.url: [RuntimeError("a bug"), 200]})
    desk.sender.send_due()
    desk.clock.turn(5)
    desk.sender.send_due()

    assert [each.reason for each in only(desk).attempts] == ["bug", None]


def test_alert_nobody_can_read_is_an_attempt_and_not_the_end_of_the_sender() -> None:
    desk = desk_with()
    desk.store.put(ALERTS, "al_1", b'{"channels":[{"type":"pigeon"}]}')

    desk.sender.send_due()

    assert (only(desk).state, only(desk).attempts[0].reason) == ("pending", "bug")


@pytest.mark.parametrize(
    ("state", "channels", "reason"),
    [("deleted", [HOOK], "alert_deleted"), ("armed", [], "channel_removed"),
     ("armed", [Webhook(url=HOOK.url, secret="whsec_")], "bad_secret")],
)  # fmt: skip
def test_what_cannot_be_sent_any_more_fails_with_a_reason_unasked(
    state: AlertState, channels: list[Webhook], reason: str
) -> None:
    desk = desk_with()
    desk.define(alert(state=state, channels=channels))

    desk.sender.send_due()

    assert (only(desk).state, only(desk).attempts[0].reason) == ("failed", reason)
    assert desk.endpoints.asked == []
    assert desk.due() == []


def test_new_secret_holds_from_the_next_attempt() -> None:
    from standardwebhooks import Webhook as Verifier

    desk = desk_with({HOOK.url: [500, 200]})
    desk.sender.send_due()
    fresh = "whsec_" + "b3RoZXIgdGhpcnR5LXR3byBieXRlcyBmb3IgdGhpcyE="
    desk.define(alert(channels=[replace(HOOK, secret=fresh)]))
    desk.clock.turn(5)
    desk.sender.send_due()

    first, second = desk.endpoints.asked
    for request, secret in ((first, SECRET), (second, fresh)):
        stamp = int(request.headers["webhook-timestamp"])
        at = NOW + timedelta(seconds=stamp - NOW.timestamp())
        signed = Verifier(secret).sign(request.headers["webhook-id"], at, request.body.decode())
        assert request.headers["webhook-signature"] == signed


def test_two_secrets_sign_side_by_side() -> None:
    desk = desk_with()
    desk.define(alert(channels=[replace(HOOK, secret=f"{SECRET} {SECRET}")]))
    desk.sender.send_due()

    first, second = desk.endpoints.asked[0].headers["webhook-signature"].split(" ")
    assert first == second
    assert first.startswith("v1,")


def test_two_channels_are_told_apart_and_the_notification_follows_both() -> None:
    other = Webhook(url="https://other.example/in", secret=SECRET)
    desk = Desk(endpoints=Endpoints({other.url: [410]}))
    desk.define(alert(channels=[HOOK, other]))
    desk.deliver(matched())

    desk.sender.send_due()

    assert {each.recipient: each.state for each in desk.deliveries()} == {
        HOOK.url: "delivered",
        other.url: "failed",
    }
    told = desk.matches()[0].notification
    assert (told.state, told.reason) == ("failed", "gone")


def test_notification_is_not_delivered_before_its_last_delivery_is_made() -> None:
    other = Webhook(url="https://other.example/in", secret=SECRET)
    desk = Desk()
    desk.define(alert(channels=[HOOK, other]))
    desk.deliver(matched())
    missing = next(each for each in desk.deliveries() if each.recipient == other.url)
    desk.store.delete(DELIVERIES, missing.delivery_id)

    desk.sender.send_due()

    assert desk.notifications()[0].state == "pending"


def test_delivery_that_failed_is_sent_again_when_asked() -> None:
    desk = desk_with({HOOK.url: [410, 200]})
    desk.sender.send_due()

    asked = resend(desk.store, only(desk).delivery_id, desk.clock.now())
    sent = desk.sender.send_due()

    assert asked is not None
    assert (asked.state, sent, only(desk).state) == ("pending", 1, "delivered")
    assert len(set(desk.endpoints.ids)) == 1
    assert desk.matches()[0].notification.state == "delivered"


def test_delivery_that_waits_is_sent_at_once_when_asked_and_not_once_more_later() -> None:
    desk = desk_with({HOOK.url: [500, 200]})
    desk.sender.send_due()
    desk.clock.turn(1)

    resend(desk.store, only(desk).delivery_id, desk.clock.now())
    sent = desk.sender.send_due()
    desk.clock.turn(10_000)

    assert (sent, desk.sender.send_due()) == (1, 0)
    assert desk.due() == []


def test_resend_of_nothing_is_nothing() -> None:
    assert resend(MemoryStore(), "nobody", NOW) is None


def test_resend_asked_while_an_answer_is_under_way_is_no_conflict() -> None:
    desk = desk_with()
    key = only(desk).delivery_id

    def ask_again() -> None:
        resend(desk.store, key, NOW + timedelta(seconds=1))

    desk.endpoints.on_asked = ask_again
    desk.sender.send_due()
    desk.clock.turn(2)
    desk.endpoints.on_asked = lambda: None
    again = desk.sender.send_due()

    assert (only(desk).state, again, desk.due()) == ("delivered", 0, [])


def test_entry_of_a_delivery_that_is_done_is_cleared_away() -> None:
    desk = desk_with()
    (entry,) = desk.due()
    desk.sender.send_due()
    desk.store.create(DUE, entry, f'"{only(desk).delivery_id}"'.encode())
    desk.store.create(DUE, f"{0:017d}/nobody", b'"nobody"')

    assert desk.sender.send_due() == 0
    assert desk.due() == []
    assert len(desk.endpoints.asked) == 1


@pytest.mark.slow
def test_storm_of_500_sends_each_once() -> None:
    desk = Desk()
    desk.define(alert(group_by="none"))
    desk.deliver(*(matched(f"a{number}") for number in range(500)))

    assert desk.sender.send_due() == 500
    assert len(set(desk.endpoints.ids)) == len(desk.endpoints.asked) == 500


class Gate:
    """A fetcher whose host `dead.example` answers only when let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.at_once: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.done: list[str] = []
        self._turn = threading.Lock()

    def fetch(self, request: Request) -> Response:
        host = request.url.split("/")[2]
        with self._turn:
            self.at_once[host] = self.at_once.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self.at_once[host])
        if host == "dead.example":
            self.open.wait(5)
        with self._turn:
            self.at_once[host] -= 1
            self.done.append(host)
            if self.done.count("live.example") == 20:
                self.open.set()
        return Response(url=request.url, status=200)


def test_dead_host_holds_two_places_and_nobody_else_up() -> None:
    desk = Desk()
    hooks = [Webhook(url=f"https://{name}.example/in", secret=SECRET) for name in ("dead", "live")]
    desk.define(alert(group_by="none", channels=hooks))
    desk.deliver(*(matched(f"a{number}") for number in range(20)))
    gate = Gate()

    Sender(desk.store, gate, desk.clock, retry_seconds=()).send_due()

    assert gate.done[:20] == ["live.example"] * 20
    assert gate.most["dead.example"] == 2
    assert gate.most["live.example"] <= 2


class Flaky(MemoryStore):
    """Away every 23rd time it is asked; no row of writes in these tests is that long."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def get(self, kind: str, key: str) -> Document | None:
        self._ask()
        return super().get(kind, key)

    def get_many(self, kind: str, keys: Sequence[str]) -> Mapping[str, Document]:
        self._ask()
        found = {key: super(Flaky, self).get(kind, key) for key in keys}
        return {key: document for key, document in found.items() if document}

    def create(self, kind: str, key: str, value: bytes, *, team_id: str | None = None) -> bool:
        self._ask()
        return super().create(kind, key, value, team_id=team_id)

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        self._ask()
        return super().delete(kind, key, expected_version=expected_version)

    def _ask(self) -> None:
        self.asked += 1
        if self.asked % 23 == 0:
            raise Unavailable("away", retry_after_seconds=0.001)


def running(desk: Desk, until: Callable[[], bool]) -> None:
    """Run the sender until something holds."""
    stop = threading.Event()

    def observe(_delivery: Delivery, _attempt: Attempt) -> None:
        if until():
            stop.set()
            sender.wake()

    sender = Sender(
        desk.store, desk.endpoints, desk.clock, retry_seconds=(0.0, 0.0), observe=observe
    )
    sender.run(stop)


def test_sender_runs_until_stopped_and_survives_a_store_that_is_away() -> None:
    desk = Desk(Flaky(), endpoints=Endpoints({HOOK.url: [500, 200]}))
    desk.define(alert(group_by="none"))
    for number in range(10):
        delivered: list[str] = []
        while not delivered:
            with contextlib.suppress(Unavailable):
                delivered = desk.deliver(matched(f"a{number}"))

    running(desk, lambda: {each.state for each in desk.deliveries()} == {"delivered"})

    assert len(set(desk.endpoints.ids)) == 10
    assert sum(len(each.attempts) for each in desk.deliveries()) == 11


def test_wake_starts_sending_without_waiting_for_the_next_look() -> None:
    desk = Desk()
    desk.define(alert())
    stop = threading.Event()
    desk.endpoints.on_asked = stop.set
    thread = threading.Thread(target=desk.sender.run, args=(stop,))
    thread.start()

    desk.deliver(matched())
    desk.sender.wake()
    thread.join(5)

    assert not thread.is_alive()
    assert only(desk).state == "delivered"


def test_deliveries_are_listed_newest_first_in_pages() -> None:
    desk = Desk()
    desk.define(alert(group_by="none"), alert("al_9", team_id="others"))
    for number in range(5):
        desk.deliver(matched(f"a{number}"))
        desk.clock.turn(1)
    desk.deliver(matched(alert_id="al_9", team_id="others"))

    first = read_deliveries(desk.store, team_id="default", limit=3)
    second = read_deliveries(desk.store, team_id="default", after=first.next_after or "", limit=3)

    times = [each.created_at for each in (*first.deliveries, *second.deliveries)]
    assert times == [NOW + timedelta(seconds=second) for second in (4, 3, 2, 1, 0)]
    assert second.next_after is None
