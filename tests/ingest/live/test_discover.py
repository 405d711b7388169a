"""The feeds of a site: named by its page, the address itself, or where feeds stand."""

from threading import Event

import pytest

from live_feeds import World
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.intake.items import Limits
from rasad_core.net.fetch import Failure, FetchFailed
from rasad_ingest.live.discover import FoundSource, discover
from rasad_ingest.live.hosts import Hosts

SITE = "https://post.example/"
RSS = "<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
SITEMAP = "<urlset><url><loc>https://post.example/1</loc></url></urlset>"


class Explorer:
    """Discovers in a world in memory, without waiting."""

    def __init__(self) -> None:
        self.world = World()
        self.stop = Event()
        self.seconds = 0.0
        self.hosts = Hosts(monotonic=lambda: self.seconds, wait=self._wait)

    def page(self, head: str, body: str = "<p>News</p>", kind: str = "text/html") -> None:
        html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
        self.world.says(html, url=SITE, content_type=kind)

    def find(self, url: str = SITE) -> tuple[FoundSource, ...]:
        return discover(url, self.world, hosts=self.hosts, stop=self.stop, limits=Limits())

    def asked(self) -> list[str]:
        return [each.url for each in self.world.asked]

    def _wait(self, stop: Event, seconds: float) -> bool:
        self.seconds += seconds
        return stop.is_set()


@pytest.fixture
def explorer() -> Explorer:
    return Explorer()


def test_feeds_that_the_page_names_are_found_and_nothing_else_is_asked(explorer: Explorer) -> None:
    explorer.page(
        '<link rel="alternate" type="application/rss+xml" title=" All  news " href="/rss">'
        '<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="a.xml">'
        '<link rel="alternate" type="application/feed+json" href="//cdn.example/f.json">'
        '<link rel="alternate" type="application/rss+xml" href="/rss">'
        '<link rel="alternate" hreflang="fr" href="/fr">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed">'
        '<link rel="stylesheet" type="application/rss+xml" href="/css">'
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
        '<link rel="alternate" type="application/rss+xml" href="http://[">'
        '<link rel="alternate" type="application/rss+xml" href="">'
    )

    assert explorer.find() == (
        FoundSource(url="https://post.example/rss", kind="feed", title="All news"),
        FoundSource(url="https://post.example/a.xml", kind="feed"),
        FoundSource(url="https://cdn.example/f.json", kind="feed"),
    )
    assert explorer.asked() == [SITE]


def test_links_are_resolved_against_the_base_of_the_page(explorer: Explorer) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="rss">'
    explorer.page(f'<base href="https://other.example/x/">{link}')

    assert [each.url for each in explorer.find()] == ["https://other.example/x/rss"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (RSS, "feed"),
        (SITEMAP, "sitemap"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
    ],
)
def test_address_that_is_a_source_is_found_whatever_its_server_calls_it(
    explorer: Explorer, body: str, kind: str
) -> None:
    explorer.world.says(body, url=SITE, content_type="text/html")

    assert [(each.url, each.kind) for each in explorer.find()] == [(SITE, kind)]


def test_common_paths_are_tried_in_turn_up_to_the_first_that_is_one(explorer: Explorer) -> None:
    explorer.page("")
    explorer.world.says("<html><p>no feed here</p></html>", url=f"{SITE}feed")
    explorer.world.answers[f"{SITE}rss"] = FetchFailed(Failure.RESET, "gone")
    explorer.world.says(RSS, url=f"{SITE}feed.xml")

    found = explorer.find()

    assert found == (FoundSource(url=f"{SITE}feed.xml", kind="feed"),)
    assert explorer.asked() == [
        SITE,
        *(SITE + path for path in ("feed", "rss", "atom.xml", "feed.xml")),
    ]
    assert explorer.seconds == 2.0


def test_site_without_any_source_has_none(explorer: Explorer) -> None:
    explorer.page("")

    assert explorer.find() == ()
    assert len(explorer.asked()) == 7


@pytest.mark.parametrize(
    ("status", "reason"), [(404, Reason.NOT_FOUND), (500, Reason.FETCH_FAILED)]
)
def test_address_that_cannot_be_read_says_why(
    explorer: Explorer, status: int, reason: Reason
) -> None:
    explorer.world.says(url=SITE, status=status)

    with pytest.raises(Unprocessable) as caught:
        explorer.find()

    assert caught.value.reason is reason


def test_page_without_anything_on_it_is_said_to_be_empty(explorer: Explorer) -> None:
    explorer.world.says("", url=SITE)

    with pytest.raises(Unprocessable) as caught:
        explorer.find()

    assert caught.value.reason is Reason.EMPTY


def test_discovery_ends_when_the_program_stops(explorer: Explorer) -> None:
    explorer.page("")
    explorer.stop.set()

    with pytest.raises(Unavailable):
        explorer.find()


def test_feeds_are_found_on_a_page_however_large_the_rest_of_it_is(explorer: Explorer) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    explorer.page(link, "<p " + " ".join(f"a{number}=1" for number in range(200_000)) + ">")

    assert [each.url for each in explorer.find()] == ["https://post.example/rss"]


@pytest.mark.parametrize("status", [429, 503])
def test_host_that_is_busy_is_not_asked_for_more(explorer: Explorer, status: int) -> None:
    explorer.page("")
    explorer.world.says(url=f"{SITE}feed", status=status)

    assert explorer.find() == ()
    assert explorer.asked() == [SITE, f"{SITE}feed"]
