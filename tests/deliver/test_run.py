"""The stage: what one match becomes, and what many of one story become."""

from datetime import timedelta

import msgspec
import pytest

from deliver_stage import HOOK, NOW, Desk, alert, article, matched, message, told
from rasad_core.documents.alerts import Webhook, match_id
from rasad_core.errors import Reason, Unprocessable
from rasad_core.kinds import NOTIFICATION_MATCHES
from rasad_core.ports import Message


def test_match_opens_a_notification_with_a_delivery_for_each_channel() -> None:
    desk = Desk()
    other = Webhook(url="https://other.example/in", secret=HOOK.secret)
    desk.define(alert(channels=[HOOK, other]))

    details = desk.deliver(matched())

    (notification,) = desk.notifications()
    assert details == ["opened"]
    assert notification.state == "pending"
    assert told(notification.body) == [match_id("al_1", "a")]
    assert {each.delivery_id for each in desk.deliveries()} == set(notification.delivery_ids)
    assert len(desk.due()) == 2
    assert desk.woken == 1


def test_one_channel_named_twice_gets_one_delivery() -> None:
    desk = Desk()
    desk.define(alert(channels=[HOOK, HOOK]))

    desk.deliver(matched())

    assert len(desk.deliveries()) == 1


def test_outcome_carries_stage_key_and_trace() -> None:
    desk = Desk()
    desk.define(alert())

    (handled,) = desk.process([message(matched())])

    outcome = handled.outcome
    assert (outcome.stage, outcome.result, outcome.detail) == ("deliver", "done", "opened")
    assert (outcome.key, outcome.trace_id) == ("al_1", "trace")


def test_without_channels_the_inbox_has_it_delivered() -> None:
    desk = Desk()
    desk.define(alert(channels=[]))

    desk.deliver(matched())

    (view,) = desk.matches()
    assert view.notification.state == "delivered"
    assert (view.deliveries, desk.due()) == ((), [])


def test_syndicated_text_notifies_once_and_counts_its_copies() -> None:
    desk = Desk()
    desk.define(alert())

    details = desk.deliver(*(matched(f"a{number}") for number in range(20)))

    views = desk.matches()
    assert details == ["opened"] + ["grouped"] * 19
    assert len(desk.notifications()) == 1
    assert {view.copies for view in views} == {19}
    assert [view.notification.state for view in views].count("grouped") == 19
    assert len(desk.store.list(NOTIFICATION_MATCHES)) == 20


def test_storm_of_500_of_one_story_notifies_once() -> None:
    desk = Desk()
    desk.define(alert())

    desk.deliver(*(matched(f"a{number}") for number in range(500)))

    assert len(desk.notifications()) == 1
    assert desk.matches()[0].copies == 499


def test_same_event_500_times_is_one_match() -> None:
    desk = Desk()
    desk.define(alert())

    details = desk.deliver(*[matched()] * 500)

    assert set(details) == {"opened"}
    assert (len(desk.notifications()), len(desk.matches())) == (1, 1)
    assert desk.matches()[0].copies == 0


def test_ten_daily_pages_pushed_at_once_are_ten_notifications() -> None:
    desk = Desk()
    desk.define(alert(max_age_hours=10_000))

    days = [NOW - timedelta(days=10) + timedelta(days=day, minutes=-7 * day) for day in range(10)]
    desk.deliver(*(matched(f"a{day}", published=at) for day, at in enumerate(days)))

    assert len(desk.notifications()) == 10
    assert sorted(each.continues for each in desk.notifications()) == [False] + [True] * 9


def test_without_grouping_every_match_has_its_own_notification() -> None:
    desk = Desk()
    desk.define(alert(group_by="none"))

    desk.deliver(*(matched(f"a{number}") for number in range(5)))

    assert len(desk.notifications()) == 5
    assert not any(each.continues for each in desk.notifications())


def test_alerts_group_apart() -> None:
    desk = Desk()
    desk.define(alert("al_1"), alert("al_2"))

    desk.deliver(matched(), matched(alert_id="al_2"))

    assert len(desk.notifications()) == 2


def test_later_revision_adds_to_the_match_and_tells_nobody() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())

    details = desk.deliver(matched(revision=2), matched(revision=2), matched(revision=1))

    (view,) = desk.matches()
    assert details == ["later", "opened", "opened"]
    assert (view.revision, [each.revision for each in view.later_revisions]) == (1, [2])
    assert len(desk.notifications()) == 1


def test_withheld_match_is_kept_with_its_reason_and_opens_no_group() -> None:
    desk = Desk()
    desk.define(alert())
    old = matched("old", whole=article("old", published=NOW - timedelta(days=9)))

    details = desk.deliver(old, matched("fresh"))

    view = next(each for each in desk.matches() if each.article_id == "old")
    assert details == ["withheld", "opened"]
    assert (view.notification.state, view.notification.reason) == ("withheld", "old")
    assert desk.notifications()[0].match_id == match_id("al_1", "fresh")


def test_match_of_an_alert_nobody_knows_is_withheld() -> None:
    desk = Desk()

    assert desk.deliver(matched()) == ["withheld"]


def test_webhook_tells_the_alert_the_article_and_the_proof() -> None:
    desk = Desk()
    desk.define(alert())
    desk.deliver(matched())

    body = msgspec.json.decode(desk.notifications()[0].body)

    data = body["data"]
    assert (body["type"], body["timestamp"]) == ("alert.matched", "2026-03-10T09:00:00Z")
    assert data["alert"] == {"alert_id": "al_1", "name": "Tides", "version": 3, "query": "tide"}
    assert (data["story_id"], data["copies"], data["continues"]) == ("s", 0, False)
    (match,) = data["matches"]
    assert "text" not in match["article"]
    assert match["article"]["article_id"] == "a"
    assert match["snippet"] == {"text": "The tide is high.", "marks": [[4, 8]]}
    assert match["spans"] == [{"field": "text", "start": 4, "end": 8, "clause": "tide"}]


def test_event_that_cannot_be_read_is_refused() -> None:
    bad = Message(topic="t", partition=0, offset=0, key="k", value=b"{", at=NOW)

    with pytest.raises(Unprocessable) as refused:
        Desk().process([bad])

    assert refused.value.reason is Reason.MALFORMED
