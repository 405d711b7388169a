"""Records matches and decides who is told: what `alerts.matched` says becomes documents.

Guarantee: at least once, and one notification a match. Each event is a row of writes, and killed
after any of them the same event, seen again, completes the row to the same end:

1. the group, which is the decision: whose `opened_by` is this match has opened it, whatever the
   alert has become since;
2. the notification, its deliveries and their places in the queue, all create-only; or, for one
   that joins, the count of copies, which knows whom it counted last;
3. the match, create-only: once it is there, only lists may be missing;
4. its places in the lists, create-only, written again whenever the match is seen again.
"""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from rasad_core import codec
from rasad_core.documents.alerts import Alert, match_id
from rasad_core.documents.matches import (
    Copies,
    Decision,
    Group,
    LaterRevision,
    Match,
    Notification,
    WithheldReason,
)
from rasad_core.documents.newest import newest_first
from rasad_core.documents.table import Table
from rasad_core.events import AlertMatched
from rasad_core.kinds import (
    ALERT_MATCHES,
    ALERTS,
    COPIES,
    GROUPS,
    MATCHES,
    NOTIFICATION_MATCHES,
    NOTIFICATIONS,
    TEAM_MATCHES,
)
from rasad_core.ports import Clock, Message, Store
from rasad_core.runtime.consume import Handled, Outcome, Process
from rasad_deliver.decide import withheld_reason
from rasad_deliver.group import open_or_join
from rasad_deliver.notify import announce


def process(store: Store, clock: Clock, wake: Callable[[], None]) -> Process:
    """Give the handler of a batch of `alerts.matched`; `wake` is called when there is to send.

    Matches of one alert must come to one process only, in their order. The outcome's detail is
    what became of the match: opened, grouped or withheld; or later, for a later revision of one.
    Raises `Unprocessable` for an event that cannot be read, `Unavailable` when the store is away.
    """
    records = _Records(store, clock)

    def record(messages: Sequence[Message]) -> Sequence[Handled]:
        return [_handled(records, message, wake) for message in messages]

    return record


def _handled(records: "_Records", message: Message, wake: Callable[[], None]) -> Handled:
    event = codec.decode(message.value, AlertMatched)
    detail = records.record(event)
    if detail == "opened":
        wake()  # now: the rest of the batch may take longer than sending this
    outcome = Outcome(
        stage="deliver", result="done", key=message.key, trace_id=event.trace_id, detail=detail
    )
    return Handled(message=message, outcome=outcome)


class _Records:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._alerts = Table(store, ALERTS, Alert)
        self._groups = Table(store, GROUPS, Group)
        self._notifications = Table(store, NOTIFICATIONS, Notification)
        self._copies = Table(store, COPIES, Copies)
        self._matches = Table(store, MATCHES, Match)

    def record(self, event: AlertMatched) -> str:
        """Record one match and give what became of it."""
        key = match_id(event.alert_id, event.article.article_id)
        held = self._matches.get(key)
        detail: str
        if held is not None:
            match, detail = self._seen_again(held.value, event)
        else:
            match = self._decided(key, event)
            self._matches.create(key, match, team_id=match.team_id)
            detail = match.decision
        self._list(match)
        return detail

    def _seen_again(self, match: Match, event: AlertMatched) -> tuple[Match, str]:
        known = max([match.article.revision, *(each.revision for each in match.later)])
        if event.article.revision <= known:
            return match, match.decision
        later = LaterRevision(
            revision=event.article.revision, matched_at=event.matched_at, spans=event.spans
        )
        match = replace(match, later=(*match.later, later))
        self._matches.put(match.match_id, match, team_id=match.team_id)
        return match, "later"

    def _decided(self, key: str, event: AlertMatched) -> Match:
        held = self._alerts.get(event.alert_id)
        alert = held.value if held else None
        story = key if alert and alert.group_by == "none" else event.article.story_id
        group = self._group(event.alert_id, story)
        reason = withheld_reason(event, alert)
        if alert is None or (reason and (group is None or group.opened_by != key)):
            return _match(key, event, "withheld", reason=reason)
        mine = self._opened_or_joined(group, story, key, event, alert)
        if self._speaks_for(mine, key):
            announce(self._store, event, alert, mine, self._clock.now())
            return _match(key, event, "opened", notification_id=mine.notification_id)
        self._count(mine.notification_id, key)
        return _match(key, event, "grouped", notification_id=mine.notification_id)

    def _group(self, alert_id: str, story: str) -> Group | None:
        held = self._groups.get(f"{alert_id}/{story}")
        return held.value if held else None

    def _opened_or_joined(
        self, group: Group | None, story: str, key: str, event: AlertMatched, alert: Alert
    ) -> Group:
        mine = open_or_join(
            group,
            alert_id=event.alert_id,
            story_id=story,
            match_id=key,
            matched_at=event.matched_at,
            published=event.article.published,
            group_hours=alert.group_hours,
        )
        if mine is not group:
            self._groups.put(f"{event.alert_id}/{story}", mine, team_id=event.team_id)
        return mine

    def _speaks_for(self, group: Group, key: str) -> bool:
        # A group whose opener became a dead letter half-way has no notification: the next of its
        # matches speaks for it.
        held = self._notifications.get(group.notification_id)
        return held is None or held.value.match_id == key

    def _count(self, notification_id: str, key: str) -> None:
        held = self._copies.get(notification_id)
        count, last = (held.value.count, held.value.last_match_id) if held else (0, "")
        if last != key:
            self._copies.put(notification_id, Copies(count=count + 1, last_match_id=key))

    def _list(self, match: Match) -> None:
        key, team_id = match.match_id, match.team_id
        at = newest_first(match.matched_at)
        places = [
            (TEAM_MATCHES, f"{team_id}/{at}/{key}"),
            (ALERT_MATCHES, f"{match.alert_id}/{at}/{key}"),
        ]
        if match.notification_id:
            places.append((NOTIFICATION_MATCHES, f"{match.notification_id}/{key}"))
        for kind, place in places:
            self._store.create(kind, place, msgspec.json.encode(key), team_id=team_id)


def _match(
    key: str,
    event: AlertMatched,
    decision: Decision,
    *,
    reason: WithheldReason | None = None,
    notification_id: str | None = None,
) -> Match:
    return Match(
        match_id=key,
        alert_id=event.alert_id,
        alert_version=event.alert_version,
        team_id=event.team_id,
        article=event.article,
        spans=event.spans,
        snippet=event.snippet,
        matched_at=event.matched_at,
        decision=decision,
        reason=reason,
        notification_id=notification_id,
    )
