"""The alerts stage over memory adapters: alerts are made, changed and announced, articles come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from rasad_alerts.armed import ArmedAlerts
from rasad_alerts.definitions import Definitions
from rasad_alerts.run import process
from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert
from rasad_core.events import AlertDefined, AlertMatched, AlertState, ArticleEnriched, Origin
from rasad_core.kinds import ALERTS
from rasad_core.ports import Message, Outgoing, Write
from rasad_core.query.engine import engine
from rasad_core.runtime.consume import Handled
from rasad_core.topics import DEFINITIONS, ENRICHED

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class SetClock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Stage:
    def __init__(self, armed: ArmedAlerts | None = None) -> None:
        self.clock = SetClock()
        self.log = MemoryLog(self.clock)
        self.store = MemoryStore()
        self.definitions = Definitions(
            self.store, self.log, self.clock, armed or ArmedAlerts(engine("python"))
        )
        self._process = process(self.definitions, self.clock)

    def announce(
        self, alert_id: str, query: str, *, version: int = 1, state: AlertState = "armed"
    ) -> None:
        """Tell the workers, and them alone."""
        event = AlertDefined(
            trace_id="t", alert_id=alert_id, team_id=DEFAULT_TEAM, version=version, state=state,
            query=query,
        )  # fmt: skip
        self.announce_bytes(alert_id, codec.encode(event))

    def announce_bytes(self, alert_id: str, value: bytes) -> None:
        self.log.publish([Outgoing(topic=DEFINITIONS, key=alert_id, value=value)])

    def keep(
        self, alert_id: str, query: str, *, version: int = 1, state: AlertState = "armed"
    ) -> None:
        """Write the document, and lose the announcement."""
        alert = Alert(
            alert_id=alert_id, team_id=DEFAULT_TEAM, name=alert_id, query=query, version=version,
            state=state, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        self.store.put(ALERTS, alert_id, msgspec.json.encode(alert))

    def __call__(self, *events: Write) -> Sequence[Handled]:
        return self._process([message(event, at) for at, event in enumerate(events)])

    def fired(self, event: Write) -> list[str]:
        """Give the ids of the alerts that an article fires."""
        return [match.alert_id for match in self.matches(event)]

    def matches(self, event: Write) -> list[AlertMatched]:
        (handled,) = self(event)
        return [codec.decode(each.value, AlertMatched) for each in handled.outgoing]


def message(event: Write, offset: int = 0) -> Message:
    return Message(
        topic=ENRICHED, partition=0, offset=offset, key=event.article_id,
        value=codec.encode(event), at=NOW,
    )  # fmt: skip


def article(
    text: str = "The tide is high.",
    *,
    title: str = "",
    origin: Origin = "live",
    fetched_at: datetime = NOW,
    published: datetime = NOW,
) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="trace-a", article_id="a", form="record", fetched_at=fetched_at,
        published=published, title=title, text=text, lead=text[:60], origin=origin,
        url="https://quaynews.example/1", domain="quaynews.example", language="en",
        revision=1, seq=1, story_id="s", month="2026.03",
    )  # fmt: skip
