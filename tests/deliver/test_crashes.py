"""Killed after any write, and the events seen again: one notification a match, no more, no less."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deliver_stage import HOOK, NOW, Crash, CrashingStore, Desk, alert, article, matched, told
from rasad_core.documents.alerts import Alert, Webhook, match_id
from rasad_core.documents.matches import Copies, Match
from rasad_core.documents.table import Table
from rasad_core.events import AlertMatched
from rasad_core.kinds import COPIES, DELIVERIES, DUE, GROUPS, MATCHES, NOTIFICATIONS
from rasad_core.ports import DocumentWrite

OTHER = Webhook(url="https://other.example/in", secret=HOOK.secret)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# A story that opens, is joined, goes on next day; one alone; one too old; a later revision.
STORY = (
    matched("a"),
    matched("b", matched_at=NOW + MINUTE),
    matched("a", revision=2, matched_at=NOW + 2 * MINUTE),
    matched("c", published=NOW + DAY, matched_at=NOW + 3 * MINUTE),
    matched("d", story_id="other", matched_at=NOW + 4 * MINUTE),
    matched("e", whole=article("e", published=NOW - 9 * DAY), matched_at=NOW + 5 * MINUTE),
    matched("f", published=NOW + DAY, matched_at=NOW + 6 * MINUTE),
)


def later(event: AlertMatched) -> AlertMatched:
    """Give what the alerts stage sends when it is killed itself and matches again."""
    return replace(event, matched_at=event.matched_at + timedelta(seconds=77))


def desk_with(*alerts: Alert) -> Desk:
    desk = Desk(CrashingStore())
    desk.define(*alerts)
    return desk


def store_of(desk: Desk) -> CrashingStore:
    assert isinstance(desk.store, CrashingStore)
    return desk.store


def deliver_killed(desk: Desk, events: Sequence[AlertMatched], writes: int) -> bool:
    """Deliver in one batch, killed after some writes, then again; say whether it was killed."""
    store = store_of(desk)
    store.writes_left = writes
    try:
        desk.deliver(*events)
    except Crash:
        desk.deliver(*events)
        return True
    store.writes_left = None
    return False


def assert_each_is_told_once(desk: Desk) -> None:
    matches = [each.value for each in Table(desk.store, MATCHES, Match).all()]
    openers = Counter(one for each in desk.notifications() for one in told(each.body))
    for match in matches:
        assert openers[match.match_id] == (match.decision == "opened")
        assert (match.notification_id is None) == (match.decision == "withheld")
    promised = {key for each in desk.notifications() for key in each.delivery_ids}
    assert {each.delivery_id for each in desk.deliveries()} == promised


@pytest.mark.parametrize("group_by", ["story", "none"])
@pytest.mark.parametrize("channels", [(), (HOOK,), (HOOK, OTHER)])
def test_killed_after_any_write_ends_as_if_it_never_was(
    group_by: str, channels: tuple[Webhook, ...]
) -> None:
    defined = replace(alert(channels=channels), group_by=group_by)
    whole = desk_with(defined)
    whole.deliver(*STORY)
    expected = store_of(whole).contents()

    killed, writes = True, 0
    while killed:
        writes += 1
        desk = desk_with(defined)
        killed = deliver_killed(desk, STORY, writes)

        assert store_of(desk).contents() == expected

        desk.deliver(*(later(each) for each in STORY))

        assert store_of(desk).contents() == expected
    assert writes > 30


moments = st.tuples(st.sampled_from([-5, 0, 0, 1, 2]), st.sampled_from([0 * DAY, MINUTE, DAY]))
events_of_any_kind = st.builds(
    lambda article_id, alert_id, story_id, revision, moment: matched(
        article_id,
        alert_id=alert_id,
        story_id=story_id,
        revision=revision,
        published=NOW + moment[0] * DAY,
        matched_at=NOW + moment[1],
    ),
    st.sampled_from("abcd"),
    st.sampled_from(["al_1", "al_2"]),
    st.sampled_from(["s", "t"]),
    st.integers(1, 3),
    moments,
)


@given(st.lists(events_of_any_kind, min_size=1, max_size=8), st.integers(1, 60), st.integers(1, 60))
def test_killed_twice_in_any_history_ends_as_if_it_never_was(
    events: list[AlertMatched], first: int, second: int
) -> None:
    defined = (alert("al_1"), alert("al_2", group_by="none", channels=[HOOK, OTHER]))
    whole = desk_with(*defined)
    whole.deliver(*events)

    desk = desk_with(*defined)
    store = store_of(desk)
    store.writes_left = first
    try:
        desk.deliver(*events)
    except Crash:
        deliver_killed(desk, events, second)
    store.writes_left = None

    assert store.contents() == store_of(whole).contents()
    assert_each_is_told_once(desk)


@given(st.integers(1, 20))
def test_event_of_another_time_takes_over_from_one_that_was_killed_half_way(writes: int) -> None:
    # The first became a dead letter; then the alerts stage, killed itself, sent it again.
    desk = desk_with(alert())
    store_of(desk).writes_left = writes
    with contextlib.suppress(Crash):
        desk.deliver(matched())
    store_of(desk).writes_left = None

    desk.deliver(later(matched()))

    (notification,) = desk.notifications()
    assert told(notification.body) == [match_id("al_1", "a")]
    assert_each_is_told_once(desk)


@pytest.mark.parametrize("writes", range(1, 12))
def test_next_match_speaks_for_a_group_whose_opener_became_a_dead_letter(writes: int) -> None:
    desk = desk_with(alert())
    store_of(desk).writes_left = writes
    with contextlib.suppress(Crash):
        desk.deliver(matched("a"))
    store_of(desk).writes_left = None

    desk.deliver(matched("b"))
    desk.deliver(matched("a"))

    assert len(desk.notifications()) == 1
    assert_each_is_told_once(desk)


@pytest.mark.parametrize("writes", range(1, 12))
def test_alert_paused_between_a_crash_and_the_repetition_stays_told(writes: int) -> None:
    desk = desk_with(alert())
    store_of(desk).writes_left = writes
    with contextlib.suppress(Crash):
        desk.deliver(matched())
    store_of(desk).writes_left = None
    desk.define(alert(state="paused"))

    desk.deliver(matched())

    assert len(desk.notifications()) == 1
    assert_each_is_told_once(desk)


@pytest.mark.parametrize("answers", [[200], [500, 200], [500, 500, 500, 500], [410]])
def test_sender_killed_after_any_write_leaves_nothing_stuck(answers: list[int]) -> None:
    killed, writes = True, 0
    while killed:
        writes += 1
        desk = desk_with(alert())
        desk.endpoints.answers = {HOOK.url: list(answers)}
        desk.deliver(matched())
        desk, killed = send_killed(desk, writes)

        (delivery,) = desk.deliveries()
        (notification,) = desk.notifications()
        assert desk.due() == []
        assert delivery.state == notification.state
        assert (delivery.state == "delivered") == (200 in answers)
        assert set(desk.endpoints.ids) == {notification.notification_id}
        assert len(desk.endpoints.asked) <= len(answers) + 1


def send_killed(desk: Desk, writes: int) -> tuple[Desk, bool]:
    """Send until nothing is due any more, killed once after some writes."""
    store, killed = store_of(desk), False
    store.writes_left = writes
    for _ in range(12):
        try:
            desk.sender.send_due()
        except Crash:
            killed = True
            desk = desk.restarted()
        desk.clock.turn(2000)
    store.writes_left = None
    return desk, killed


def test_pending_delivery_without_an_entry_is_queued_again_at_start() -> None:
    desk = desk_with(alert())
    desk.deliver(matched())
    for key in desk.due():
        desk.store.delete(DUE, key)
    stop = threading.Event()
    desk.endpoints.on_asked = stop.set

    desk.sender.run(stop)

    assert [each.state for each in desk.deliveries()] == ["delivered"]
    assert msgspec.json.decode(desk.endpoints.asked[0].body)["type"] == "alert.matched"


class Raced(CrashingStore):
    """Lets another process do the same just before a kind of document is written."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.other: Callable[[], object] | None = None

    def write_many(self, kind: str, writes: Sequence[DocumentWrite]) -> Sequence[bool]:
        other = self.other
        if other is not None and kind == self.kind:
            self.other = None
            other()
        return super().write_many(kind, writes)


@pytest.mark.parametrize("kind", [GROUPS, NOTIFICATIONS, COPIES, DELIVERIES, DUE, MATCHES])
@pytest.mark.parametrize("theirs", [(0, 7), (0, 3), (1, 3), (3, 7)])
def test_two_processes_that_both_believe_to_own_an_alert_tell_each_match_once(
    kind: str, theirs: tuple[int, int]
) -> None:
    store = Raced(kind)
    desk = Desk(store)
    desk.define(alert(channels=(HOOK,)))
    first, last = theirs
    store.other = lambda: desk.deliver(*STORY[first:last])
    desk.deliver(*STORY)

    assert_each_is_told_once(desk)
    notified = [each.match_id for each in desk.notifications()]
    assert len(notified) == len(set(notified))
    copies = {each.key: each.value.count for each in Table(store, COPIES, Copies).all()}
    joined = Counter(
        each.value.notification_id
        for each in Table(store, MATCHES, Match).all()
        if each.value.decision == "grouped"
    )
    assert copies == joined
