"""What an alert found and what became of it: matches, groups, notifications, deliveries."""

from datetime import datetime
from typing import Literal

from rasad_core.events import ArticleEnriched, Frozen, Highlight, Snippet

TriageState = Literal["new", "seen", "acknowledged", "muted"]
# opened: the first of its group, so a notification speaks of it. grouped: it joined one.
# withheld: nobody is told, for the reason beside it.
Decision = Literal["opened", "grouped", "withheld"]
# Why a match is not notified: the article is too old, the alert is no longer armed, or the article
# did not come live. Closed.
WithheldReason = Literal["old", "paused", "draft", "deleted", "backfill", "reprocess"]
NotificationState = Literal["pending", "delivered", "failed"]
DeliveryState = Literal["pending", "delivered", "failed"]
AttemptOutcome = Literal["delivered", "refused", "failed"]


class LaterRevision(Frozen, frozen=True, kw_only=True):
    """A later revision of the article that matched too."""

    revision: int
    matched_at: datetime
    spans: tuple[Highlight, ...]


class Match(Frozen, frozen=True, kw_only=True):
    """The one match of an alert and an article: the first revision that matched is its proof.

    `article` is that revision without its text. `reason` is set where it is withheld;
    `notification_id` where it opened a group or joined one.
    """

    match_id: str
    alert_id: str
    alert_version: int
    team_id: str
    article: ArticleEnriched
    spans: tuple[Highlight, ...]
    snippet: Snippet
    matched_at: datetime
    decision: Decision
    reason: WithheldReason | None = None
    notification_id: str | None = None
    later: tuple[LaterRevision, ...] = ()


class Group(Frozen, frozen=True, kw_only=True):
    """Matches of one story told once. `published` is that of the article that opened it."""

    notification_id: str
    opened_by: str  # match id
    start: datetime
    published: datetime
    continues: bool = False


class Notification(Frozen, frozen=True, kw_only=True):
    """What is told of a group. `body` is the webhook's, the same at every attempt.

    `match_id` opened it; it and those that joined are listed by `kinds.NOTIFICATION_MATCHES`.
    Without any delivery it is delivered as it is made: the inbox and the feed have it.
    """

    notification_id: str
    alert_id: str
    team_id: str
    story_id: str
    match_id: str
    created_at: datetime
    state: NotificationState
    continues: bool = False
    delivery_ids: tuple[str, ...] = ()
    body: bytes = b""


class Copies(Frozen, frozen=True, kw_only=True):
    """How many matches joined a notification; `last_match_id` was counted last.

    Matches of one alert are counted one after the other, so counting the last again changes
    nothing.
    """

    count: int
    last_match_id: str


class Attempt(Frozen, frozen=True, kw_only=True):
    """One attempt to deliver; `status` is the HTTP status where there was one.

    refused: there was an answer, but not 2xx. failed: there was none. `reason` says why: `http_500`
    and the like, `redirected`, `gone`, a `net.failure.Failure`, the rule that forbids the address,
    or, where nothing was asked, `alert_deleted`, `channel_removed`, `bad_secret`; `bug` is ours.
    """

    at: datetime
    outcome: AttemptOutcome
    status: int | None = None
    reason: str | None = None
    took_ms: float = 0.0


class Delivery(Frozen, frozen=True, kw_only=True):
    """What one channel gets of one notification, and every attempt so far."""

    delivery_id: str
    notification_id: str
    alert_id: str
    team_id: str
    channel: Literal["webhook"]
    recipient: str  # for people: the address, without secrets
    state: DeliveryState
    created_at: datetime
    published: datetime | None = None  # of the article that opened the notification
    attempts: tuple[Attempt, ...] = ()
    next_attempt_at: datetime | None = None


class Triage(Frozen, frozen=True, kw_only=True):
    """What a person made of a match."""

    state: TriageState
    note: str = ""
    at: datetime
    by: str = ""  # key id; empty where no key was needed
