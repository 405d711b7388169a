"""The deliver stage in memory: alerts, events, a clock to turn and endpoints that answer."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from rasad_core import codec
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert, GroupBy, Webhook
from rasad_core.documents.match_view import MatchJson, read_matches
from rasad_core.documents.matches import Delivery, Notification
from rasad_core.documents.table import Table
from rasad_core.events import AlertMatched, AlertState, ArticleEnriched, Highlight, Origin, Snippet
from rasad_core.kinds import ALERTS, DELIVERIES, DUE, NOTIFICATIONS
from rasad_core.net.fetch import Request, Response
from rasad_core.ports import Message
from rasad_core.runtime.consume import Process
from rasad_core.topics import MATCHED
from rasad_deliver.run import process
from rasad_deliver.send import Sender

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SECRET = "whsec_" + "c2l4IGFuZCB0aGlydHkgYnl0ZXMgZm9yIHRoaXMgdGVz"
HOOK = Webhook(url="https://hooks.example/in", secret=SECRET)
RETRIES = (5.0, 300.0, 1800.0)
Prepared = Mapping[str, Sequence[int | Response | Exception]]
NONE: Prepared = {}


class TurnedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Crash(BaseException):
    """The program was killed; nothing may catch that."""


class CrashingStore(MemoryStore):
    """Dies right after as many writes as `writes_left` says, once."""

    def __init__(self) -> None:
        super().__init__()
        self.writes_left: int | None = None
        self.writes = 0

    def create(self, kind: str, key: str, value: bytes, *, team_id: str | None = None) -> bool:
        created = super().create(kind, key, value, team_id=team_id)
        self._wrote()
        return created

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
        self._wrote()
        return version

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        deleted = super().delete(kind, key, expected_version=expected_version)
        self._wrote()
        return deleted

    def contents(self) -> Mapping[tuple[str, str], bytes]:
        return {place: document.value for place, document in self._documents.items()}

    def _wrote(self) -> None:
        self.writes += 1
        if self.writes_left is not None:
            self.writes_left -= 1
            if self.writes_left <= 0:
                self.writes_left = None
                raise Crash


class Endpoints:
    """A fetcher that gives what is prepared for a URL, the last again and again; 200 else."""

    def __init__(self, answers: Prepared = NONE) -> None:
        self.answers = {url: list(each) for url, each in answers.items()}
        self.asked: list[Request] = []
        self.on_asked: Callable[[], None] = lambda: None
        self._turn = threading.Lock()

    def fetch(self, request: Request) -> Response:
        with self._turn:
            self.asked.append(request)
            self.on_asked()
            prepared = self.answers.get(request.url, [200])
            answer = prepared.pop(0) if len(prepared) > 1 else prepared[0]
        if isinstance(answer, Exception):
            raise answer
        return Response(url=request.url, status=answer) if isinstance(answer, int) else answer

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.asked]


class Desk:
    """The stage and its sender over one store."""

    def __init__(
        self,
        store: MemoryStore | None = None,
        *,
        endpoints: Endpoints | None = None,
        retry_seconds: tuple[float, ...] = RETRIES,
    ) -> None:
        self.store = store or MemoryStore()
        self.clock = TurnedClock()
        self.endpoints = endpoints or Endpoints()
        self.woken = 0
        self.process: Process = process(self.store, self.clock, self._wake)
        self.sender = Sender(
            self.store,
            self.endpoints,
            self.clock,
            retry_seconds=retry_seconds,
            jitter=lambda: 0.0,
        )

    def restarted(self) -> "Desk":
        """Give the stage and sender of a new process, at the same time of day."""
        desk = Desk(self.store, endpoints=self.endpoints)
        desk.clock.at = self.clock.at
        return desk

    def define(self, *alerts: Alert) -> None:
        for each in alerts:
            Table(self.store, ALERTS, Alert).put(each.alert_id, each, team_id=each.team_id)

    def deliver(self, *events: AlertMatched) -> list[str]:
        handled = self.process([message(event, at) for at, event in enumerate(events)])
        return [each.outcome.detail for each in handled]

    def notifications(self) -> list[Notification]:
        held = Table(self.store, NOTIFICATIONS, Notification).all()
        return sorted((each.value for each in held), key=lambda one: one.created_at)

    def deliveries(self) -> list[Delivery]:
        return [each.value for each in Table(self.store, DELIVERIES, Delivery).all()]

    def due(self) -> list[str]:
        return [each.key for each in self.store.list(DUE)]

    def matches(self, team_id: str = DEFAULT_TEAM) -> Sequence[MatchJson]:
        return read_matches(self.store, team_id=team_id, limit=1000).matches

    def _wake(self) -> None:
        self.woken += 1


def message(event: AlertMatched, offset: int = 0) -> Message:
    return Message(
        topic=MATCHED, partition=0, offset=offset, key=event.alert_id,
        value=codec.encode(event), at=NOW,
    )  # fmt: skip


def alert(
    alert_id: str = "al_1",
    *,
    state: AlertState = "armed",
    channels: Iterable[Webhook] = (HOOK,),
    group_by: GroupBy = "story",
    group_hours: float = 24.0,
    max_age_hours: float = 48.0,
    team_id: str = DEFAULT_TEAM,
    query: str = "tide",
) -> Alert:
    return Alert(
        alert_id=alert_id, team_id=team_id, name="Tides", query=query, version=3, state=state,
        group_by=group_by, group_hours=group_hours, max_age_hours=max_age_hours,
        channels=tuple(channels), created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def article(
    article_id: str = "a",
    *,
    story_id: str = "s",
    revision: int = 1,
    published: datetime = NOW,
    fetched_at: datetime = NOW,
    origin: Origin = "live",
) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="trace", article_id=article_id, form="record", fetched_at=fetched_at,
        published=published, origin=origin, url=f"https://news.example/{article_id}",
        domain="news.example", title="High tide", lead="The tide is high.", language="en",
        revision=revision, seq=revision, story_id=story_id, month="2026.03",
        analyser={"chain": "1"},
    )  # fmt: skip


def matched(
    article_id: str = "a",
    *,
    alert_id: str = "al_1",
    matched_at: datetime = NOW,
    whole: ArticleEnriched | None = None,
    story_id: str = "s",
    revision: int = 1,
    published: datetime = NOW,
    team_id: str = DEFAULT_TEAM,
) -> AlertMatched:
    return AlertMatched(
        trace_id="trace",
        alert_id=alert_id,
        team_id=team_id,
        alert_version=3,
        article=whole
        or article(article_id, story_id=story_id, revision=revision, published=published),
        spans=(Highlight(field="text", start=4, end=8, clause="tide"),),
        snippet=Snippet(text="The tide is high.", marks=((4, 8),)),
        matched_at=matched_at,
    )


def told(body: bytes) -> list[str]:
    """Give the match ids that a webhook's body tells of."""
    read = msgspec.json.decode(body)
    return [each["match_id"] for each in read["data"]["matches"]]
