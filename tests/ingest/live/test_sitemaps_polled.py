"""Sitemaps polled: indexes followed, loops ended, bare addresses left to their pages."""

from datetime import timedelta

import pytest

from live_feeds import NOW, Direct, Room
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.errors import Reason, Unprocessable
from rasad_ingest.live.documents import Answer, Document

MAP = "https://news.example/sitemap.xml"
_HEAD = '<?xml version="1.0"?>'


@pytest.fixture
def room() -> Room:
    return Room("sitemap", MAP)


def urlset(*urls: str, lastmod: str = "2026-03-10T11:30:00Z") -> str:
    entries = "".join(f"<url><loc>{url}</loc><lastmod>{lastmod}</lastmod></url>" for url in urls)
    return f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def index(*children: tuple[str, str]) -> str:
    entries = "".join(
        f"<sitemap><loc>{url}</loc>{changed and f'<lastmod>{changed}</lastmod>'}</sitemap>"
        for url, changed in children
    )
    return f"{_HEAD}<sitemapindex>{entries}</sitemapindex>"


def news(url: str, title: str) -> str:
    return (
        f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{url}</loc><news:news><news:title>{title}</news:title>"
        "<news:publication_date>2026-03-10T11:50:00Z</news:publication_date>"
        "</news:news></url></urlset>"
    )


def test_a_bare_address_is_a_task_and_no_article_yet(room: Room) -> None:
    room.world.says(urlset("https://news.example/a"), url=MAP)

    state = room.poll()

    assert not room.live()
    assert [(task.url, task.origin) for task in room.tasks()] == [
        ("https://news.example/a", "live")
    ]
    assert state.health.state == "ok"


def test_an_entry_of_a_news_sitemap_is_sent_at_once(room: Room) -> None:
    room.world.says(news("https://news.example/a", "Tide"), url=MAP)

    room.poll()

    assert [each.title for each in room.live()] == ["Tide"]
    assert len(room.tasks()) == 1


def test_an_index_is_followed_newest_first_and_loops_end(room: Room) -> None:
    first, second, third = (f"https://news.example/{name}.xml" for name in "xyz")
    room.world.says(
        index((first, ""), (second, "2026-03-01"), (third, "2026-03-09"), (MAP, "2026-03-10")),
        url=MAP,
        etag='"1"',
    )
    room.world.says(urlset("https://news.example/a"), url=first)
    room.world.says(index((first, ""), (second, "")), url=second)
    room.world.says(urlset("https://news.example/c"), url=third)

    state = room.poll()

    assert [each.url for each in room.world.asked] == [MAP, third, second, first]
    assert len(room.tasks()) == 2
    assert state.etag is None


def test_no_more_than_fifty_sitemaps_are_read(room: Room) -> None:
    children = [f"https://news.example/{n}.xml" for n in range(80)]
    room.world.says(index(*((each, "") for each in children)), url=MAP)
    for each in children:
        room.world.says(urlset(each.replace(".xml", "")), url=each)

    room.poll()

    assert len(room.world.asked) == 51


def test_what_a_missing_sitemap_holds_is_not_forgotten(room: Room) -> None:
    child, other = "https://news.example/1.xml", "https://news.example/2.xml"
    room.world.says(index((child, ""), (other, "")), url=MAP)
    many = urlset(*(f"https://news.example/{n}" for n in range(2500)))
    room.world.says(many, url=child)
    room.world.says(urlset("https://news.example/o"), url=other)
    room.poll()
    room.world.says(status=500, url=child)
    between = room.health()
    room.world.says(many, url=child)
    room.clock.turn(minutes=1)

    after = room.health()

    assert (between, after) == (("unchanged", None), ("unchanged", None))


def test_a_sitemap_missed_by_the_first_poll_brings_no_old_entries_as_live(room: Room) -> None:
    child, other = "https://news.example/1.xml", "https://news.example/2.xml"
    room.world.says(index((child, ""), (other, "")), url=MAP)
    room.world.says(urlset("https://news.example/o"), url=other)
    room.poll()
    room.world.says(urlset("https://news.example/a", lastmod="2020-01-01"), url=child)

    room.poll()

    assert {task.url: task.origin for task in room.tasks()} == {
        "https://news.example/a": "backfill",
        "https://news.example/o": "live",
    }


def test_an_index_of_which_nothing_can_be_read_fails_with_the_first_reason(room: Room) -> None:
    room.world.says(index(("https://news.example/1.xml", "")), url=MAP)

    assert room.health() == (
        "failing",
        "https://news.example/1.xml: it answers 404 (not found)",
    )


def test_an_index_made_to_hurt_is_left_at_the_first_sitemap_that_does(room: Room) -> None:
    class Hurt(Direct):
        def read(self, answer: Answer) -> Document:
            if answer.url != MAP:
                raise Unprocessable(Reason.TIMED_OUT, "reading it takes longer than 10 s")
            return super().read(answer)

    room.parser = Hurt()
    children = [(f"https://news.example/{n}.xml", "") for n in range(10)]
    room.world.says(index(*children), url=MAP)
    for url, _ in children:
        room.world.says(urlset("https://news.example/a"), url=url)

    assert room.health()[0] == "failing"
    assert len(room.world.asked) == 2


def test_robots_are_asked_about_every_sitemap(room: Room) -> None:
    room.world.says(index(("https://news.example/1.xml", "")), url=MAP)
    room.robots.forbidden.add("https://news.example/1.xml")

    assert room.health()[0] == "failing"
    assert len(room.world.asked) == 1


def test_an_address_changed_is_visited_again(room: Room) -> None:
    room.world.says(urlset("https://news.example/a"), url=MAP)
    room.poll()
    room.world.says(urlset("https://news.example/a", lastmod="2026-03-10T11:59:00Z"), url=MAP)
    room.clock.turn(minutes=10)

    assert room.health()[0] == "ok"
    assert room.poll().last_new_at == NOW + timedelta(minutes=10)


def test_a_sitemap_that_stamps_all_its_addresses_anew_is_not_believed(room: Room) -> None:
    urls = [f"https://news.example/{n}" for n in range(30)]
    room.world.says(urlset(*urls), url=MAP)
    room.poll()
    room.world.says(
        urlset(*urls, "https://news.example/new", lastmod="2026-03-10T12:00:00Z"), url=MAP
    )
    room.store = MemoryStore()

    room.poll()

    assert [task.url for task in room.tasks()] == ["https://news.example/new"]
