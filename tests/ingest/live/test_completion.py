"""An entry's page: published under the entry's id, put off, or given up."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event

import pytest
import structlog
from msgspec.structs import replace

from live_feeds import NOW, Direct, TurnedClock, World
from loopback import moved, reply, serving
from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.sources import PageTask
from rasad_core.documents.table import Held, Table
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.kinds import PAGE_TASKS
from rasad_core.net.addresses import AddressRules, parse_networks
from rasad_core.net.fetch import (
    Failure,
    Fetcher,
    FetchFailed,
    FetchLimits,
    HttpFetcher,
    Response,
    user_agent,
)  # fmt: skip
from rasad_core.ports import Outgoing, Publisher
from rasad_core.topics import RAW, RAW_BACKFILL
from rasad_enrich.pipeline import analyse
from rasad_ingest.live.completion import Completion
from rasad_ingest.live.documents import Answer, Document
from rasad_ingest.live.gathering import Reader
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.robots import Robots
from rasad_stories.sequence import Stories

PAGE = "https://post.example/1"
TASK = PageTask(
    article_id="the-entrys-own",
    url=PAGE,
    feed_id="f",
    origin="live",
    due_at=NOW,
    source="Post",
    country="FR",
    language="fr",
    tags=("sea",),
    title="Tide",
    published=NOW - timedelta(hours=1),
)
HTML = "<!doctype html><html><head><title>T</title></head><body><p>Words here.</p></body></html>"


class Desk:
    """Completion over memory, and what came of it."""

    def __init__(
        self,
        fetcher: Fetcher | None = None,
        publisher: Publisher | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.world = World()
        self.clock = TurnedClock()
        self.store = MemoryStore()
        self.log = MemoryLog(self.clock)
        self.tasks = Table(self.store, PAGE_TASKS, PageTask)
        fetcher = fetcher or self.world
        self.seconds = 0.0
        hosts = Hosts(monotonic=lambda: self.seconds, wait=self._wait)
        self.hosts = hosts
        self.completion = Completion(
            fetcher=fetcher,
            store=self.store,
            publisher=publisher or self.log,
            clock=self.clock,
            hosts=hosts,
            robots=Robots(fetcher, self.clock, hosts),
            reader=reader or Direct(),
            stop=Event(),
        )

    def page(
        self, body: str | bytes = HTML, *, status: int = 200, kind: str = "text/html", **more: str
    ) -> None:
        headers = {"content_type": kind, **more} if kind else more
        self.world.says(body, url=PAGE, status=status, **headers)

    def complete(self, task: PageTask = TASK) -> PageTask | None:
        """Do a task that is in the store; give what is left of it."""
        self.tasks.put(task.article_id, task)
        self.completion.complete(task)
        held: Held[PageTask] | None = self.tasks.get(task.article_id)
        return None if held is None else held.value

    def published(self, topic: str = RAW) -> list[ArticleFetched]:
        return [codec.decode(each.value, ArticleFetched) for each in self.log.read(topic)]

    def asked(self) -> list[str]:
        return [each.url for each in self.world.asked]

    def _wait(self, stop: Event, seconds: float) -> bool:
        self.seconds += seconds
        return stop.is_set()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_page_is_published_under_the_entrys_id_with_what_the_entry_said(desk: Desk) -> None:
    desk.page()

    left = desk.complete()
    [article] = desk.published()

    assert left is None
    assert (article.article_id, article.form, article.url) == (TASK.article_id, "page", PAGE)
    assert (article.title, article.published, article.source) == ("Tide", TASK.published, "Post")
    assert (article.country, article.language, article.tags) == ("FR", "fr", ("sea",))
    assert (article.links, article.fetched_at, article.origin) == ((), NOW, "live")
    assert "Words here." in (article.html or "")


def test_what_an_old_entry_leads_to_goes_to_the_backfill_lane(desk: Desk) -> None:
    desk.page()

    desk.complete(replace(TASK, origin="backfill"))

    assert [each.origin for each in desk.published(RAW_BACKFILL)] == ["backfill"]
    assert not desk.published()


def test_page_is_read_in_the_charset_its_server_declares(desk: Desk) -> None:
    arabic = "<html><body><p>" + "الرئيس يزور المدينة اليوم " * 20 + "</p></body></html>"
    desk.page(arabic.encode("cp1256"), kind="text/html; charset=windows-1256")

    desk.complete()

    assert "الرئيس يزور المدينة" in (desk.published()[0].html or "")


def test_redirect_is_followed_and_its_end_is_one_more_address(desk: Desk) -> None:
    desk.world.says(url=PAGE, status=302, location="https://www.post.example/story")
    desk.world.says(HTML, url="https://www.post.example/story", content_type="text/html")

    desk.complete()
    [article] = desk.published()

    assert (article.url, article.links) == (PAGE, ("https://www.post.example/story",))
    assert "https://www.post.example/robots.txt" in desk.asked()


def test_robots_are_asked_where_a_redirect_leads(desk: Desk) -> None:
    desk.world.says(url=PAGE, status=302, location="https://other.example/story")
    desk.world.says("User-agent: *\nDisallow: /", url="https://other.example/robots.txt")

    assert desk.complete() is None
    assert not desk.published()
    assert "https://other.example/story" not in desk.asked()


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_is_gone_is_given_up_at_once(desk: Desk, status: int) -> None:
    desk.page(status=status)

    with structlog.testing.capture_logs() as lines:
        left = desk.complete()

    assert left is None
    assert not desk.published()
    assert [(line["event"], line["reason"], line["url"]) for line in lines] == [
        ("page given up", "not_found", PAGE)
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [("%PDF-1.7", "text/html"), ("GIF", "image/gif"), ("{}", "application/json"),
     ("{}", ""), ("", "text/html")],
)  # fmt: skip
def test_what_is_no_page_is_given_up_at_once(desk: Desk, body: str, kind: str) -> None:
    desk.page(body, kind=kind)

    assert desk.complete() is None
    assert not desk.published()


def test_page_of_a_server_that_says_no_kind_is_read(desk: Desk) -> None:
    desk.page(kind="")

    desk.complete()

    assert len(desk.published()) == 1


def test_page_robots_may_not_read_is_not_fetched(desk: Desk) -> None:
    desk.page()
    desk.world.says("User-agent: rasad\nDisallow: /", url="https://post.example/robots.txt")

    with structlog.testing.capture_logs() as lines:
        left = desk.complete()

    assert left is None
    assert desk.asked() == ["https://post.example/robots.txt"]
    assert [line["reason"] for line in lines] == ["forbidden"]


def test_forbidden_address_is_given_up_at_once(desk: Desk) -> None:
    desk.world.answers[PAGE] = FetchFailed(Failure.FORBIDDEN, "no", code="not_public")

    assert desk.complete() is None


@pytest.mark.parametrize(
    "answer",
    [
        FetchFailed(Failure.TIMED_OUT, "slow"),
        Response(url=PAGE, status=500),
        Response(url=PAGE, status=403),
        Response(url=PAGE, status=302, headers={"location": PAGE}),
    ],
)
def test_other_failures_are_tried_again_three_times(
    desk: Desk, answer: Response | FetchFailed
) -> None:
    desk.world.answers[PAGE] = answer
    task: PageTask | None = TASK
    pauses = []
    while task is not None:
        task = desk.complete(task)
        if task is not None:
            pauses.append((task.due_at - desk.clock.now()).total_seconds())
            desk.clock.at = task.due_at

    assert pauses == [60, 600, 3600]
    assert not desk.published()


def test_page_that_comes_on_the_second_attempt_is_published(desk: Desk) -> None:
    desk.page(status=500)
    left = desk.complete()
    assert left is not None
    desk.page()

    assert desk.complete(left) is None
    assert len(desk.published()) == 1


def test_site_that_cannot_say_its_rules_counts_as_a_failure(desk: Desk) -> None:
    desk.page()
    desk.world.says(url="https://post.example/robots.txt", status=500)

    left = desk.complete()

    assert left == replace(TASK, attempts=1, due_at=NOW + timedelta(minutes=10))
    assert PAGE not in desk.asked()


def test_busy_host_is_held_and_its_other_pages_wait_without_an_attempt(desk: Desk) -> None:
    desk.page(status=429, retry_after="900")
    first = desk.complete()
    other = replace(TASK, article_id="other", url="https://post.example/2")
    asked = len(desk.world.asked)

    left = desk.complete(other)

    assert first == replace(TASK, attempts=1, due_at=NOW + timedelta(seconds=900))
    assert left == replace(other, due_at=NOW + timedelta(seconds=900))
    assert len(desk.world.asked) == asked


class FullLog:
    """A log whose disk is full."""

    def publish(self, messages: Sequence[Outgoing]) -> None:
        del messages
        raise Unavailable("the disk is full")


def test_task_stays_as_it_was_when_the_log_is_away() -> None:
    desk = Desk(publisher=FullLog())
    desk.page()
    with pytest.raises(Unavailable):
        desk.complete()
    held = desk.tasks.get(TASK.article_id)

    assert held is not None
    assert held.value == TASK


class SlowReader:
    """A reader of a page that was made to take for ever."""

    def read(self, answer: Answer) -> Document:
        raise Unprocessable(Reason.TIMED_OUT, f"reading {answer.url} takes too long")


def test_page_made_to_take_for_ever_is_given_up_at_once() -> None:
    desk = Desk(reader=SlowReader())
    desk.page()

    assert desk.complete() is None
    assert not desk.published()


def test_page_on_a_server_is_fetched_past_its_redirect() -> None:
    html = "Content-Type: text/html"
    answers = {
        "/1": moved("/2"),
        "/2": reply(HTML.encode(), html),
        "/robots.txt": reply(b"User-agent: *\nDisallow: /3\n"),
    }
    rules = AddressRules(allow_networks=parse_networks("127.0.0.0/8"))
    with serving(answers) as server:
        desk = Desk(HttpFetcher(rules, FetchLimits(), user_agent=user_agent(None)))
        desk.complete(replace(TASK, url=server.url("/1")))
        desk.complete(replace(TASK, url=server.url("/3")))
        visited = [visit.path for visit in server.visits]
        [article] = desk.published()

    assert visited == ["/robots.txt", "/1", "/2"]
    assert article.links == (server.url("/2"),)


@pytest.mark.slow  # loads every step of analysis
def test_entry_becomes_a_revision_that_its_page_completed(desk: Desk) -> None:
    sentence = "The harbour of the town was closed on Monday because of the tide, said the mayor. "
    desk.page(f"<html><body><article><p>{sentence * 8}</p></article></body></html>")
    entry = ArticleFetched(
        trace_id="t", article_id=TASK.article_id, form="entry", fetched_at=NOW, url=PAGE,
        title="Tide", text=sentence, published=TASK.published,
    )  # fmt: skip
    desk.complete()
    desk.complete()

    with Stories(None) as stories:
        kept = [stories.place(analyse(each)).event for each in (entry, *desk.published())]

    assert [each and (each.revision, each.change) for each in kept] == [
        (1, None), (2, "completed"), None,
    ]  # fmt: skip


@pytest.mark.parametrize("front", ["https://post.example/", "https://post.example", "/"])
def test_a_front_page_where_an_article_was_is_not_taken_for_it(desk: Desk, front: str) -> None:
    desk.world.says(status=302, url=PAGE, location=front)
    desk.world.says(HTML, url="https://post.example/", content_type="text/html")

    assert desk.complete() is None
    assert not desk.published()


def test_a_front_page_that_an_entry_names_is_its_page(desk: Desk) -> None:
    desk.world.says(HTML, url="https://post.example/", content_type="text/html")

    assert desk.complete(replace(TASK, url="https://post.example/")) is None
    assert len(desk.published()) == 1
