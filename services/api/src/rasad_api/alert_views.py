"""An alert as others see it: no secret but in the answer to the change that set it."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from rasad_core.documents.alerts import Alert, GroupBy
from rasad_core.events import AlertState, Frozen


class ChannelJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """Where an alert tells. `secret` is null but in the answer to the change that set it."""

    type: Literal["webhook"] = "webhook"
    url: str
    secret: str | None


class KindJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """When an alert tells: of every match."""

    type: Literal["every"] = "every"


class AlertJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """An alert. Who has its `feed_url` reads what it finds without a key."""

    alert_id: str
    team_id: str
    version: int
    name: str
    query: str
    state: AlertState
    kind: KindJson = KindJson()
    group_by: GroupBy
    group_hours: float
    max_age_hours: float
    channels: tuple[ChannelJson, ...]
    feed_url: str
    created_at: datetime
    updated_at: datetime


def alert_json(alert: Alert, base_url: str, *, shown: Collection[str] = ()) -> AlertJson:
    """Give an alert in its public form, with those of its secrets that are to be shown."""
    return AlertJson(
        alert_id=alert.alert_id,
        team_id=alert.team_id,
        version=alert.version,
        name=alert.name,
        query=alert.query,
        state=alert.state,
        group_by=alert.group_by,
        group_hours=alert.group_hours,
        max_age_hours=alert.max_age_hours,
        channels=tuple(
            ChannelJson(url=each.url, secret=each.secret if each.secret in shown else None)
            for each in alert.channels
        ),
        feed_url=base_url.rstrip("/") + feed_path(alert),
        created_at=alert.created_at,
        updated_at=alert.updated_at,
    )


def secrets_of(alert: Alert) -> frozenset[str]:
    """Give the secrets of its channels."""
    return frozenset(channel.secret for channel in alert.channels)


def feed_path(alert: Alert) -> str:
    """Give the path of its Atom feed."""
    return f"/feeds/{alert.alert_id}.{alert.feed_token}.atom"
