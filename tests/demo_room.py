"""The newsrooms of the demonstration at a moment of the test's choosing, read as a program would."""

import io
from datetime import UTC, datetime, timedelta

from rasad.demo.feeds import feed_path, link, render_feed
from rasad.demo.manuscripts import Outlet, read_news
from rasad.demo.newsroom import Newsroom, Printed
from rasad.demo.pages import render_page
from rasad_core.events import ArticleAnalysed, ArticleFetched
from rasad_core.intake.items import As, Found, Item, Limits
from rasad_enrich.pipeline import analyse
from rasad_ingest.files import read

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8800"
NEWSROOM = Newsroom(read_news(), START)
# When everything is released and corrected.
END = START + timedelta(hours=1)


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **after: float) -> None:
        self.at += timedelta(**after)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def outlet(slug: str) -> Outlet:
    found = NEWSROOM.outlet(slug)
    assert found is not None
    return found


def publishing() -> list[Outlet]:
    """Every outlet whose server is well."""
    return [each for each in NEWSROOM.outlets if each.feed != "failing"]


def feed(publisher: Outlet, now: datetime = END) -> bytes:
    released = NEWSROOM.released(publisher, now)
    changed_at = NEWSROOM.changed_at(publisher, now)
    return render_feed(publisher, released, address=ADDRESS, changed_at=changed_at)


def feed_items(publisher: Outlet, now: datetime = END) -> list[Item]:
    return _read(feed(publisher, now), form="auto", url=ADDRESS + feed_path(publisher), now=now)


def entries(publisher: Outlet, now: datetime = END) -> list[ArticleFetched]:
    return [item.article for item in feed_items(publisher, now) if isinstance(item, Found)]


def page(article: Printed, now: datetime = END) -> bytes:
    return render_page(article, NEWSROOM.released(article.outlet, now), address=ADDRESS)


def fetched_page(article: Printed, now: datetime = END) -> ArticleFetched:
    (item,) = _read(page(article, now), form="page", url=link(ADDRESS, article), now=now)
    assert isinstance(item, Found)
    return item.article


def analysed_page(article: Printed, now: datetime = END) -> ArticleAnalysed:
    return analyse(fetched_page(article, now))


def printed(key: str, now: datetime = END) -> Printed:
    """Find an article by `outlet/slug`."""
    slug, _, name = key.partition("/")
    (article,) = (each for each in NEWSROOM.released(outlet(slug), now) if each.slug == name)
    return article


def key_of(article: Printed) -> str:
    return f"{article.outlet.slug}/{article.slug}"


def everything(now: datetime = END) -> list[Printed]:
    return [each for one in publishing() for each in NEWSROOM.released(one, now)]


def _read(data: bytes, *, form: As, url: str, now: datetime) -> list[Item]:
    return list(
        read(
            "-", form=form, url=url, origin="live", now=now, limits=Limits(), stdin=io.BytesIO(data)
        )
    )
