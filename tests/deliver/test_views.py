"""Matches and deliveries as others see them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
import pytest

from deliver_stage import HOOK, NOW, SECRET, Desk, Endpoints, alert, matched
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import Webhook, match_id
from rasad_core.documents.deliveries import delivery_json, read_deliveries
from rasad_core.documents.match_view import match_views, read_matches
from rasad_core.documents.matches import Match, Triage
from rasad_core.documents.table import Table
from rasad_core.kinds import MATCHES, TRIAGE
from rasad_core.ports import Document

KEYS = {
    "match_id", "alert_id", "alert_version", "article_id", "revision", "story_id", "matched_at",
    "article", "spans", "snippet", "analyser", "state", "note", "notification", "deliveries",
    "copies", "continues", "later_revisions",
}  # fmt: skip


def test_match_has_all_its_keys() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())
    desk.sender.send_due()

    shown = msgspec.to_builtins(desk.matches()[0])

    (delivery,) = shown["deliveries"]
    assert set(shown) == KEYS
    assert shown["match_id"] == match_id("al_1", "a")
    assert shown["state"] == "new"
    assert shown["notification"]["state"] == "delivered"
    assert shown["notification"]["reason"] is None
    assert set(delivery) == {"delivery_id", "channel", "recipient", "state"}
    assert (delivery["channel"], delivery["state"]) == ("webhook", "delivered")
    assert "text" not in shown["article"]
    assert shown["analyser"] == {"chain": "1"}
    assert shown["snippet"] == {"text": "The tide is high.", "marks": ((4, 8),)}


def test_match_that_joined_names_its_notification_and_the_reason() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched("a"), matched("b", matched_at=NOW + timedelta(seconds=1)))

    joined, opened = desk.matches()

    assert (joined.notification.state, joined.notification.reason) == ("grouped", "grouped")
    assert joined.notification.notification_id == opened.notification.notification_id
    assert (joined.deliveries, len(opened.deliveries)) == ((), 1)


def test_what_people_made_of_a_match_is_shown() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())
    triage = Triage(state="acknowledged", note="ours", at=NOW)
    Table(desk.store, TRIAGE, Triage).put(match_id("al_1", "a"), triage)

    (view,) = desk.matches()

    assert (view.state, view.note) == ("acknowledged", "ours")


def test_matches_are_read_newest_first_page_by_page() -> None:
    desk = Desk()
    desk.define(alert(), alert("al_2"))
    moments = [NOW + timedelta(seconds=second) for second in range(7)]
    desk.deliver(*(matched(f"a{at.second}", matched_at=at) for at in moments))
    desk.deliver(matched(alert_id="al_2"))

    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = read_matches(desk.store, alert_id="al_1", after=after, limit=3)
        found += [each.article_id for each in page.matches]
        after = page.next_after

    assert found == [f"a{second}" for second in (6, 5, 4, 3, 2, 1, 0)]
    assert len(read_matches(desk.store, team_id="default").matches) == 8


def test_page_that_is_just_full_is_the_last() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())

    assert read_matches(desk.store, team_id="default", limit=1).next_after is None


def test_another_team_sees_nothing() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())

    assert read_matches(desk.store, team_id="others").matches == ()
    assert read_matches(desk.store, team_id="def").matches == ()


def test_matches_of_nobody_are_not_listed() -> None:
    with pytest.raises(ValueError, match="by team or by alert"):
        read_matches(MemoryStore())


class Counting(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.counts = True

    def get(self, kind: str, key: str) -> Document | None:
        self.reads += self.counts
        return super().get(kind, key)

    def get_many(self, kind: str, keys: Sequence[str]) -> Mapping[str, Document]:
        self.reads += 1
        self.counts = False
        found = super().get_many(kind, keys)
        self.counts = True
        return found


def test_page_of_fifty_is_read_in_five_goes() -> None:
    store = Counting()
    desk = Desk(store)
    desk.define(alert(group_by="none"))
    desk.deliver(*(matched(f"a{number}") for number in range(60)))
    store.reads = 0

    assert len(read_matches(store, team_id="default", limit=50).matches) == 50
    assert store.reads == 5


def test_single_match_is_shown_like_one_of_a_list() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())
    held = Table(desk.store, MATCHES, Match).get(match_id("al_1", "a"))

    assert held is not None
    assert match_views(desk.store, [held.value]) == tuple(desk.matches())


def test_delivery_has_all_its_keys_and_every_attempt() -> None:
    desk = Desk(endpoints=Endpoints({HOOK.url: [500]}))
    desk.define(alert())
    desk.deliver(matched())
    desk.sender.send_due()
    (delivery,) = read_deliveries(desk.store, team_id="default").deliveries

    shown = msgspec.to_builtins(delivery_json(delivery))

    (attempt,) = shown.pop("attempts")
    attempt.pop("took_ms")
    notification_id = desk.notifications()[0].notification_id
    assert shown == {
        "delivery_id": delivery.delivery_id, "notification_id": notification_id,
        "alert_id": "al_1", "channel": "webhook", "recipient": HOOK.url, "state": "pending",
        "created_at": "2026-03-10T09:00:00Z", "next_attempt_at": "2026-03-10T09:00:05Z",
    }  # fmt: skip
    assert attempt == {
        "at": "2026-03-10T09:00:00Z", "outcome": "refused", "status": 500, "reason": "http_500",
    }  # fmt: skip


def test_recipient_shows_no_secret_of_its_address() -> None:
    desk = Desk()
    url = "https://user:pass@hooks.example:8443/in/1?token=secret#part"
    desk.define(alert(channels=[Webhook(url=url, secret=SECRET)]))
    desk.deliver(matched())

    assert desk.deliveries()[0].recipient == "https://hooks.example:8443/in/1"
