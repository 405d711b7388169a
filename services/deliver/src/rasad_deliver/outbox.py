"""Pending deliveries in the store: what is due, what to send for it, and what came of it.

An entry of `kinds.DUE` is deleted last, after all that it led to is written, and one that says
nothing new completes what a crash cut off. So no pending delivery is ever without one for long.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from rasad_core.documents.alerts import Alert, Channel, delivery_id, secrets_of, valid_secret
from rasad_core.documents.deliveries import attempted, due_key, put_due
from rasad_core.documents.matches import (
    Delivery,
    DeliveryState,
    Notification,
    NotificationState,
)
from rasad_core.documents.newest import time_of
from rasad_core.documents.table import Table
from rasad_core.errors import Conflict
from rasad_core.kinds import ALERTS, DELIVERIES, DUE, NOTIFICATIONS
from rasad_core.net.messages import Request
from rasad_core.net.webhook import signed_request
from rasad_core.ports import Document, Store
from rasad_deliver.attempt import Verdict, given_up
from rasad_deliver.waiting import Waiting

# As many as a list call gives by default; a queue that long is a long outage of many hosts.
_PAGE = 1000
# Gives the time of the next attempt of a delivery, None for none.
Plan = Callable[[Delivery], datetime | None]


class Outbox:
    """What one sender reads and writes. One sender a store; not for two threads at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._alerts = Table(store, ALERTS, Alert)
        self._notifications = Table(store, NOTIFICATIONS, Notification)
        self._deliveries = Table(store, DELIVERIES, Delivery)

    def due(
        self, now: datetime, known: Callable[[str], bool]
    ) -> tuple[Sequence[Waiting], datetime | None]:
        """Give what is due and not `known`, oldest first, and the time when the next will be."""
        found: list[Waiting] = []
        after = ""
        while page := self._store.list(DUE, after=after, limit=_PAGE):
            come = [each for each in page if _time(each) <= now]
            found += self._waiting([each for each in come if not known(each.key)])
            if len(come) < len(page):
                return found, _time(page[len(come)])
            after = page[-1].key
        return found, None

    def prepare(self, entry: Waiting, now: datetime) -> Request | Verdict | None:
        """Give what to send now; a verdict where it cannot be; None where nothing is due."""
        held = self._deliveries.get(entry.delivery_id)
        if held is None or _due_key(held.value) != entry.key:
            self._close(entry.key, held.value if held else None)
            return None
        delivery = held.value
        alert = self._alerts.get(delivery.alert_id)
        if alert is None or alert.value.state == "deleted":
            return given_up("alert_deleted", now)
        channel = _channel(alert.value, delivery)
        notification = self._notifications.get(delivery.notification_id)
        if channel is None or notification is None:
            return given_up("channel_removed", now)
        if not valid_secret(channel.secret):
            return given_up("bad_secret", now)
        body = notification.value.body
        return signed_request(
            channel.url, secrets_of(channel.secret), delivery.notification_id, body, now
        )

    def record(self, entry: Waiting, verdict: Verdict, plan: Plan) -> Delivery | None:
        """Write an attempt and what follows from it, and give the delivery as it is then.

        Again, after the store was away half-way, it adds no second attempt.
        """
        while (held := self._deliveries.get(entry.delivery_id)) is not None:
            delivery = held.value
            if verdict.attempt not in delivery.attempts:
                delivery = attempted(delivery, verdict.attempt, plan(delivery))
                try:
                    self._deliveries.put(
                        held.key,
                        delivery,
                        team_id=delivery.team_id,
                        expected_version=held.version,
                    )
                except Conflict:  # somebody asked to send it again meanwhile
                    continue
            self._close(entry.key, delivery)
            return delivery
        return None

    def requeue(self, after: str) -> str | None:
        """Give pending deliveries their entry back, a page at a time; None at the end.

        Only who is stopped between two writes of `resend` leaves one without.
        """
        page = self._deliveries.page(after=after, limit=_PAGE)
        for held in page:
            if held.value.state == "pending":
                put_due(self._store, held.value)
        return page[-1].key if page else None

    def _waiting(self, documents: Sequence[Document]) -> Sequence[Waiting]:
        ids = {each.key: msgspec.json.decode(each.value, type=str) for each in documents}
        deliveries = self._deliveries.get_many(list(ids.values()))
        return [
            Waiting(key=key, delivery_id=one, host=_host(deliveries.get(one)))
            for key, one in ids.items()
        ]

    def _close(self, key: str, delivery: Delivery | None) -> None:
        if delivery is not None:
            self._follow(delivery)
        # A pause of nothing may end in the same microsecond.
        if delivery is None or _due_key(delivery) != key:
            self._store.delete(DUE, key)

    def _follow(self, delivery: Delivery) -> None:
        if delivery.state == "pending":
            put_due(self._store, delivery)
        held = self._notifications.get(delivery.notification_id)
        if held is None:
            return
        told = self._deliveries.get_many(held.value.delivery_ids)
        # One that is not there yet is about to be made.
        states = {told[key].state if key in told else "pending" for key in held.value.delivery_ids}
        state = _state(states)
        if state != held.value.state:
            self._notifications.put(
                held.key, replace(held.value, state=state), team_id=held.value.team_id
            )


def _state(states: set[DeliveryState]) -> NotificationState:
    if "failed" in states:
        return "failed"
    return "pending" if "pending" in states else "delivered"


def _time(entry: Document) -> datetime:
    return time_of(entry.key.partition("/")[0])


def _due_key(delivery: Delivery) -> str:
    at = delivery.next_attempt_at
    return "" if at is None else due_key(at, delivery.delivery_id)


def _channel(alert: Alert, delivery: Delivery) -> Channel | None:
    # The alert may have been given others since; what was promised to one is not sent to another.
    named = (
        each
        for each in alert.channels
        if delivery_id(delivery.notification_id, each) == delivery.delivery_id
    )
    return next(named, None)


def _host(delivery: Delivery | None) -> str:
    return urlsplit(delivery.recipient).netloc if delivery else ""
