"""What is read and how it is doing: a team's rows, and the shared state of each address."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from rasad_core.documents.table import Table
from rasad_core.events import Frozen, Origin
from rasad_core.kinds import FEED_STATES
from rasad_core.ports import Store

SourceKind = Literal["feed", "sitemap", "page"]
# new: never polled. unchanged: it answered, with nothing new. empty: it answered without any
# entry. silent: nothing new for much longer than its rhythm. gone: 410, polled no more.
HealthState = Literal["ok", "unchanged", "empty", "failing", "gone", "silent", "new"]


class Source(Frozen, frozen=True, kw_only=True):
    """A team's wish to read an address; name, country, language and tags go to its articles."""

    source_id: str
    team_id: str
    url: str
    kind: SourceKind = "feed"
    name: str | None = None
    country: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    version: int = 1
    created_at: datetime
    updated_at: datetime
    poll_asked_at: datetime | None = None


class Health(Frozen, frozen=True, kw_only=True):
    """How an address is doing, since when, and why, in words."""

    state: HealthState
    since: datetime
    reason: str | None = None


class FeedState(Frozen, frozen=True, kw_only=True):
    """What ingest knows of one address, whoever reads it. Moves only when articles are durable.

    `url` is as the source names it, `address` where it is now (301 and 308 remembered).
    `seen` are the entries of the last polls: article id → hash of the entry, 16 hex digits each.
    """

    feed_id: str
    url: str
    kind: SourceKind
    address: str
    health: Health
    next_poll_at: datetime
    interval_seconds: float
    polled_at: datetime | None = None
    first_success_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    etag: str | None = None
    last_modified: str | None = None
    seen: Mapping[str, str] = {}
    # Times of the newest entries, for the rhythm of the source.
    recent: tuple[datetime, ...] = ()


class PageTask(Frozen, frozen=True, kw_only=True):
    """An entry that its page is to complete, or a page that a sitemap names."""

    article_id: str
    url: str
    feed_id: str
    origin: Origin
    due_at: datetime
    attempts: int = 0
    source: str | None = None
    country: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    title: str | None = None
    published: datetime | None = None


def states_of(store: Store) -> Mapping[str, int]:
    """Count the addresses that are read by their health; raises `Unavailable`."""
    states = Table(store, FEED_STATES, FeedState)
    return Counter(held.value.health.state for held in states.all())


def feed_id(url: str, kind: SourceKind) -> str:
    """Name the shared state of an address, to the letter: two spellings are two addresses."""
    return _digest("feed", kind, url.strip())


def source_id(team_id: str, url: str, kind: SourceKind) -> str:
    """Name a team's row: one per address and kind."""
    return f"so_{_digest('source', team_id, kind, url.strip())[:16]}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
