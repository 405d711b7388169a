"""What sites let robots read: rules, their lifetime, and sites that cannot say."""

from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_feeds import TurnedClock, World
from rasad_core.net.fetch import Failure, FetchFailed
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.robots import Robots, RobotsAway

SITE = "https://post.example"
RULES = f"{SITE}/robots.txt"


class Site:
    """Robots of one site, with a clock, and hosts that never wait."""

    def __init__(self) -> None:
        self.world = World()
        self.clock = TurnedClock()
        self.seconds = 0.0
        self.hosts = Hosts(monotonic=lambda: self.seconds, wait=self.wait)
        self.robots = Robots(self.world, self.clock, self.hosts)

    def wait(self, stop: Event, seconds: float) -> bool:
        self.seconds += seconds
        return stop.is_set()

    def says(self, rules: str | bytes = "", *, status: int = 200, **headers: str) -> None:
        self.world.says(rules, url=RULES, status=status, **headers)

    def allowed(self, path: str) -> bool:
        return self.robots.allowed(SITE + path, Event())


@pytest.fixture
def site() -> Site:
    return Site()


def test_rules_for_all_robots_are_kept(site: Site) -> None:
    site.says("User-agent: *\nDisallow: /private\nAllow: /private/open")

    assert [site.allowed(path) for path in ("/1", "/private/1", "/private/open/1")] == [
        True, False, True,
    ]  # fmt: skip


def test_rules_for_us_go_before_rules_for_all(site: Site) -> None:
    site.says("User-agent: *\nDisallow: /\n\nUser-agent: Rasad\nDisallow: /no")

    assert site.allowed("/yes")
    assert not site.allowed("/no")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 304])
def test_site_without_rules_allows_everything(site: Site, status: int) -> None:
    site.says("User-agent: *\nDisallow: /", status=status)

    assert site.allowed("/1")


def test_rules_are_asked_for_once_a_day_for_each_origin(site: Site) -> None:
    site.says("User-agent: *\nDisallow: /1")
    site.allowed("/1")
    site.clock.turn(hours=23)
    site.allowed("/2")
    asked = len(site.world.asked)
    site.clock.turn(hours=2)
    site.says("")

    assert asked == 1
    assert site.allowed("/1")
    assert site.robots.allowed("https://other.example:8443/1", Event())
    assert [each.url for each in site.world.asked] == [
        RULES, RULES, "https://other.example:8443/robots.txt",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [500, 503, 429])
def test_nothing_is_read_while_the_site_cannot_say(site: Site, status: int) -> None:
    site.says(status=status)
    for _ in range(2):
        with pytest.raises(RobotsAway, match=str(status)) as caught:
            site.allowed("/1")
    asked = len(site.world.asked)
    site.says("")
    site.clock.turn(minutes=11)

    assert asked == 1
    assert caught.value.retry_after_seconds == 600
    assert site.allowed("/1")


def test_site_that_does_not_answer_cannot_say(site: Site) -> None:
    site.world.answers[RULES] = FetchFailed(Failure.TIMED_OUT, "too slow")

    with pytest.raises(RobotsAway, match="too slow"):
        site.allowed("/1")


def test_busy_site_is_left_alone_for_as_long_as_it_asks(site: Site) -> None:
    site.says(status=503, retry_after="1200")
    with pytest.raises(RobotsAway) as caught:
        site.allowed("/1")
    site.says("")
    site.clock.turn(minutes=21)
    site.seconds += 1190
    began = site.seconds

    assert caught.value.retry_after_seconds == 1200
    assert site.allowed("/1")
    assert site.seconds >= began + 10


@pytest.mark.parametrize(
    "reason", [Failure.FORBIDDEN, Failure.TOO_MANY_REDIRECTS, Failure.BAD_REDIRECT]
)
def test_rules_that_may_not_be_reached_are_none(site: Site, reason: Failure) -> None:
    site.world.answers[RULES] = FetchFailed(reason, "no way")

    assert site.allowed("/1")


@pytest.mark.parametrize(("asked", "pause"), [("7", 7), ("0", 0), ("nan", 0.5), ("1e9", 60)])
def test_crawl_delay_is_the_pace_of_the_host(site: Site, asked: str, pause: float) -> None:
    site.says(f"User-agent: *\nCrawl-delay: {asked}")
    site.allowed("/1")
    with site.hosts.turn(SITE, Event()):
        pass
    began = site.seconds
    with site.hosts.turn(SITE, Event()):
        pass

    assert site.seconds - began == pause


def test_rules_past_the_first_500_kilobytes_are_not_read(site: Site) -> None:
    site.says("User-agent: *\n" + "# filling\n" * 50_000 + "Disallow: /")

    assert site.allowed("/1")


def test_pattern_made_to_take_for_ever_takes_no_time(site: Site) -> None:
    site.says("User-agent: *\nDisallow: /" + "*a" * 100_000 + "*b$")

    assert site.allowed("/" + "a" * 5000)


@given(rules=st.binary(max_size=400))
def test_any_bytes_are_rules(rules: bytes) -> None:
    site = Site()
    site.says(b"User-agent: *\n" + rules)

    assert site.allowed("/1") in (True, False)


@pytest.mark.parametrize("path", ["/\udc80", "/ü", "/%", "/%zz;a?b#c", "/\x00"])
def test_any_address_is_judged(site: Site, path: str) -> None:
    site.says("User-agent: *\nDisallow: /no")

    assert site.allowed(path)


def test_what_is_no_address_is_left_to_who_fetches_it(site: Site) -> None:
    assert site.robots.allowed("http://[", Event())
    assert site.robots.allowed("no address", Event())
    assert not site.world.asked


def test_threads_at_once_get_one_answer(site: Site) -> None:
    site.says("User-agent: *\nDisallow: /")
    found: list[bool] = []
    threads = [Thread(target=lambda: found.append(site.allowed("/1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [False] * 8
    assert len(site.world.asked) <= 2
