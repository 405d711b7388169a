"""The loop: what is due is polled and completed, by threads, until it is told to stop."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_network

import msgspec
import pytest
from structlog.testing import capture_logs

from live_feeds import FEED, NOW, TurnedClock, World, entry, row, rss
from loopback import Visit, reply, serving
from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.sources import FeedState, Source, feed_id
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleFetched
from rasad_core.intake.items import Limits
from rasad_core.kinds import FEED_STATES, PAGE_TASKS, SOURCES
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import Fetcher, FetchLimits, HttpFetcher, Request, Response
from rasad_core.ports import Document, Outgoing
from rasad_core.topics import RAW
from rasad_ingest.live.run import LiveIngest

OTHER = "https://other.example/feed"


class ToldStore(MemoryStore):
    """Tells whoever waits of every write, and can be away."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition()
        self.away = 0

    def get(self, kind: str, key: str) -> Document | None:
        if kind == FEED_STATES and self.away:
            self.away -= 1
            raise Unavailable("the store is away", retry_after_seconds=0)
        return super().get(kind, key)

    def put(
        self,
        kind: str,
        key: str,
        value: bytes,
        *,
        team_id: str | None = None,
        expected_version: int | None = None,
    ) -> int:
        version = super().put(kind, key, value, team_id=team_id, expected_version=expected_version)
        self._tell()
        return version

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        done = super().delete(kind, key, expected_version=expected_version)
        self._tell()
        return done

    def _tell(self) -> None:
        with self.changed:
            self.changed.notify_all()


class TickingClock(TurnedClock):
    """Goes on by a second whenever it is looked at."""

    def now(self) -> datetime:
        self.turn(seconds=1)
        return super().now()


class AwayAtFirst(MemoryLog):
    """Takes nothing at its first call."""

    calls = 0

    def publish(self, messages: Sequence[Outgoing]) -> None:
        self.calls += 1
        if self.calls == 1:
            raise Unavailable("the log is away")
        super().publish(messages)


class Hall:
    """A live ingest that runs over a world, or over the fetcher it is given."""

    def __init__(self, fetcher: Fetcher | None = None, clock: TurnedClock | None = None) -> None:
        self.clock = clock or TurnedClock()
        self.world = World()
        self.store = ToldStore()
        self.log: MemoryLog = AwayAtFirst(self.clock) if clock else MemoryLog(self.clock)
        self.stop = threading.Event()
        self._ingest = LiveIngest(
            fetcher=fetcher or self.world, store=self.store, publisher=self.log,
            clock=self.clock, limits=Limits(), look_every_seconds=0.05,
        )  # fmt: skip

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._ingest.run, args=(self.stop,))
        thread.start()
        try:
            yield
        finally:
            self.stop.set()
            thread.join(5)
        assert not thread.is_alive()

    def add(self, source: Source) -> None:
        self.store.put(SOURCES, source.source_id, msgspec.json.encode(source))

    def state(self, url: str = FEED) -> FeedState | None:
        held = self.store.list(FEED_STATES)
        found = [msgspec.json.decode(each.value, type=FeedState) for each in held]
        return next((each for each in found if each.url == url), None)

    def health(self, url: str = FEED) -> str | None:
        state = self.state(url)
        return None if state is None else state.health.state

    def articles(self) -> list[ArticleFetched]:
        return [codec.decode(each.value, ArticleFetched) for each in self.log.read(RAW)]

    def until(self, condition: Callable[[], bool]) -> bool:
        with self.store.changed:
            return self.store.changed.wait_for(condition, timeout=10)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_row_added_while_it_runs_is_polled_and_remembered(hall: Hall) -> None:
    hall.world.says(rss(entry("a", link="")))
    with hall.running():
        hall.add(row())

        assert hall.until(lambda: hall.health() == "ok")
    assert [each.title for each in hall.articles()] == ["Tide a"]


def test_what_somebody_asks_for_is_polled_again(hall: Hall) -> None:
    hall.world.says(rss(entry("a", link="")))
    hall.add(row())
    with hall.running():
        hall.until(lambda: hall.health() == "ok")
        hall.clock.turn(seconds=1)
        hall.add(row(poll_asked_at=hall.clock.now()))

        assert hall.until(lambda: hall.health() == "unchanged")
    assert len(hall.world.asked) == 2


def test_a_bug_in_one_source_is_its_health_and_the_others_go_on(hall: Hall) -> None:
    def buggy(request: Request) -> Response:
        raise RuntimeError(f"secret of {request.url}")

    hall.world.answers[FEED] = buggy
    hall.world.says(rss(entry("a", link="")), url=OTHER)
    hall.add(row())
    hall.add(row(url=OTHER))
    with capture_logs() as logs, hall.running():
        assert hall.until(lambda: hall.health() == "failing" and hall.health(OTHER) == "ok")
    state = hall.state()
    assert state is not None
    assert state.health.reason is not None
    assert state.health.reason.startswith("bug: ")
    assert state.next_poll_at > NOW
    (line,) = logs
    assert (line["event"], line["error"]) == ("poll_bug", "RuntimeError")
    assert "secret" not in str(line)


