"""What is heard of alerts, of every team: from the log, and compared with the store."""

import gc
from datetime import datetime, timedelta

import structlog

from rasad_alerts.armed import ArmedAlerts, Standing
from rasad_core import codec
from rasad_core.documents.table import Table
from rasad_core.errors import Unprocessable
from rasad_core.events import AlertDefined
from rasad_core.kinds import ALERTS
from rasad_core.ports import Clock, LogReader, Message, Store
from rasad_core.topics import DEFINITIONS

# DESIGN 2: how long an announcement that was lost goes unnoticed at most.
_COMPARED_EVERY = timedelta(seconds=30)
_MANY = 1_000


class Definitions:
    """Keeps the armed alerts up to date. Not for use by two threads at once.

    The highest version counts, wherever it was heard of. That an alert is nowhere says nothing, but
    at the start: what an earlier program left armed may be of another archive.
    """

    def __init__(self, store: Store, reader: LogReader, clock: Clock, armed: ArmedAlerts) -> None:
        self.armed = armed
        self._stored = Table(store, ALERTS, Standing)
        self._reader = reader
        self._clock = clock
        self._next_offset = 0
        self._compared_at: datetime | None = None
        self._heard: set[str] = set()

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
        if self._compared_at is not None and now - self._compared_at < _COMPARED_EVERY:
            return
        for held in self._stored.all():
            self._take(held.value)
        if self._compared_at is None:
            self._begin()
        self._compared_at = now

    def _begin(self) -> None:
        self.armed.keep_only(self._heard)
        if len(self.armed) > _MANY:
            # They stay: the collector need not look at them again and again. Of 2.8 ms that an
            # article of new words took beside 100,000 alerts, that was 0.8.
            gc.freeze()

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

    def _take(self, alert: AlertDefined | Standing) -> None:
        if self._compared_at is None:
            self._heard.add(alert.alert_id)
        self.armed.take(alert)
