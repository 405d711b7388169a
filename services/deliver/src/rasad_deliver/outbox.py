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
from rasad_core.documents.deliveries import attempted, due_key, due_write, put_due
from rasad_core.documents.matches import (
    Delivery,
    DeliveryState,
    Notification,
    NotificationState,
)
from rasad_core.documents.newest import time_of
from rasad_core.documents.table import Table
from rasad_core.errors import Unavailable
from rasad_core.kinds import ALERTS, DELIVERIES, DUE, NOTIFICATIONS
from rasad_core.net.messages import Request
from rasad_core.net.webhook import signed_request
from rasad_core.ports import Document, DocumentWrite, Store
from rasad_deliver.attempt import Verdict, failed_here, given_up
from rasad_deliver.waiting import Waiting

# As many as a list call gives by default; a queue that long is a long outage of many hosts.
_PAGE = 1000
# Gives the time of the attempt after this one, None for none.
Plan = Callable[[Delivery, Verdict], datetime | None]


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

    def prepare(
        self, entries: Sequence[Waiting], now: datetime
    ) -> Sequence[Request | Verdict | None]:
        """Give what to send for each now; a verdict where it cannot be; None where nothing is due.

        What cannot be read fails, and the others go on.
        """
        try:
            return self._prepared(entries, now)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001  looked for below, one by one
            return [self._alone(entry, now) for entry in entries]

    def _alone(self, entry: Waiting, now: datetime) -> Request | Verdict | None:
        try:
            return self._prepared([entry], now)[0]
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001  one document nobody can read must not stop the others
            return failed_here(now)

    def _prepared(
        self, entries: Sequence[Waiting], now: datetime
    ) -> Sequence[Request | Verdict | None]:
        held = self._deliveries.get_many([entry.delivery_id for entry in entries])
        alerts = self._alerts.get_many(sorted({each.alert_id for each in held.values()}))
        notifications = self._notifications.get_many(
            sorted({each.notification_id for each in held.values()})
        )
        prepared: list[Request | Verdict | None] = []
        for entry in entries:
            delivery = held.get(entry.delivery_id)
            if delivery is None or _due_key(delivery) != entry.key:
                self._close([(entry.key, delivery)])
                prepared.append(None)
                continue
            notification = notifications.get(delivery.notification_id)
            alert = alerts.get(delivery.alert_id)
            prepared.append(_work(delivery, alert, notification, now))
        return prepared

    def record(
        self, sent: Sequence[tuple[Waiting, Verdict]], plan: Plan
    ) -> Sequence[Delivery | None]:
        """Write attempts and what follows from them; give each delivery as it is then.

        Again, after the store was away half-way, it adds no second attempt.
        """
        found: dict[int, Delivery | None] = {}
        while len(found) < len(sent):
            left = [at for at in range(len(sent)) if at not in found]
            found |= self._attempted(left, sent, plan)
        closed = [(sent[at][0].key, found[at]) for at in range(len(sent)) if found[at]]
        self._close(closed)
        return [found[at] for at in range(len(sent))]

    def _attempted(
        self, left: Sequence[int], sent: Sequence[tuple[Waiting, Verdict]], plan: Plan
    ) -> dict[int, Delivery | None]:
        """Add attempts; without those whose delivery somebody asked to send again meanwhile."""
        held = self._deliveries.held_many([sent[at][0].delivery_id for at in left])
        found: dict[int, Delivery | None] = {}
        writes: dict[str, tuple[int, Delivery, int]] = {}
        for at in left:
            entry, verdict = sent[at]
            before = held.get(entry.delivery_id)
            if before is None or verdict.attempt in before.value.attempts:
                found[at] = before.value if before else None
            elif entry.delivery_id not in writes:
                planned = plan(before.value, verdict)
                after = attempted(before.value, verdict.attempt, planned)
                writes[entry.delivery_id] = (at, after, before.version)
        done = self._deliveries.write_many(
            (key, after, version, after.team_id) for key, (_, after, version) in writes.items()
        )
        for (at, after, _), well in zip(writes.values(), done, strict=True):
            if well:
                found[at] = after
        return found

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

    def _close(self, entries: Sequence[tuple[str, Delivery | None]]) -> None:
        """Write what follows from deliveries, and take entries away that say nothing new."""
        deliveries = [delivery for _, delivery in entries if delivery is not None]
        if deliveries:
            self._follow(deliveries)
        # A pause of nothing may end in the same microsecond.
        over = [key for key, each in entries if each is None or _due_key(each) != key]
        self._store.write_many(DUE, [DocumentWrite(key=key, value=None) for key in over])

    def _follow(self, deliveries: Sequence[Delivery]) -> None:
        pending = {each.delivery_id: each for each in deliveries if each.state == "pending"}
        self._store.write_many(DUE, [due_write(each) for each in pending.values()])
        ids = sorted({each.notification_id for each in deliveries})
        notifications = self._notifications.get_many(ids)
        told = self._deliveries.get_many(
            [key for each in notifications.values() for key in each.delivery_ids]
        )
        changed: list[Notification] = []
        for each in notifications.values():
            # One that is not there yet is about to be made.
            states = {told[key].state if key in told else "pending" for key in each.delivery_ids}
            state = _state(states)
            if state != each.state:
                changed.append(replace(each, state=state))
        self._notifications.write_many(
            (each.notification_id, each, None, each.team_id) for each in changed
        )


def _work(
    delivery: Delivery, alert: Alert | None, notification: Notification | None, now: datetime
) -> Request | Verdict:
    if alert is None or alert.state == "deleted":
        return given_up("alert_deleted", now)
    channel = _channel(alert, delivery)
    if channel is None or notification is None:
        return given_up("channel_removed", now)
    if not valid_secret(channel.secret):
        return given_up("bad_secret", now)
    return signed_request(
        channel.url, secrets_of(channel.secret), delivery.notification_id, notification.body, now
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
