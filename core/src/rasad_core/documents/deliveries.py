"""Deliveries as others see them, and the way to ask for one more attempt."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from rasad_core.documents.matches import Attempt, AttemptOutcome, Delivery, DeliveryState
from rasad_core.documents.newest import oldest_first
from rasad_core.documents.pages import listed
from rasad_core.documents.table import Table
from rasad_core.errors import Conflict, Unavailable
from rasad_core.kinds import DELIVERIES, DUE, TEAM_DELIVERIES
from rasad_core.ports import DocumentWrite, Store

# A conflict means that the sender has just noted an attempt; twice in a row is chance enough.
_TRIES = 5


class AttemptJson(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt with all its keys."""

    at: datetime
    outcome: AttemptOutcome
    status: int | None
    reason: str | None
    took_ms: float


class DeliveryJson(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery with all its keys; the oldest attempt first."""

    delivery_id: str
    notification_id: str
    alert_id: str
    channel: str
    recipient: str
    state: DeliveryState
    created_at: datetime
    next_attempt_at: datetime | None
    attempts: tuple[AttemptJson, ...]


def delivery_json(delivery: Delivery) -> DeliveryJson:
    """Give a delivery in its public form."""
    return msgspec.convert(delivery, DeliveryJson, from_attributes=True)


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a team's deliveries, newest first; `next_after` is None at the end."""

    deliveries: tuple[Delivery, ...]
    next_after: str | None


def read_deliveries(
    store: Store, *, team_id: str, after: str = "", limit: int = 50
) -> DeliveryPage:
    """Give a page of a team's deliveries; `after` is `next_after` of the page before."""
    ids, next_after = listed(store, TEAM_DELIVERIES, team_id, after=after, limit=limit)
    found = Table(store, DELIVERIES, Delivery).get_many(ids)
    deliveries = tuple(found[each] for each in ids if each in found)
    return DeliveryPage(deliveries=deliveries, next_after=next_after)


def due_key(at: datetime, delivery_id: str) -> str:
    """Give the key in `kinds.DUE` of an attempt that is to be made at a time."""
    return f"{oldest_first(at)}/{delivery_id}"


def due_write(delivery: Delivery) -> DocumentWrite:
    """Give what notes when a pending delivery is to be tried; again is no harm."""
    assert delivery.next_attempt_at is not None
    return DocumentWrite(
        key=due_key(delivery.next_attempt_at, delivery.delivery_id),
        value=msgspec.json.encode(delivery.delivery_id),
        expected_version=0,
    )


def put_due(store: Store, delivery: Delivery) -> None:
    """Note when a pending delivery is to be tried."""
    store.write_many(DUE, [due_write(delivery)])


def resend(store: Store, delivery_id: str, now: datetime) -> Delivery | None:
    """Ask for one more attempt at once, whatever the state; None when there is no such delivery.

    It carries the id and body of those before. When it fails, the schedule goes on where it was:
    after the last pause the delivery has failed again. Raises `Unavailable`.
    """
    table = Table(store, DELIVERIES, Delivery)
    for _ in range(_TRIES):
        held = table.get(delivery_id)
        if held is None:
            return None
        asked = msgspec.structs.replace(held.value, state="pending", next_attempt_at=now)
        try:
            table.put(delivery_id, asked, team_id=asked.team_id, expected_version=held.version)
        except Conflict:
            continue
        put_due(store, asked)
        return asked
    raise Unavailable("the delivery is being written by another program")


def attempted(delivery: Delivery, attempt: Attempt, next_attempt_at: datetime | None) -> Delivery:
    """Add an attempt: it delivered, or the next one is at a time, or it was the last."""
    state: DeliveryState = "failed" if next_attempt_at is None else "pending"
    return msgspec.structs.replace(
        delivery,
        attempts=(*delivery.attempts, attempt),
        state="delivered" if attempt.outcome == "delivered" else state,
        next_attempt_at=None if attempt.outcome == "delivered" else next_attempt_at,
    )


def last_reason(deliveries: Sequence[Delivery]) -> str | None:
    """Say why the first of those that failed for good did."""
    failed = (each for each in deliveries if each.state == "failed" and each.attempts)
    return next((each.attempts[-1].reason for each in failed), None)
