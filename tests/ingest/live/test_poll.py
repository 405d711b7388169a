"""One poll: what is new, what it says of itself, and what is remembered."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from live_feeds import FEED, NOW, Room, entry, row, rss
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.net.fetch import Failure, FetchFailed
from rasad_core.ports import Outgoing
from rasad_ingest.live.documents import Answer, Document


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_first_poll_of_500_old_entries_sends_none_of_them_live(room: Room) -> None:
    old = [entry(f"old-{n}", NOW - timedelta(hours=2, minutes=n)) for n in range(500)]
    room.world.says(rss(*old))

    state = room.poll()

    assert not room.live()
    assert len(room.backfill()) == 500
    assert {task.origin for task in room.tasks()} == {"backfill"}
    assert len(room.tasks()) == 500
    assert state.health.state == "ok"


def test_a_first_poll_sends_what_is_younger_than_an_hour_live_and_what_is_undated_not(
    room: Room,
) -> None:
    room.world.says(rss(entry("young", NOW - timedelta(minutes=59)), entry("undated", None)))

    room.poll()

    assert [each.title for each in room.live()] == ["Tide young"]
    assert [each.title for each in room.backfill()] == ["Tide undated"]


def test_later_polls_are_live_whatever_the_date(room: Room) -> None:
    room.world.says(rss(entry("a")))
    room.poll()
    room.world.says(rss(entry("b", NOW - timedelta(days=2)), entry("c", None), entry("a")))

    room.poll()

    assert [each.title for each in room.live()] == ["Tide a", "Tide b", "Tide c"]


def test_a_failed_poll_is_no_first_success(room: Room) -> None:
    room.world.says(status=500)
    room.poll()
    room.world.says(rss(entry("old", NOW - timedelta(days=1))))

    room.poll()

    assert not room.live()


def test_an_empty_poll_does_not_make_the_old_entries_of_the_next_live(room: Room) -> None:
    room.world.says("")
    room.poll()
    room.clock.turn(hours=3)
    since = NOW + timedelta(minutes=5)
    room.world.says(rss(entry("old", NOW - timedelta(days=1)), entry("since", since)))

    room.poll()

    assert [each.title for each in room.live()] == ["Tide since"]
    assert [each.title for each in room.backfill()] == ["Tide old"]


def test_an_unchanged_entry_is_sent_once_and_a_changed_one_again(room: Room) -> None:
    room.world.says(rss(entry("a"), entry("b")))
    room.poll()
    unchanged = room.poll().health.state
    room.world.says(rss(entry("a", title="Tide a, corrected"), entry("b")))
    room.store = MemoryStore()

    room.poll()

    assert unchanged == "unchanged"
    assert [each.title for each in room.live()] == ["Tide a", "Tide b", "Tide a, corrected"]
    assert [task.title for task in room.tasks()] == ["Tide a, corrected"]


def test_an_entry_stamped_anew_is_not_a_change(room: Room) -> None:
    room.world.says(rss(entry("a", NOW - timedelta(minutes=5))))
    room.poll()
    room.world.says(rss(entry("a", NOW)))

    assert room.health() == ("unchanged", None)


def test_a_task_that_waits_is_left_as_it_is(room: Room) -> None:
    room.world.says(rss(entry("a", NOW - timedelta(days=1))))
    room.poll()
    room.world.says(rss(entry("a", NOW - timedelta(days=1), title="Corrected")))

    room.poll()

    assert [(task.origin, task.title) for task in room.tasks()] == [("backfill", "Tide a")]


def test_an_entry_without_an_address_is_sent_and_has_no_task(room: Room) -> None:
    room.world.says(rss(entry("a", link="")))

    room.poll()

    assert len(room.live()) == 1
    assert not room.tasks()


def test_what_is_held_is_asked_for_conditionally(room: Room) -> None:
    room.world.says(rss(entry("a")), etag='"1"', last_modified="Tue, 10 Mar 2026 11:00:00 GMT")
    room.poll()
    room.world.says(status=304)

    state = room.poll()

    assert room.world.asked[0].headers.keys() == {"accept"}
    assert room.world.asked[1].headers["if-none-match"] == '"1"'
    assert room.world.asked[1].headers["if-modified-since"] == "Tue, 10 Mar 2026 11:00:00 GMT"
    assert state.health.state == "unchanged"
    assert state.etag == '"1"'
    assert state.seen


def test_a_304_nobody_asked_for_is_a_failure(room: Room) -> None:
    room.world.says(status=304)

    assert room.health() == ("failing", "it answers 304 (not modified)")


@pytest.mark.parametrize("status", [301, 308])
def test_a_move_for_good_is_remembered(room: Room, status: int) -> None:
    room.world.moves("https://news.example/new", status, rss(entry("a")))

    state = room.poll()

    assert (state.url, state.address) == (FEED, "https://news.example/new")


@pytest.mark.parametrize("status", [302, 307])
def test_a_move_for_now_is_not_remembered(room: Room, status: int) -> None:
    room.world.moves("https://news.example/new", status, rss(entry("a")))

    assert room.poll().address == FEED


def test_the_address_named_is_tried_again_when_the_one_it_moved_to_fails(room: Room) -> None:
    room.world.moves("https://parked.example/", 301, rss(entry("a")))
    room.poll()
    room.world.says(rss(entry("b")))
    room.poll()

    state = room.poll()

    assert state.address == FEED
    assert state.health.state == "ok"


def test_gone_is_said_and_not_a_failure(room: Room) -> None:
    room.world.says(status=410)

    state = room.poll()

    assert state.health.state == "gone"
    assert state.health.reason == "it answers 410 (gone)"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_host_and_the_next_poll(room: Room, status: int) -> None:
    room.world.says(status=status, retry_after="7200")

    state = room.poll()

    assert room.hosts.held == {FEED: 7200.0}
    assert state.next_poll_at >= NOW + timedelta(hours=2)


def test_retry_after_of_one_address_does_not_hold_its_host(room: Room) -> None:
    room.world.says(status=403, retry_after="7200")

    room.poll()

    assert not room.hosts.held


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (300, "it answers 300 (multiple choices)"),
        (403, "it answers 403 (forbidden)"),
        (404, "it answers 404 (not found)"),
        (500, "it answers 500 (internal server error)"),
        (599, "it answers 599"),
    ],
)
def test_any_other_status_is_a_failure_that_says_so(room: Room, status: int, reason: str) -> None:
    room.world.says(status=status)

    assert room.health() == ("failing", reason)


def test_no_answer_is_a_failure_in_the_fetchers_words(room: Room) -> None:
    room.world.answers[FEED] = FetchFailed(Failure.TLS, "its certificate is not trusted")

    assert room.health() == ("failing", "its certificate is not trusted")


def test_failures_back_off_and_a_success_ends_them(room: Room) -> None:
    room.world.says(status=500)
    pauses = [(room.poll().next_poll_at - NOW).total_seconds() for _ in range(3)]
    room.world.says(rss(entry("a")))

    state = room.poll()

    assert 54 <= pauses[0] <= 66
    assert 108 <= pauses[1] <= 132
    assert 216 <= pauses[2] <= 264
    assert state.failures == 0


@pytest.mark.parametrize("body", ["", " \n", rss()])
def test_an_answer_without_entries_is_empty(room: Room, body: str) -> None:
    room.world.says(body)

    assert room.health() == ("empty", "it has no entries")


def test_what_is_no_feed_fails_with_the_reason(room: Room) -> None:
    room.world.says('{"some": "thing"}')

    assert room.health() == ("failing", "this JSON Feed has no list `items`")


def test_a_page_where_a_feed_should_be_is_told_as_one(room: Room) -> None:
    room.world.says("<!doctype html><html><head><title>Tide</title></head><p>Hi</p></html>")

    assert room.health() == (
        "failing",
        "it answers a web page, no feed; name its feed, or add it as a page",
    )


def test_a_document_that_takes_too_long_fails_and_is_tried_later(room: Room) -> None:
    class Slow:
        def read(self, answer: Answer) -> Document:
            del answer
            raise Unprocessable(Reason.TIMED_OUT, "reading it takes longer than 10 s")

    room.world.says("<rss/>")
    room.parser = Slow()

    state = room.poll()

    assert (state.health.state, state.health.reason) == (
        "failing",
        "reading it takes longer than 10 s",
    )
    assert state.next_poll_at > NOW


def test_a_broken_feed_keeps_its_good_items_and_says_nothing_of_the_others(room: Room) -> None:
    room.world.says(rss(entry("a"), "<item></item>", entry("b"))[:-30])

    assert room.health() == ("ok", None)
    assert room.live()[0].title == "Tide a"


def test_entries_all_refused_are_counted_in_the_reason(room: Room) -> None:
    room.world.says(rss("<item></item>", "<item></item>"))

    state, reason = room.health()

    assert state == "failing"
    assert reason == ("none of 2 entries: entry 1: the entry has neither link, title nor text")


def test_two_teams_share_one_fetch_and_one_state(room: Room) -> None:
    room.rows = [
        row("t1", name="The Daily Tide", tags=("coast",)),
        row("t2", name="Tide!", country="LB", language="ar", tags=("coast", "sea")),
    ]
    room.world.says(rss(entry("a")))

    room.poll()

    (article,) = room.live()
    assert len(room.world.asked) == 1
    assert article.source == "The Daily Tide"
    assert (article.country, article.language) == ("LB", "ar")
    assert article.tags == ("coast", "sea")
    assert room.tasks()[0].tags == ("coast", "sea")


def test_what_the_feed_says_of_its_language_wins(room: Room) -> None:
    room.rows = [row(language="ar")]
    room.world.says(rss(entry("a"), head="<language>en</language>"))

    room.poll()

    (article,) = room.live()
    assert (article.source, article.language) == ("The Tide", "en")


def test_a_source_named_anew_is_not_sent_again(room: Room) -> None:
    room.world.says(rss(entry("a")))
    room.poll()
    room.rows = [row(name="Another name")]

    assert room.health() == ("unchanged", None)


def test_a_charset_that_only_the_server_knows_is_heeded(room: Room) -> None:
    room.world.says(
        rss(entry("a", title="مرحبا بالعالم")).encode("windows-1256"),
        content_type="text/xml; charset=windows-1256",
    )

    room.poll()

    assert room.live()[0].title == "مرحبا بالعالم"


def test_max_age_shorter_than_the_rhythm_is_taken_as_offered(room: Room) -> None:
    room.world.says(rss(entry("a")), cache_control="public, max-age=5")

    assert room.poll().next_poll_at == NOW + timedelta(seconds=5)


def test_a_ttl_counts_until_the_next_document(room: Room) -> None:
    room.world.says(rss(entry("a"), head="<ttl>120</ttl>"), etag='"1"')
    room.poll()
    room.world.says(status=304)

    assert room.poll().next_poll_at == NOW + timedelta(hours=2)


def test_a_source_that_prints_a_day_at_once_is_not_polled_every_15_s_all_day(room: Room) -> None:
    day = [entry(f"{n}", NOW) for n in range(7)]
    room.world.says(rss(*day))
    polls = 0
    while room.clock.at < NOW + timedelta(days=1):
        room.clock.at = room.poll().next_poll_at
        polls += 1

    assert 50 < polls < 200
    room.world.says(rss(*day, entry("next", room.clock.at)))
    assert room.poll().interval_seconds == 15


def test_a_304_without_a_word_slows_with_the_silence(room: Room) -> None:
    room.world.says(rss(*(entry(f"{n}", NOW - timedelta(seconds=n)) for n in range(9))), etag='"1"')
    room.poll()
    room.world.says(status=304)
    room.clock.turn(hours=20)

    assert room.poll().interval_seconds == 3600


def test_a_page_is_sent_again_when_its_words_change() -> None:
    room = Room("page", "https://news.example/about")
    for body in ("One tide.", "One <b>tide</b>.", "Two tides."):
        room.world.says(
            f"<html><body><p>{body}</p></body></html>", url="https://news.example/about"
        )
        room.poll()

    assert ["Two" in (each.html or "") for each in room.live()] == [True]
    assert len(room.backfill()) == 1
    assert {each.url for each in room.live()} == {"https://news.example/about"}
    assert not room.tasks()


def test_a_source_just_added_that_published_last_a_year_ago_is_silent(room: Room) -> None:
    room.world.says(rss(*(entry(f"{n}", NOW - timedelta(days=365 + n)) for n in range(3))))

    assert room.health() == (
        "silent",
        "nothing new since 2025-03-10; it used to have something every day",
    )


class Crash(BaseException):
    """The program is killed: nothing may catch it."""


class Mortal:
    """Store and publisher that die before, or just after, the n-th write."""

    def __init__(self, room: Room, writes: int, *, before: bool) -> None:
        self._room = room
        self._left = writes
        self._before = before
        self._store = room.store

    def publish(self, messages: Sequence[Outgoing]) -> None:
        with self._struck():
            self._room.log.publish(messages)

    def create_many(self, kind: str, values: Mapping[str, bytes]) -> int:
        with self._struck():
            return self._store.create_many(kind, values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    @contextmanager
    def _struck(self) -> Iterator[None]:
        self._left -= 1
        if self._left == 0 and self._before:
            raise Crash
        yield
        if self._left == 0:
            raise Crash


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("writes", [1, 2, 3, 4])
def test_killed_at_any_write_nothing_is_lost(room: Room, writes: int, *, before: bool) -> None:
    room.world.says(rss(*(entry(f"{n}", NOW - timedelta(minutes=n)) for n in range(600))))
    store, mortal = room.store, Mortal(room, writes, before=before)
    room.store = room.publisher = mortal  # type: ignore[assignment]
    with pytest.raises(Crash):
        room.poll()
    room.store, room.publisher = store, room.log

    state = room.state
    room.poll()

    sent = {each.title for each in (*room.live(), *room.backfill())}
    assert state is None
    assert len(sent) == len(room.tasks()) == 600
    assert len({each.article_id for each in room.backfill()}) == 600 - 61


def test_nothing_is_remembered_when_the_log_is_away(room: Room) -> None:
    class Away:
        def publish(self, messages: Sequence[Outgoing]) -> None:
            del messages
            raise Unavailable("the log is away")

    room.world.says(rss(entry("a")))
    room.poll()
    room.world.says(rss(entry("b")))
    room.publisher = Away()
    before = room.state
    with pytest.raises(Unavailable):
        room.poll()

    assert room.state is before


def test_what_comes_after_the_stop_is_left_for_the_next_run(room: Room) -> None:
    room.world.says(rss(entry("a")))
    room.stop.set()
    with pytest.raises(Unavailable):
        room.poll()

    assert not room.live()


def test_robots_are_asked_for_pages_and_not_for_feeds(room: Room) -> None:
    page = Room("page", FEED)
    for each in (room, page):
        each.world.says(rss(entry("a")))
        each.robots.forbidden.add(FEED)

    assert room.health() == ("ok", None)
    assert page.health() == ("failing", "the site's robots.txt does not let it be read")
    assert not page.world.asked


def test_a_site_that_does_not_say_what_robots_may_is_asked_later() -> None:
    room = Room("page", FEED)
    room.robots.away = Unavailable("it does not say", retry_after_seconds=7200)

    state = room.poll()

    assert (state.health.state, state.health.reason) == ("failing", "it does not say")
    assert state.next_poll_at == NOW + timedelta(hours=2)


def test_one_link_listed_twice_is_one_entry(room: Room) -> None:
    room.world.says(rss(entry("a"), entry("a", title="Again")))
    room.poll()

    assert room.health() == ("unchanged", None)
    assert [each.title for each in room.live()] == ["Tide a"]


def test_a_conditional_state_is_kept_for_one_address_only(room: Room) -> None:
    room.world.says(rss(entry("a")), etag='"1"')
    state = room.poll()
    room.state = replace(state, failures=1, address="https://moved.example/")

    room.poll()

    assert "if-none-match" not in room.world.asked[-1].headers
