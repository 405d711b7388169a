"""What the demonstration's server answers to a GET: a function of the news, a path and a moment."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote

from rasad.demo.feeds import FORMATS, feed_path, render_feed
from rasad.demo.manuscripts import Outlet
from rasad.demo.newsroom import Newsroom
from rasad.demo.pages import render_front, render_page
from rasad.demo.printing import rendered
from rasad_core.events import Frozen

_ROBOTS = "User-agent: *\nCrawl-delay: 0\nAllow: /\n"


class Answer(Frozen, frozen=True, kw_only=True):
    """A response; `changed_at` is None for what says nothing about its age."""

    status: HTTPStatus = HTTPStatus.OK
    media_type: str
    body: bytes
    changed_at: datetime | None = None


def answer(newsroom: Newsroom, path: str, *, now: datetime, address: str) -> Answer:
    """Answer as of `now`; the same news gives the same bytes. A query string is ignored."""
    parts = [unquote(part) for part in path.partition("?")[0].split("/")[1:]]
    if parts == [""]:
        index = rendered("index.html", rows=[(each, feed_path(each)) for each in newsroom.outlets])
        return Answer(media_type="text/html; charset=utf-8", body=index)
    if parts == ["robots.txt"]:
        return _plain(HTTPStatus.OK, _robots(newsroom, address))
    outlet = newsroom.outlet(parts[0])
    if outlet is None:
        return _plain(HTTPStatus.NOT_FOUND, "no such outlet\n")
    if outlet.feed == "failing":
        return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "the database of prices is down\n")
    return _of_outlet(newsroom, outlet, parts[1:], now=now, address=address)


def _of_outlet(
    newsroom: Newsroom, outlet: Outlet, parts: list[str], *, now: datetime, address: str
) -> Answer:
    released = newsroom.released(outlet, now)
    changed_at = newsroom.changed_at(outlet, now)
    media_type = "text/html"
    match parts:
        case [] | [""]:
            body = render_front(outlet, released)
        case [name] if name == FORMATS[outlet.feed].file:
            media_type = FORMATS[outlet.feed].media_type
            body = render_feed(outlet, released, address=address, changed_at=changed_at)
        case ["a", name] if article := next(
            (each for each in released if f"{each.slug}.html" == name), None
        ):
            body = render_page(article, released, address=address)
        case _:
            return _plain(HTTPStatus.NOT_FOUND, "no such page\n")
    media_type = f"{media_type}; charset={outlet.encoding}"
    return Answer(media_type=media_type, body=body, changed_at=changed_at)


def _robots(newsroom: Newsroom, address: str) -> str:
    maps = (each for each in newsroom.outlets if each.feed == "sitemap")
    return _ROBOTS + "".join(f"Sitemap: {address}{feed_path(each)}\n" for each in maps)


def _plain(status: HTTPStatus, text: str) -> Answer:
    return Answer(status=status, media_type="text/plain; charset=utf-8", body=text.encode())
