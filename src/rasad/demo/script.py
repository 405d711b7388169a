"""What the demonstration sets up, and what it tells whoever watches it."""

import textwrap
from datetime import datetime, timedelta
from urllib.parse import quote_plus

from rasad.demo.feeds import feed_path
from rasad.demo.manuscripts import News, Outlet
from rasad.demo.newsroom import Newsroom
from rasad.demo.server import WEBHOOK_PATH
from rasad.demo.webhook import SECRET
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert, Webhook
from rasad_core.documents.sources import Source, SourceKind, source_id
from rasad_core.events import Frozen

_COLUMNS = 96


class Search(Frozen, frozen=True, kw_only=True):
    """A query worth looking at, and why."""

    query: str
    why: str


# grev* finds "grève" as well as "grevi".
PORT = "title:(strike* OR grev* OR إضراب) AND (Mersin OR مرسين)"
# With the wrong last letter, as people type it: it means القاهرة.
VACCINE = "(لقاح OR تطعيم) AND (القاهره OR تونس)"
SPORT = "entity:Izmir AND topic:sport"
SEARCHES = (
    Search(query=PORT, why="one strike, told in four languages"),
    Search(query=VACCINE, why="bare words find باللِّقـــاح, للتطعيم and بالقاهرة"),
    Search(query="entity:Izmir", why="one town: إزمير, Izmir and İzmir"),
    Search(query='body:"Meridian Dispatch"', why="copies, which say whom they are from"),
)


def sources(news: News, address: str, *, now: datetime) -> tuple[Source, ...]:
    """Give a row for each outlet of the demonstration served at `address`.

    One of them never answers but with an error, one has a broken feed.
    """
    return tuple(_source(outlet, address + feed_path(outlet), now) for outlet in news.outlets)


def alerts(address: str, *, now: datetime) -> tuple[Alert, ...]:
    """Give three armed alerts; the last one calls the webhook at `address`."""
    hook = Webhook(url=address + WEBHOOK_PATH, secret=SECRET)
    return (
        _alert("port", "Port strike, four languages", PORT, now),
        _alert("vaccine", "لقاح وتطعيم", VACCINE, now),
        _alert("sport", "Sport in Izmir", SPORT, now, hook),
    )


def what_to_look_at(address: str, demo_address: str, newsroom: Newsroom) -> str:
    """Say what to open, at the program's `address`, and what will happen when."""
    outlets = len(newsroom.outlets)
    opening = (
        f"{outlets} fictional outlets publish in Arabic, English, French and Turkish from this "
        "machine, and three alerts watch them. Nothing needs the internet."
    )
    lines = [
        f"Rasad is at {address} and its newsrooms at {demo_address}/",
        *textwrap.wrap(opening, _COLUMNS),
        "",
        "Open",
        *_row(f"{address}/inbox", "what the alerts found; the first within 15 seconds"),
        *_row(f"{address}/alerts", "the three alerts and their queries"),
        *_row(f"{address}/sources", "one outlet fails, and says why; one has a broken feed"),
        *_row(f"{demo_address}{WEBHOOK_PATH}", "what the webhook of “Sport in Izmir” was sent"),
        "",
        "Search",
    ]
    for search in SEARCHES:
        link = f"{address}/search?q={quote_plus(search.query, safe=':*')}"
        lines += [f"  {search.query}", *_row(link, search.why)]
    lines += ["", "Then watch; counted from the start:", *_happenings(newsroom.news)]
    return "\n".join(lines) + "\n"


def happenings(news: News) -> tuple[tuple[timedelta, str], ...]:
    """Give what will be worth noticing, and how long after the start."""
    found = [
        (each.correction.after if each.correction else each.published, each.happens)
        for each in news.articles
        if each.happens
    ]
    return tuple(sorted(found))


def _happenings(news: News) -> list[str]:
    lines: list[str] = []
    for after, happens in happenings(news):
        minutes, seconds = divmod(int(after.total_seconds()), 60)
        when = f"  {minutes:2}:{seconds:02}  "
        lines += textwrap.wrap(
            happens, _COLUMNS, initial_indent=when, subsequent_indent=" " * len(when)
        )
    return lines


def _row(link: str, why: str) -> list[str]:
    row = f"  {link}  {why}"
    return [row] if len(row) <= _COLUMNS else [f"  {link}", f"      {why}"]


def _source(outlet: Outlet, url: str, now: datetime) -> Source:
    kind: SourceKind = "sitemap" if outlet.feed == "sitemap" else "feed"
    return Source(
        source_id=source_id(DEFAULT_TEAM, url, kind),
        team_id=DEFAULT_TEAM,
        url=url,
        kind=kind,
        name=outlet.name,
        country=outlet.country,
        language=outlet.language,
        tags=outlet.tags,
        created_at=now,
        updated_at=now,
    )


def _alert(name: str, title: str, query: str, now: datetime, *hooks: Webhook) -> Alert:
    """Make an alert under an id of its own, so that a second start makes no second one."""
    return Alert(
        alert_id=f"al_demo_{name}",
        team_id=DEFAULT_TEAM,
        name=title,
        query=query,
        version=1,
        channels=hooks,
        feed_token=f"demo-{name}",
        created_at=now,
        updated_at=now,
    )
