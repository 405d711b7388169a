"""Alerts made, changed and listed, for the API and the pages alike.

A change is in the store first and then announced; an announcement that is lost heals, because
matchers compare with the store every 30 s.
"""

import secrets
from collections.abc import Callable, Sequence

import structlog
from msgspec.structs import replace

from rasad_api.alert_drafts import AlertDraft, WebhookDraft, check_draft
from rasad_api.ports import Ports
from rasad_api.problems import not_found
from rasad_api.publishing import publish
from rasad_core import codec
from rasad_core.documents.alerts import Alert, Webhook, new_alert_id, new_feed_token, new_secret
from rasad_core.documents.table import Held, Table
from rasad_core.errors import Conflict, Unavailable
from rasad_core.events import AlertDefined, AlertState
from rasad_core.kinds import ALERTS
from rasad_core.ports import Outgoing
from rasad_core.topics import DEFINITIONS

__all__ = ["AlertDraft", "alert_of", "change_alert", "create_alert", "list_alerts", "set_state"]

Change = Callable[[Alert], Alert]
# Who names no version takes any; each try loses only to a write that came between.
_TRIES = 5
# An alert is saved without its announcement too: nobody waits longer for a log that is away.
_ANNOUNCE_SECONDS = 2.0


def create_alert(ports: Ports, team_id: str, draft: AlertDraft) -> Alert:
    """Make an alert; the next article meets it. Raises `Problem` 422."""
    webhooks = check_draft(ports, draft)
    now = ports.clock.now()
    bare = Alert(
        alert_id=new_alert_id(),
        team_id=team_id,
        name=draft.name,
        query=draft.query,
        version=1,
        feed_token=new_feed_token(),
        created_at=now,
        updated_at=now,
    )
    alert = _filled(bare, draft, webhooks)
    _table(ports).create(alert.alert_id, alert, team_id=team_id)
    _announce(ports, alert)
    return alert


def change_alert(
    ports: Ports,
    team_id: str,
    alert_id: str,
    draft: AlertDraft,
    *,
    expected_version: int | None = None,
) -> Alert:
    """Replace what a person chose; ids, feed and matches stay.

    A webhook without a secret keeps the one that its address has. Raises `Problem` 404 and 422,
    and `Conflict` unless the alert is at the expected version.
    """
    alert_of(ports, team_id, alert_id)  # 404 before 422: who may not see it learns nothing
    webhooks = check_draft(ports, draft)
    return _changed(
        ports, team_id, alert_id, lambda alert: _filled(alert, draft, webhooks), expected_version
    )


def set_state(
    ports: Ports,
    team_id: str,
    alert_id: str,
    state: AlertState,
    *,
    expected_version: int | None = None,
) -> Alert:
    """Pause, resume (`armed`) or delete; nothing is written where it is so already.

    What arrives while an alert is paused is not made up for. Raises like `change_alert`.
    """
    return _changed(
        ports, team_id, alert_id, lambda alert: replace(alert, state=state), expected_version
    )


def alert_of(ports: Ports, team_id: str, alert_id: str) -> Alert:
    """Give an alert; raises `Problem` 404 for another team's and for a deleted one."""
    return _held(ports, team_id, alert_id).value


def list_alerts(
    ports: Ports, team_id: str, *, after: str = "", limit: int = 1000
) -> Sequence[Alert]:
    """Give the team's alerts in the order of their ids, from the first above `after`."""
    found: list[Alert] = []
    while len(found) < limit:
        page = _table(ports).page(team_id=team_id, after=after, limit=limit)
        found += [each.value for each in page if each.value.state != "deleted"]
        if len(page) < limit:
            break
        after = page[-1].key
    return found[:limit]


def _changed(
    ports: Ports, team_id: str, alert_id: str, change: Change, expected_version: int | None
) -> Alert:
    for _ in range(_TRIES):
        held = _held(ports, team_id, alert_id)
        if expected_version not in {None, held.value.version}:
            break
        changed = change(held.value)
        if changed == held.value:
            return changed
        alert = replace(changed, version=held.value.version + 1, updated_at=ports.clock.now())
        try:
            _table(ports).put(alert_id, alert, team_id=team_id, expected_version=held.version)
        except Conflict:
            continue
        _announce(ports, alert)
        return alert
    raise Conflict(f"alert `{alert_id}` was changed meanwhile")


def _held(ports: Ports, team_id: str, alert_id: str) -> Held[Alert]:
    held = _table(ports).get(alert_id)
    if held is None or held.value.team_id != team_id or held.value.state == "deleted":
        raise not_found(f"alert `{alert_id}`")
    return held


def _filled(alert: Alert, draft: AlertDraft, webhooks: Sequence[WebhookDraft]) -> Alert:
    known = {channel.url: channel.secret for channel in alert.channels}
    return replace(
        alert,
        name=draft.plain_name,
        query=draft.query,
        state=draft.state,
        group_by=draft.group_by,
        group_hours=draft.group_hours,
        max_age_hours=draft.max_age_hours,
        channels=tuple(_webhook(each, known.get(each.url.strip())) for each in webhooks),
    )


def _webhook(draft: WebhookDraft, known: str | None) -> Webhook:
    return Webhook(url=draft.url.strip(), secret=draft.secret or known or new_secret())


def _announce(ports: Ports, alert: Alert) -> None:
    event = AlertDefined(
        trace_id=secrets.token_hex(8),
        alert_id=alert.alert_id,
        team_id=alert.team_id,
        version=alert.version,
        state=alert.state,
        query=alert.query,
    )
    message = Outgoing(
        topic=DEFINITIONS,
        key=alert.alert_id,
        value=codec.encode(event),
        headers={"trace_id": event.trace_id},
    )
    try:
        seconds = min(_ANNOUNCE_SECONDS, ports.publish_timeout_seconds)
        publish(ports, [message], timeout_seconds=seconds)
    except Unavailable as error:
        structlog.get_logger().warning(
            "alert is not announced; matchers find it in the store within 30 s",
            alert_id=alert.alert_id, version=alert.version, problem=str(error),
        )  # fmt: skip


def _table(ports: Ports) -> Table[Alert]:
    return Table(ports.store, ALERTS, Alert)
