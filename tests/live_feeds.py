"""A world of addresses that answer what a test says, and everything a poller needs around it."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import msgspec

from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.sources import FeedState, PageTask, Source, SourceKind, source_id
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleFetched
from rasad_core.intake.items import Limits
from rasad_core.kinds import PAGE_TASKS
from rasad_core.net.fetch import FetchFailed, Hop, Request, Response
from rasad_core.ports import Publisher, Store
from rasad_core.topics import RAW, RAW_BACKFILL
from rasad_ingest.live.documents import Answer, Document, read_document
from rasad_ingest.live.gathering import Reader
from rasad_ingest.live.poll import Poller

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FEED = "https://news.example/feed"


class TurnedClock:
    """Stands still until a test turns it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def turn(self, **span: float) -> None:
        self.at += timedelta(**span)


Given = Response | FetchFailed | Callable[[Request], Response]


class World:
    """A `Fetcher`: what an address answers, and what was asked of it."""

    def __init__(self) -> None:
        self.answers: dict[str, Given] = {}
        self.asked: list[Request] = []

    def says(
        self, body: str | bytes = "", *, url: str = FEED, status: int = 200, **headers: str
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[url] = Response(url=url, status=status, headers=named, body=data)

    def moves(self, to: str, status: int, body: str, url: str = FEED) -> None:
        self.answers[url] = Response(
            url=to, status=200, body=body.encode(), hops=(Hop(status=status, url=url),)
        )

    def fetch(self, request: Request) -> Response:
        self.asked.append(request)
        given = self.answers.get(request.url, Response(url=request.url, status=404))
        if isinstance(given, FetchFailed):
            raise given
        return given if isinstance(given, Response) else given(request)


class OpenHosts:
    """Lets everybody in at once, and remembers what is held."""

    def __init__(self) -> None:
        self.held: dict[str, float] = {}

    @contextmanager
    def turn(self, url: str, stop: Event) -> Iterator[None]:
        del url, stop
        yield

    def hold(self, url: str, seconds: float) -> None:
        self.held[url] = seconds


class Forbidding:
    """A `Robots` that forbids a few addresses, or knows nothing for now."""

    def __init__(self) -> None:
        self.forbidden: set[str] = set()
        self.away: Unavailable | None = None

    def allowed(self, url: str, stop: Event) -> bool:
        del stop
        if self.away is not None:
            raise self.away
        return url not in self.forbidden


class Direct:
    """Reads documents where it is called."""

    def read(self, answer: Answer) -> Document:
        return read_document(answer, Limits())


class Room:
    """One address and the teams that read it; `poll` polls it and keeps the state."""

    def __init__(self, kind: SourceKind = "feed", url: str = FEED) -> None:
        self.clock = TurnedClock()
        self.world = World()
        self.hosts = OpenHosts()
        self.robots = Forbidding()
        self.parser: Reader = Direct()
        self.stop = Event()
        self.store: Store = MemoryStore()
        self.log = MemoryLog(self.clock)
        self.publisher: Publisher = self.log
        self.rows: Sequence[Source] = [row(url=url, kind=kind)]
        self.state: FeedState | None = None

    def poll(self) -> FeedState:
        poller = Poller(
            fetcher=self.world, store=self.store, publisher=self.publisher, clock=self.clock,
            parser=self.parser, hosts=self.hosts, robots=self.robots, limits=Limits(), chance=random.Random(7),
            stop=self.stop,
        )  # fmt: skip
        self.state = poller.poll(self.rows, self.state)
        return self.state

    def health(self) -> tuple[str, str | None]:
        health = self.poll().health
        return health.state, health.reason

    def live(self) -> list[ArticleFetched]:
        return self._published(RAW)

    def backfill(self) -> list[ArticleFetched]:
        return self._published(RAW_BACKFILL)

    def tasks(self) -> list[PageTask]:
        return [
            msgspec.json.decode(each.value, type=PageTask)
            for each in self.store.list(PAGE_TASKS, limit=10_000)
        ]

    def _published(self, topic: str) -> list[ArticleFetched]:
        return [codec.decode(each.value, ArticleFetched) for each in self.log.read(topic)]


def row(team: str = "t1", *, url: str = FEED, kind: SourceKind = "feed", **told: object) -> Source:
    made = Source(
        source_id=source_id(team, url, kind), team_id=team, url=url, kind=kind,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(made, **told)


def rss(*entries: str, head: str = "") -> str:
    channel = f"<title>The Tide</title>{head}{''.join(entries)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>'


def entry(name: str, at: datetime | None = NOW, **elements: str) -> str:
    dated = "" if at is None else f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
    fields: Mapping[str, str] = {
        "title": f"Tide {name}", "link": f"https://news.example/{name}", **elements,
    }  # fmt: skip
    written = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
    return f"<item>{written}{dated}</item>"
