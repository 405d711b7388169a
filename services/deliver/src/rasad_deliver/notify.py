"""Makes a notification and what its channels get, so that making it again changes nothing."""

from datetime import datetime

import msgspec

from rasad_core.documents.alerts import Alert, Channel, delivery_id, match_id
from rasad_core.documents.deliveries import put_due
from rasad_core.documents.matches import Delivery, Group, Notification
from rasad_core.documents.newest import newest_first
from rasad_core.documents.table import Table
from rasad_core.events import AlertMatched
from rasad_core.kinds import DELIVERIES, NOTIFICATIONS, TEAM_DELIVERIES
from rasad_core.net.webhook import shown_address
from rasad_core.ports import Store
from rasad_deliver.webhook import body_of


def announce(store: Store, event: AlertMatched, alert: Alert, group: Group, now: datetime) -> None:
    """Make the notification that a match opens, and one pending delivery a channel.

    Again it completes what is not there. What a finished delivery is, it stays.
    """
    notification = _notification(store, event, alert, group, now)
    for channel in alert.channels:
        key = delivery_id(group.notification_id, channel)
        # A channel that was added between a crash and now gets the next notification.
        if key in notification.delivery_ids:
            _entrust(store, event, channel, group.notification_id, now)


def _notification(
    store: Store, event: AlertMatched, alert: Alert, group: Group, now: datetime
) -> Notification:
    notifications = Table(store, NOTIFICATIONS, Notification)
    key = group.notification_id
    held = notifications.get(key)
    if held is not None:
        return held.value
    made = Notification(
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
    notifications.create(key, made, team_id=event.team_id)
    return made


def _entrust(
    store: Store, event: AlertMatched, channel: Channel, notification_id: str, now: datetime
) -> None:
    deliveries = Table(store, DELIVERIES, Delivery)
    key = delivery_id(notification_id, channel)
    delivery = Delivery(
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
    if not deliveries.create(key, delivery, team_id=event.team_id):
        held = deliveries.get(key)
        assert held is not None  # nothing deletes deliveries
        delivery = held.value
    place = f"{delivery.team_id}/{newest_first(delivery.created_at)}/{key}"
    store.create(TEAM_DELIVERIES, place, msgspec.json.encode(key), team_id=delivery.team_id)
    if delivery.state == "pending":
        put_due(store, delivery)
