"""What a match leads to, as rows of documents: read together, decided one by one, written together.

Each event is a row of writes, and killed after any of them the same event, seen again, completes
the row to the same end:

1. the group, which is the decision: whose `opened_by` is this match has opened it, whatever the
   alert has become since;
2. the notification, its deliveries and their places in the queue, all create-only; or, for one
   that joins, the count of copies, which knows whom it counted last;
3. the match, create-only: once it is there, only lists may be missing;
4. its places in the lists, create-only, written again whenever the match is seen again.

Rows are written side by side, step by step. Of those of one group or one match only one is in a
round, so that each finds what the one before it wrote. What another process wrote meanwhile is a
conflict: the row is taken up again from its beginning, as after a kill.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

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
from rasad_core.documents.table import Held, Table
from rasad_core.errors import Unavailable
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
from rasad_core.ports import Clock, DocumentWrite, Store
from rasad_deliver.decide import withheld_reason
from rasad_deliver.group import open_or_join
from rasad_deliver.notify import Announcement, announce

# Conflicts come from a process that lost its partitions a moment ago and ends its batch: one batch.
_TRIES = 10


@dataclass
class _Row:
    """One event on its way; `match` is what becomes of it, `detail` the word for that."""

    event: AlertMatched
    key: str
    alert: Alert | None = None
    group_key: str = ""
    group: Group | None = None
    match: Match | None = None
    detail: str = ""
    speaks: bool = False


class Records:
    """Records matches. Those of one alert come to one process; should they not, none is lost."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._alerts = Table(store, ALERTS, Alert)
        self._groups = Table(store, GROUPS, Group)
        self._notifications = Table(store, NOTIFICATIONS, Notification)
        self._copies = Table(store, COPIES, Copies)
        self._matches = Table(store, MATCHES, Match)

    def record(self, events: Sequence[AlertMatched]) -> Sequence[str]:
        """Record matches in their order; give what became of each."""
        details: dict[int, str] = {}
        left = dict(enumerate(events))
        for _ in range(_TRIES * len(events)):
            if not left:
                break
            chosen = self._round(left)
            rows = [_Row(event, _match_id(event)) for event in chosen.values()]
            for at, row in zip(chosen, self._written(rows), strict=True):
                if row is not None:
                    details[at] = row.detail
                    del left[at]
        if left:
            raise Unavailable("another process writes the same groups")
        return [details[at] for at in range(len(events))]

    def _round(self, left: Mapping[int, AlertMatched]) -> Mapping[int, AlertMatched]:
        """Give the events, in order, of which no two meet in a document."""
        chosen: dict[int, AlertMatched] = {}
        met: set[tuple[str, ...]] = set()
        for at, event in left.items():
            places = {
                ("match", _match_id(event)),
                ("story", event.alert_id, event.article.story_id),
            }
            if not places & met:
                chosen[at] = event
            met |= places
        return chosen

    def _written(self, rows: Sequence[_Row]) -> Sequence[_Row | None]:
        """Do the steps; None for a row that met another process."""
        known = self._matches.held_many([row.key for row in rows])
        self._decide([row for row in rows if row.key not in known])
        lost = self._write_groups([row for row in rows if row.group is not None])
        going = [row for row in rows if row.key not in lost]
        lost |= self._tell([row for row in going if row.group is not None])
        going = [row for row in going if row.key not in lost]
        lost |= self._write_matches(going, known)
        self._list([row for row in going if row.key not in lost])
        return [None if row.key in lost else row for row in rows]

    # deciding

    def _decide(self, rows: Sequence[_Row]) -> None:
        alerts = self._alerts.get_many(sorted({row.event.alert_id for row in rows}))
        for row in rows:
            row.alert = alerts.get(row.event.alert_id)
            alone = row.alert is not None and row.alert.group_by == "none"
            story = row.key if alone else row.event.article.story_id
            row.group_key = f"{row.event.alert_id}/{story}"
        self._held_groups = self._groups.held_many([row.group_key for row in rows])
        for row in rows:
            self._decide_one(row)

    def _decide_one(self, row: _Row) -> None:
        held = self._held_groups.get(row.group_key)
        group = held.value if held else None
        reason = withheld_reason(row.event, row.alert)
        if row.alert is None or (reason and (group is None or group.opened_by != row.key)):
            row.match = _match(row, "withheld", reason=reason)
            row.detail = "withheld"
            return
        row.group = open_or_join(
            group,
            alert_id=row.event.alert_id,
            story_id=row.group_key.partition("/")[2],
            match_id=row.key,
            matched_at=row.event.matched_at,
            published=row.event.article.published,
            group_hours=row.alert.group_hours,
        )

    def _write_groups(self, rows: Sequence[_Row]) -> set[str]:
        def version(row: _Row) -> int:
            held = self._held_groups.get(row.group_key)
            return 0 if held is None else held.version

        new = [row for row in rows if row.group is not _value(self._held_groups, row.group_key)]
        done = self._groups.write_many(
            (row.group_key, row.group, version(row), row.event.team_id) for row in new if row.group
        )
        return {row.key for row, well in zip(new, done, strict=True) if not well}

    # telling

    def _tell(self, rows: Sequence[_Row]) -> set[str]:
        """Announce what opens a group, and count what joins one; give who met another process."""
        ids = [row.group.notification_id for row in rows if row.group]
        held = self._notifications.get_many(ids)
        for row in rows:
            assert row.group is not None
            # A group whose opener became a dead letter half-way has no notification: the next of
            # its matches speaks for it.
            told = held.get(row.group.notification_id)
            row.speaks = told is None or told.match_id == row.key
            row.detail = "opened" if row.speaks else "grouped"
            decision: Decision = "opened" if row.speaks else "grouped"
            row.match = _match(row, decision, notification_id=row.group.notification_id)
        announce(
            self._store,
            [
                Announcement(event=row.event, alert=row.alert, group=row.group)
                for row in rows
                if row.speaks and row.alert and row.group
            ],
            held,
            self._clock.now(),
        )
        return self._count([row for row in rows if not row.speaks])

    def _count(self, rows: Sequence[_Row]) -> set[str]:
        ids = [row.group.notification_id for row in rows if row.group]
        held = self._copies.held_many(ids)
        due: list[_Row] = []
        writes: list[tuple[str, Copies, int | None, str | None]] = []
        for row, notification_id in zip(rows, ids, strict=True):
            known = held.get(notification_id)
            count, last = (known.value.count, known.value.last_match_id) if known else (0, "")
            if last != row.key:
                due.append(row)
                counted = Copies(count=count + 1, last_match_id=row.key)
                writes.append((notification_id, counted, known.version if known else 0, None))
        done = self._copies.write_many(writes)
        return {row.key for row, well in zip(due, done, strict=True) if not well}

    # remembering

    def _write_matches(self, rows: Sequence[_Row], known: Mapping[str, Held[Match]]) -> set[str]:
        due: list[_Row] = []
        for row in rows:
            before = known.get(row.key)
            if before is None:
                due.append(row)
            elif (later := _with_later(before.value, row.event)) is not None:
                row.match, row.detail = later, "later"
                due.append(row)
            else:
                row.match, row.detail = before.value, before.value.decision
        done = self._matches.write_many(
            (row.key, row.match, known[row.key].version if row.key in known else 0,
             row.match.team_id)
            for row in due
            if row.match
        )  # fmt: skip
        return {row.key for row, well in zip(due, done, strict=True) if not well}

    def _list(self, rows: Sequence[_Row]) -> None:
        places: dict[str, list[DocumentWrite]] = {}
        for row in rows:
            assert row.match is not None
            for kind, place in _places(row.match):
                write = DocumentWrite(
                    key=place,
                    value=msgspec.json.encode(row.key),
                    team_id=row.match.team_id,
                    expected_version=0,
                )
                places.setdefault(kind, []).append(write)
        for kind, writes in places.items():
            self._store.write_many(kind, writes)


def _with_later(match: Match, event: AlertMatched) -> Match | None:
    """Add a later revision to a match; None where it is known already."""
    known = max([match.article.revision, *(each.revision for each in match.later)])
    if event.article.revision <= known:
        return None
    later = LaterRevision(
        revision=event.article.revision, matched_at=event.matched_at, spans=event.spans
    )
    return replace(match, later=(*match.later, later))


def _places(match: Match) -> Iterator[tuple[str, str]]:
    at = newest_first(match.matched_at)
    yield TEAM_MATCHES, f"{match.team_id}/{at}/{match.match_id}"
    yield ALERT_MATCHES, f"{match.alert_id}/{at}/{match.match_id}"
    if match.notification_id:
        yield NOTIFICATION_MATCHES, f"{match.notification_id}/{match.match_id}"


def _match(
    row: _Row,
    decision: Decision,
    *,
    reason: WithheldReason | None = None,
    notification_id: str | None = None,
) -> Match:
    event = row.event
    return Match(
        match_id=row.key,
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


def _match_id(event: AlertMatched) -> str:
    return match_id(event.alert_id, event.article.article_id)


def _value(held: Mapping[str, Held[Group]], key: str) -> Group | None:
    found = held.get(key)
    return None if found is None else found.value
