"""Matches as others see them: what was found, what became of it, what people made of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from rasad_core.documents.deliveries import last_reason
from rasad_core.documents.matches import (
    Copies,
    Delivery,
    DeliveryState,
    LaterRevision,
    Match,
    Notification,
    Triage,
    TriageState,
)
from rasad_core.documents.pages import listed
from rasad_core.documents.table import Table
from rasad_core.events import Highlight
from rasad_core.kinds import (
    ALERT_MATCHES,
    COPIES,
    DELIVERIES,
    MATCHES,
    NOTIFICATIONS,
    TEAM_MATCHES,
    TRIAGE,
)
from rasad_core.output import ArticleJson, SnippetJson, article_json
from rasad_core.ports import Store

# grouped: told with another match of its story. withheld: told to nobody, for the reason beside it.
ToldState = Literal["pending", "delivered", "grouped", "withheld", "failed"]


class ToldJson(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a match; every state but `pending` and `delivered` has a reason."""

    notification_id: str | None
    state: ToldState
    reason: str | None


class MatchDeliveryJson(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel got of the notification that a match opened."""

    delivery_id: str
    channel: str
    recipient: str
    state: DeliveryState


class LaterRevisionJson(msgspec.Struct, frozen=True, kw_only=True):
    """A later revision that matched too, with all its keys."""

    revision: int
    matched_at: datetime
    spans: tuple[Highlight, ...]


class MatchJson(msgspec.Struct, frozen=True, kw_only=True):
    """A match with all its keys. `copies` is how many matches joined its notification so far."""

    match_id: str
    alert_id: str
    alert_version: int
    article_id: str
    revision: int
    story_id: str
    matched_at: datetime
    article: ArticleJson
    spans: tuple[Highlight, ...]
    snippet: SnippetJson
    analyser: Mapping[str, str]
    state: TriageState
    note: str
    notification: ToldJson
    deliveries: tuple[MatchDeliveryJson, ...]
    copies: int
    continues: bool
    later_revisions: tuple[LaterRevisionJson, ...]


class MatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some matches, newest first; `next_after` is None at the end."""

    matches: tuple[MatchJson, ...]
    next_after: str | None


def match_json(
    match: Match,
    notification: Notification | None,
    deliveries: Sequence[Delivery],
    triage: Triage | None,
    copies: int,
) -> MatchJson:
    """Give a match in its public form; one that joined a group shows no deliveries of its own."""
    article = article_json(match.article, text=False)
    opened = match.decision == "opened"
    return MatchJson(
        match_id=match.match_id,
        alert_id=match.alert_id,
        alert_version=match.alert_version,
        article_id=article.article_id,
        revision=article.revision,
        story_id=article.story_id,
        matched_at=match.matched_at,
        article=article,
        spans=match.spans,
        snippet=SnippetJson(text=match.snippet.text, marks=match.snippet.marks),
        analyser=article.analyser,
        state=triage.state if triage else "new",
        note=triage.note if triage else "",
        notification=_told(match, notification, deliveries),
        deliveries=tuple(_delivery(each) for each in deliveries) if opened else (),
        copies=copies,
        continues=notification is not None and notification.continues,
        later_revisions=tuple(_later(each) for each in match.later),
    )


def read_matches(
    store: Store,
    *,
    team_id: str | None = None,
    alert_id: str | None = None,
    after: str = "",
    limit: int = 50,
) -> MatchPage:
    """Give a page of an alert's matches, or of a team's; `after` is `next_after` of the one before.

    Whether the alert is the team's is for the caller to know. Reads five times, however many.
    """
    kind, owner = (ALERT_MATCHES, alert_id) if alert_id else (TEAM_MATCHES, team_id)
    if owner is None:
        raise ValueError("matches are listed by team or by alert: name one")
    ids, next_after = listed(store, kind, owner, after=after, limit=limit)
    found = Table(store, MATCHES, Match).get_many(ids)
    matches = [found[each] for each in ids if each in found]
    return MatchPage(matches=match_views(store, matches), next_after=next_after)


def match_views(store: Store, matches: Sequence[Match]) -> tuple[MatchJson, ...]:
    """Give matches in their public form, with what stands elsewhere read in four goes."""
    told = {each.notification_id for each in matches if each.notification_id}
    notifications = Table(store, NOTIFICATIONS, Notification).get_many(sorted(told))
    asked = [key for each in notifications.values() for key in each.delivery_ids]
    deliveries = Table(store, DELIVERIES, Delivery).get_many(asked)
    copies = Table(store, COPIES, Copies).get_many(sorted(told))
    triage = Table(store, TRIAGE, Triage).get_many([each.match_id for each in matches])
    views: list[MatchJson] = []
    for match in matches:
        notification = notifications.get(match.notification_id or "")
        ids = notification.delivery_ids if notification else ()
        joined = copies.get(match.notification_id or "")
        views.append(
            match_json(
                match,
                notification,
                [deliveries[each] for each in ids if each in deliveries],
                triage.get(match.match_id),
                joined.count if joined else 0,
            )
        )
    return tuple(views)


def _told(
    match: Match, notification: Notification | None, deliveries: Sequence[Delivery]
) -> ToldJson:
    if match.decision == "withheld":
        return ToldJson(notification_id=None, state="withheld", reason=match.reason)
    if match.decision == "grouped":
        return ToldJson(notification_id=match.notification_id, state="grouped", reason="grouped")
    state = notification.state if notification else "pending"
    return ToldJson(
        notification_id=match.notification_id,
        state=state,
        reason=last_reason(deliveries) if state == "failed" else None,
    )


def _delivery(delivery: Delivery) -> MatchDeliveryJson:
    return msgspec.convert(delivery, MatchDeliveryJson, from_attributes=True)


def _later(revision: LaterRevision) -> LaterRevisionJson:
    return msgspec.convert(revision, LaterRevisionJson, from_attributes=True)
