"""Every alert that is armed, of every team, compiled: what articles are matched against."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from rasad_core import codec
from rasad_core.documents.table import Table
from rasad_core.errors import Unprocessable
from rasad_core.events import AlertDefined, AlertState, ArticleEnriched, Frozen
from rasad_core.kinds import ALERTS
from rasad_core.ports import Clock, LogReader, Message, Store
from rasad_core.query.engine import Engine
from rasad_core.query.parse import parse
from rasad_core.topics import DEFINITIONS

# DESIGN 2: how long an announcement that was lost goes unnoticed at most.
_COMPARED_EVERY = timedelta(seconds=30)


class Armed(Frozen, frozen=True, kw_only=True):
    """An alert that is matched."""

    alert_id: str
    team_id: str
    version: int
    query: str


class Taken(NamedTuple):
    """Queries of all articles together: looked at, run, and found to match."""

    candidates: int
    verified: int
    matched: int


class _Standing(Frozen, frozen=True, kw_only=True):
    """What matching reads of `documents.alerts.Alert`.

    No more than that: a worker must not stop at a kind of channel that a newer program wrote.
    """

    alert_id: str
    team_id: str
    version: int
    state: AlertState = "armed"
    query: str


class Definitions:
    """Alerts as they stand. Not for use by two threads at once.

    The highest version counts, wherever it was heard of; that an alert is nowhere says nothing.
    Their trees are in the engine alone, compiled: as they are they would take gigabytes.
    """

    def __init__(self, store: Store, reader: LogReader, clock: Clock, engine: Engine) -> None:
        self._stored = Table(store, ALERTS, _Standing)
        self._reader = reader
        self._clock = clock
        self._next_offset = 0
        self._compared_at: datetime | None = None
        self._versions: dict[str, int] = {}
        self._armed: dict[str, Armed] = {}
        self._engine = engine

    def __len__(self) -> int:
        return len(self._armed)

    def refresh(self) -> None:
        """Take in what was announced since; at first and every 30 s, what the store holds as well.

        An alert whose making was answered is known after the next call. What cannot be read or
        parsed is logged and skipped. Raises `Unavailable` when log or store are away.
        """
        for message in self._reader.read(DEFINITIONS, offset=self._next_offset):
            self._hear(message)
            # Compacted: there are gaps, so nothing but the message knows what comes after it.
            self._next_offset = message.offset + 1
        now = self._clock.now()
        if self._compared_at is None or now - self._compared_at >= _COMPARED_EVERY:
            for held in self._stored.all():
                self._take(held.value)
            self._compared_at = now

    def taken(self) -> Taken:
        """Say what matching took since the start."""
        counters = self._engine.counters
        return Taken(counters.candidates, counters.verified, counters.matched)

    def matching(self, article: ArticleEnriched) -> Sequence[Armed]:
        """Give the alerts that match, by their ids; `-7d` counts from the fetch."""
        found = self._engine.match(article, now=article.fetched_at)
        return [self._armed[alert_id] for alert_id in found]

    def _hear(self, message: Message) -> None:
        if not message.value:
            return
        try:
            event = codec.decode(message.value, AlertDefined)
        except Unprocessable as error:
            structlog.get_logger().error(
                "definition cannot be read",
                alert_id=message.key, offset=message.offset, problem=error.message,
            )  # fmt: skip
            return
        self._take(event)

    def _take(self, alert: AlertDefined | _Standing) -> None:
        if alert.version <= self._versions.get(alert.alert_id, 0):
            return
        self._versions[alert.alert_id] = alert.version
        self._armed.pop(alert.alert_id, None)
        self._engine.remove(alert.alert_id)
        if alert.state != "armed":
            return
        try:
            self._engine.add(alert.alert_id, parse(alert.query).node)
        except Exception as error:  # noqa: BLE001  whatever is wrong with one, the others go on
            structlog.get_logger().error(
                "alert is skipped: its query cannot be read",
                alert_id=alert.alert_id, version=alert.version, problem=str(error) or repr(error),
            )  # fmt: skip
            return
        self._armed[alert.alert_id] = Armed(
            alert_id=alert.alert_id, team_id=alert.team_id, version=alert.version, query=alert.query
        )
