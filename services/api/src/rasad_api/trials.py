"""A test of an alert's channels: one signed notification to each, and what each made of it."""

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec

from rasad_api.ports import Ports
from rasad_core.documents.alerts import Alert, Webhook, secrets_of
from rasad_core.documents.matches import AttemptOutcome
from rasad_core.events import Frozen
from rasad_core.net.failure import FetchFailed
from rasad_core.net.webhook import shown_address, signed_request


class ChannelResult(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What a channel answered: the status, never what else it said."""

    channel: str = "webhook"
    recipient: str
    outcome: AttemptOutcome
    status: int | None = None
    reason: str | None = None


class AlertTold(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The alert of a test."""

    alert_id: str
    name: str
    version: int
    query: str


class TrialData(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What a test tells."""

    notification_id: str
    alert: AlertTold


class TrialBody(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The envelope of Standard Webhooks."""

    type: str = "alert.test"
    timestamp: datetime
    data: TrialData


def try_channels(ports: Ports, alert: Alert) -> Sequence[ChannelResult]:
    """Send one `alert.test` to every channel, all at once; nothing of it is kept."""
    if not alert.channels:
        return []
    now = ports.clock.now()
    told = AlertTold(
        alert_id=alert.alert_id, name=alert.name, version=alert.version, query=alert.query
    )
    data = TrialData(notification_id=f"test_{secrets.token_hex(8)}", alert=told)
    body = msgspec.json.encode(TrialBody(timestamp=now, data=data))

    def told_to(channel: Webhook) -> ChannelResult:
        return _tried(ports, channel, data.notification_id, body)

    with ThreadPoolExecutor(max_workers=len(alert.channels)) as pool:
        return list(pool.map(told_to, alert.channels))


def _tried(ports: Ports, channel: Webhook, message_id: str, body: bytes) -> ChannelResult:
    request = signed_request(
        channel.url, secrets_of(channel.secret), message_id, body, ports.clock.now()
    )
    recipient = shown_address(channel.url)
    try:
        status = ports.fetcher.fetch(request).status
    except FetchFailed as error:
        reason = error.code or error.reason.value
        return ChannelResult(recipient=recipient, outcome="failed", reason=reason)
    if 200 <= status < 300:
        return ChannelResult(recipient=recipient, outcome="delivered", status=status)
    reason = "redirected" if 300 <= status < 400 else f"http_{status}"
    return ChannelResult(recipient=recipient, outcome="refused", status=status, reason=reason)
