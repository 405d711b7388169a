"""Makes notifications and what their channels get, so that making them again changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from rasad_core.documents.alerts import Alert, Channel, delivery_id, match_id
from rasad_core.documents.deliveries import due_write
from rasad_core.documents.matches import Delivery, Group, Notification
from rasad_core.documents.newest import newest_first
from rasad_core.documents.table import Table
from rasad_core.events import AlertMatched, Frozen
from rasad_core.kinds import DELIVERIES, DUE, NOTIFICATIONS, TEAM_DELIVERIES
from rasad_core.net.webhook import shown_address
from rasad_core.ports import DocumentWrite, Store
from rasad_deliver.webhook import body_of


class Announcement(Frozen, frozen=True, kw_only=True):
    """A match that opens a group, and who is to be told."""

    event: AlertMatched
    alert: Alert
    group: Group


def announce(
    store: Store,
    announcements: Sequence[Announcement],
    held: Mapping[str, Notification],
    now: datetime,
) -> None:
    """Make the notification of each, and one pending delivery a channel; `held` are there.

    Again it completes what is not there. What a finished delivery is, it stays.
    """
    made = {each.group.notification_id: _notification(each, now) for each in announcements}
    new = [each for each in made.values() if each.notification_id not in held]
    Table(store, NOTIFICATIONS, Notification).write_many(
        (each.notification_id, each, 0, each.team_id) for each in new
    )
    told = {**made, **held}
    wanted = {
        delivery.delivery_id: delivery
        for each in announcements
        for delivery in _deliveries(each, told[each.group.notification_id], now)
    }
    _entrust(store, wanted)


def _notification(announcement: Announcement, now: datetime) -> Notification:
    event, alert, group = announcement.event, announcement.alert, announcement.group
    key = group.notification_id
    return Notification(
        notification_id=key,
        alert_id=event.alert_id,
        team_id=event.team_id,
        story_id=event.article.story_id,
        match_id=match_id(event.alert_id, event.article.article_id),
        created_at=now,
        state="pending" if alert.channels else "delivered",
        continues=group.continues,
        delivery_ids=tuple(dict.fromkeys(delivery_id(key, each) for each in alert.channels)),
        body=body_of(event, alert, group),
    )


def _deliveries(
    announcement: Announcement, notification: Notification, now: datetime
) -> Iterator[Delivery]:
    for channel in announcement.alert.channels:
        key = delivery_id(notification.notification_id, channel)
        # A channel that was added between a crash and now gets the next notification.
        if key in notification.delivery_ids:
            yield _delivery(announcement.event, channel, notification.notification_id, key, now)


def _delivery(
    event: AlertMatched, channel: Channel, notification_id: str, key: str, now: datetime
) -> Delivery:
    return Delivery(
        delivery_id=key,
        notification_id=notification_id,
        alert_id=event.alert_id,
        team_id=event.team_id,
        channel="webhook",
        recipient=shown_address(channel.url),
        state="pending",
        created_at=now,
        published=event.article.published,
        next_attempt_at=now,
    )


def _entrust(store: Store, wanted: Mapping[str, Delivery]) -> None:
    """Make deliveries, then their places in the list, and in the queue at last."""
    table = Table(store, DELIVERIES, Delivery)
    made = table.write_many((key, each, 0, each.team_id) for key, each in wanted.items())
    old = [key for key, new in zip(wanted, made, strict=True) if not new]
    deliveries = {**wanted, **(table.get_many(old) if old else {})}
    store.write_many(TEAM_DELIVERIES, [_place(each) for each in deliveries.values()])
    pending = [each for each in deliveries.values() if each.state == "pending"]
    store.write_many(DUE, [due_write(each) for each in pending])


def _place(delivery: Delivery) -> DocumentWrite:
    key = delivery.delivery_id
    return DocumentWrite(
        key=f"{delivery.team_id}/{newest_first(delivery.created_at)}/{key}",
        value=msgspec.json.encode(key),
        team_id=delivery.team_id,
        expected_version=0,
    )
