"""An alert: what to watch for, for whom, and where to say so."""

import base64
import binascii
import hashlib
import secrets
from datetime import datetime
from typing import Literal

from rasad_core.events import AlertState, Frozen

GroupBy = Literal["story", "none"]
DEFAULT_TEAM = "default"
# DESIGN 7: a group ends a day after its first notification.
GROUP_HOURS = 24.0
# DESIGN 2: a live article published longer ago is matched and withheld as `old`.
MAX_AGE_HOURS = 48.0
# Standard Webhooks 1.0.0: `whsec_` and base64 of 24 to 64 bytes.
_WEBHOOK_PREFIX = "whsec_"
_SECRET_BYTES = range(24, 65)
# The new one and those it replaces; more would only make the header long.
_SECRETS = range(1, 5)


class Webhook(Frozen, frozen=True, kw_only=True, tag="webhook"):
    """A target of Standard Webhooks; `secret` is `whsec_` and base64.

    It may hold several with spaces between them, while receivers change from one to the next: each
    signs.
    """

    url: str
    secret: str


class EveryMatch(Frozen, frozen=True, kw_only=True, tag="every"):
    """Notify of every match."""


# More kinds of channels come; the tag `type` tells them apart.
Channel = Webhook


class Alert(Frozen, frozen=True, kw_only=True):
    """A standing query. `version` rises with every change; the highest one counts everywhere.

    `feed_token` is the secret part of the address of its Atom feed.
    """

    alert_id: str
    team_id: str
    name: str
    query: str
    version: int
    state: AlertState = "armed"
    kind: EveryMatch = EveryMatch()
    group_by: GroupBy = "story"
    group_hours: float = GROUP_HOURS
    max_age_hours: float = MAX_AGE_HOURS
    channels: tuple[Channel, ...] = ()
    feed_token: str = ""
    created_at: datetime
    updated_at: datetime


def new_alert_id() -> str:
    """Give an id nobody has."""
    return f"al_{secrets.token_hex(8)}"


def new_feed_token() -> str:
    """Give the secret part of the address of an alert's feed."""
    return secrets.token_urlsafe(24)


def new_secret() -> str:
    """Give a secret to sign webhooks with: 32 random bytes."""
    return _WEBHOOK_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secrets_of(secret: str) -> tuple[str, ...]:
    """Give the secrets that sign, one or several."""
    return tuple(secret.split())


def valid_secret(secret: str) -> bool:
    """Say whether every library of Standard Webhooks can use a secret, or each of several."""
    several = secrets_of(secret)
    return len(several) in _SECRETS and all(_is_secret(each) for each in several)


def _is_secret(secret: str) -> bool:
    if not secret.startswith(_WEBHOOK_PREFIX) or not secret.isascii():
        return False
    try:
        content = base64.b64decode(secret.removeprefix(_WEBHOOK_PREFIX), validate=True)
    except binascii.Error:
        return False
    return len(content) in _SECRET_BYTES


def match_id(alert_id: str, article_id: str) -> str:
    """Name the one match of an alert and an article, whatever the revisions."""
    return _digest("match", alert_id, article_id)


def notification_id(alert_id: str, story_id: str, group_start: str) -> str:
    """Name a notification by its group; `group_start` is `newest.oldest_first` of its start."""
    return _digest("notification", alert_id, story_id, group_start)


def delivery_id(notification_id: str, channel: Channel) -> str:
    """Name what one channel gets of one notification."""
    return _digest("delivery", notification_id, channel.url)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