def test_a_store_that_is_away_for_a_moment_costs_nothing(hall: Hall) -> None:
    hall.world.says(rss(entry("a", link="")))
    hall.store.away = 2
    hall.add(row())
    with hall.running():
        assert hall.until(lambda: hall.health() == "ok")
    assert hall.store.away == 0


def test_a_log_that_is_away_is_tried_again_and_the_publisher_not_at_once() -> None:
    hall = Hall(clock=TickingClock())
    hall.world.says(rss(entry("a", link="")))
    hall.add(row())
    with hall.running():
        assert hall.until(lambda: hall.health() == "ok")
    state = hall.state()
    assert state is not None
    assert state.polled_at is not None
    assert state.polled_at >= NOW + timedelta(seconds=11)
    assert len(hall.world.asked) == 2
    assert len(hall.articles()) == 1


def test_one_address_of_two_teams_is_never_asked_twice_at_once(hall: Hall) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(request: Request) -> Response:
        entered.set()
        leave.wait(10)
        return Response(url=request.url, status=200, body=rss(entry("a", link="")).encode())

    hall.world.answers[FEED] = slow
    hall.add(row())
    hall.add(row("t2"))
    hall.world.says(rss(entry("b", link="")), url=OTHER)
    with hall.running():
        entered.wait(10)
        # By the time another row is added and read, this one was due again many times.
        hall.add(row(url=OTHER))
        hall.until(lambda: hall.health(OTHER) == "ok")
        asked = [each.url for each in hall.world.asked].count(FEED)
        leave.set()

        assert hall.until(lambda: hall.health() == "ok")
    assert asked == 1


@pytest.mark.slow
def test_it_ends_within_two_seconds_though_a_server_does_not_answer(hall: Hall) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hanging(request: Request) -> Response:
        entered.set()
        leave.wait(10)
        return Response(url=request.url, status=200, body=rss(entry("a")).encode())

    hall.world.answers[FEED] = hanging
    hall.add(row())
    with hall.running():
        entered.wait(10)
        began = time.monotonic()
        hall.stop.set()
    took = time.monotonic() - began
    leave.set()

    assert took < 2
    assert hall.state() is None
    assert not hall.articles()


def test_the_state_of_an_address_that_nobody_reads_any_more_is_left_alone(hall: Hall) -> None:
    hall.world.says(rss(entry("a", link="")))
    left = FeedState(
        feed_id=feed_id(OTHER, "feed"), url=OTHER, kind="feed", address=OTHER,
        health={"state": "ok", "since": NOW},  # type: ignore[arg-type]
        next_poll_at=NOW - timedelta(days=1), interval_seconds=60,
    )  # fmt: skip
    value = msgspec.json.encode(left)
    hall.store.put(FEED_STATES, left.feed_id, value)
    hall.add(row())
    with hall.running():
        hall.until(lambda: hall.health() == "ok")
    held = hall.store.get(FEED_STATES, left.feed_id)
    assert held is not None
    assert held.value == value
    assert [each.url for each in hall.world.asked] == [FEED]


def page(visit: Visit) -> None:
    """Answer as a small outlet: a feed of one entry, its page, and a robots.txt."""
    host = f"http://127.0.0.1:{visit.connection.getsockname()[1]}"
    feed = rss(entry("a", NOW - timedelta(minutes=1), link=f"{host}/a"))
    words = "The tide comes in twice a day, and nobody at the harbour minds. " * 20
    body = f"<html><head><title>Tide a</title></head><body><p>{words}</p></body></html>"
    if visit.path == "/feed" and visit.headers.get("if-none-match") == '"1"':
        visit.send(reply(status=304))
    elif visit.path == "/feed":
        visit.send(reply(feed.encode(), 'ETag: "1"', "Content-Type: application/rss+xml"))
    elif visit.path == "/a":
        visit.send(reply(body.encode(), "Content-Type: text/html; charset=utf-8"))
    else:
        visit.send(reply(status=404))


@pytest.mark.slow
def test_end_to_end_an_entry_is_sent_completed_by_its_page_and_asked_for_no_more() -> None:
    rules = AddressRules(allow_networks=(ip_network("127.0.0.0/8"),))
    fetcher = HttpFetcher(rules, FetchLimits(timeout_seconds=5), user_agent="Rasad/test")
    hall = Hall(fetcher)
    with serving(page) as server:
        url = server.url("/feed")
        hall.add(row(url=url, name="The Daily Tide"))
        with hall.running():
            completed = hall.until(
                lambda: len(hall.articles()) == 2 and not hall.store.list(PAGE_TASKS)
            )
            hall.clock.turn(days=1)
            asked_again = hall.until(lambda: hall.health(url) == "unchanged")
        paths = [visit.path for visit in server.visits]

    entry_sent, page_sent = hall.articles()
    assert completed
    assert asked_again
    assert entry_sent.article_id == page_sent.article_id
    assert (entry_sent.form, page_sent.form) == ("entry", "page")
    assert {each.source for each in (entry_sent, page_sent)} == {"The Daily Tide"}
    assert paths.count("/feed") == 2
    assert paths.count("/a") == 1
