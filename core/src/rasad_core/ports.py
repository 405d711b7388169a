"""The ports between stages and the world. This file is the manual of the words it uses.

*Event log.* A topic has partitions, a partition is a sequence of messages, a message has an
`offset` in it. Messages of one key keep their order. A *group* reads every message of a topic once
per commit: its *committed* offset is the next one it will read after a restart. What was read
but not committed is read again (at least once), so every effect must be idempotent.

*Article index.* Holds the newest kept revision of each article. What it holds depends only on the
set of events written, not on their order or number: content comes from the `ArticleEnriched`
with the highest `seq`, the story from whichever event of the article has the highest `seq`
(`ArticleMoved` before its article is remembered), and a tombstone wins over everything.

*Store.* Small documents by `(kind, key)`, each with a version that rises with every write.
`get` and conditional writes are current; `list` may lag by a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from rasad_core.events import (
    ArticleDeleted,
    ArticleEnriched,
    ArticleMoved,
    Frozen,
    Highlight,
)
from rasad_core.query.ast import Node
from rasad_core.query.filters import narrowed


class Outgoing(Frozen, frozen=True, kw_only=True):
    """A message to publish; `value` is what `codec.encode` gave, or a dead letter's own bytes."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = {}


class Message(Frozen, frozen=True, kw_only=True):
    """A message as read from the log."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: Mapping[str, str] = {}
    at: datetime


class Lag(Frozen, frozen=True, kw_only=True):
    """How far a group is behind in one partition; `seconds` is the age of its next message."""

    topic: str
    partition: int
    messages: int
    seconds: float


class Publisher(Protocol):
    """Writes to the event log."""

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Append in order; on return all are durable. Raises `Unavailable`: then maybe some."""


class Subscriber(Protocol):
    """Reads topics for one group. Not for use by two threads at once."""

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        """Give the next messages, each once until `rewind`; empty after the timeout."""

    def commit(self, messages: Sequence[Message]) -> None:
        """Say that these and all before them in their partitions are done, durably."""

    def rewind(self) -> None:
        """Go back to the committed offsets: what was polled since is polled again."""

    def lag(self) -> Sequence[Lag]:
        """Give the distance from the committed offset to the end, per partition."""

    def close(self) -> None:
        """Leave the group; nothing is committed by it."""


class Follower(Protocol):
    """Reads some partitions on, as messages come. Not for use by two threads at once."""

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        """Give the next messages, in order within a partition; empty after the timeout.

        Raises `Unavailable` while the log is away, and goes on where it was after that.
        """

    def close(self) -> None:
        """Let go of what it holds."""


class LogReader(Protocol):
    """Reads a topic outside any group: for dead letters, rebuilds, the stream and inspection."""

    def read(self, topic: str, *, offset: int = 0, partition: int = 0) -> Iterator[Message]:
        """Give the messages from `offset` to the present end, in order."""

    def end_of(self, topic: str, *, partition: int = 0) -> int:
        """Give the offset that the next message will have."""

    def partitions_of(self, topic: str) -> int:
        """Give how many partitions a topic has; they are numbered from 0."""

    def follow(self, places: Mapping[tuple[str, int], int]) -> Follower:
        """Read on from places: (topic, partition) → the next offset to read there."""


Write = ArticleEnriched | ArticleMoved | ArticleDeleted
WriteOutcome = Literal["written", "stale", "deleted", "missing"]


class Hit(Frozen, frozen=True, kw_only=True):
    """One article found, with what matched in it.

    `copies`, when stories are folded, is how many further articles of the result its story has.
    """

    article: ArticleEnriched
    highlights: tuple[Highlight, ...] = ()
    copies: int | None = None


class FacetValue(Frozen, frozen=True, kw_only=True):
    """How many of the articles found carry a value."""

    value: str
    count: int


Sort = Literal["newest", "oldest", "relevance"]
Interval = Literal["minute", "hour", "day", "week", "month"]
# auto: the finest with at most 200 buckets, months if there is none.
WantedInterval = Literal["auto"] | Interval


class Bucket(Frozen, frozen=True, kw_only=True):
    """How many of the articles found were published from `start` to the start of the next."""

    start: datetime
    count: int


class Histogram(Frozen, frozen=True, kw_only=True):
    """Articles found by time of publication; buckets without any between others are there too."""

    interval: Interval
    buckets: tuple[Bucket, ...] = ()


class SearchRequest(Frozen, frozen=True, kw_only=True):
    """What to find. `query` None finds everything. `since` is included, `until` excluded.

    `newest` and `oldest` order by the second of publication; within one the order is any, but
    always the same.

    `now` is what `today` and `-7d` count from. The values of one filter (`languages` to `stories`)
    are alternatives, and all filters must hold. Values are compared folded: `sources` with the
    whole name of the outlet, `topics` and `entities` with ids and any name, as the query language
    does.

    `fold` gives each story once, at its first article in the order; facets count every article.
    """

    now: datetime
    query: Node | None = None
    since: datetime | None = None
    until: datetime | None = None
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    sort: Sort = "newest"
    limit: int = 20
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    fold: bool = False

    @property
    def narrowed(self) -> Node | None:
        """Give query and filters as one query: what a reader looks for."""
        filters = {
            "lang": self.languages,
            "outlet": self.sources,
            "country": self.countries,
            "topic": self.topics,
            "entity": self.entities,
            "story": self.stories,
        }
        return narrowed(self.query, filters)


class SearchResult(Frozen, frozen=True, kw_only=True):
    """What was found; `next_cursor` continues the same request.

    `total` is how many articles, folded or not, and `stories`, when folded, how many stories; both
    are exact.
    """

    total: int
    stories: int | None = None
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = {}
    next_cursor: str | None = None


class ArticleIndex(Protocol):
    """Finds articles. Safe for many readers beside one writer; readers never wait for it."""

    def write(self, batch: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Apply in order; one outcome per item, durable on return.

        A crash or error may leave the first part of a batch applied; write it again.
        `stale`: an equal or higher `seq` is held. `deleted`: a tombstone stands. `missing`: a move
        or deletion before its article; it is remembered and takes effect all the same.
        """

    def get(self, article_id: str) -> ArticleEnriched | None:
        """Give the held revision, or None."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Find by the meaning of `query.evaluate`. Raises `QueryRefused` (`too-broad`)."""

    def count(self, request: SearchRequest) -> int:
        """Give the `total` of the same search, for less. Raises what `search` does."""

    def histogram(
        self, request: SearchRequest, *, interval: WantedInterval = "auto", tz: str = "UTC"
    ) -> Histogram:
        """Count the result by time of publication, in the days of a time zone (`Asia/Beirut`).

        Days, weeks from Monday and months begin at midnight there; minutes and hours count from
        it. Raises `Unprocessable` for an unknown zone and for more than 10,000 buckets, and what
        `search` does.
        """

    def scan(self, request: SearchRequest) -> Iterator[ArticleEnriched]:
        """Give every article of the result in its sort order, without holding them all.

        Nothing is cut off, counted or folded: `limit`, `cursor`, `facets` and `fold` do not count.
        """


class Document(Frozen, frozen=True, kw_only=True):
    """A document of the store as read."""

    kind: str
    key: str
    version: int
    value: bytes
    team_id: str | None = None


class DocumentWrite(Frozen, frozen=True, kw_only=True):
    """One write of several. Value None removes; `expected_version` 0 is for a new document only."""

    key: str
    value: bytes | None
    team_id: str | None = None
    expected_version: int | None = None


class Store(Protocol):
    """Keeps small documents. Values are JSON made by the caller."""

    def get(self, kind: str, key: str) -> Document | None:
        """Give the document as of now, or None."""

    def get_many(self, kind: str, keys: Sequence[str]) -> Mapping[str, Document]:
        """Give those that exist."""

    def create(self, kind: str, key: str, value: bytes, *, team_id: str | None = None) -> bool:
        """Write if the key is new; False, and nothing changed, if it is not."""

    def create_many(self, kind: str, values: Mapping[str, bytes]) -> int:
        """Write those whose key is new, in as few writes as the store can; give how many."""

    def write_many(self, kind: str, writes: Sequence[DocumentWrite]) -> Sequence[bool]:
        """Do several writes, of a key each, in as few requests as the store can.

        One answer a write: False where `put` or `delete` would raise `Conflict`. After an error
        some are done.
        """

    def put(
        self,
        kind: str,
        key: str,
        value: bytes,
        *,
        team_id: str | None = None,
        expected_version: int | None = None,
    ) -> int:
        """Write and give the new version; raises `Conflict` unless at `expected_version`."""

    def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False if it was not there. Raises `Conflict` like `put`."""

    def list(
        self, kind: str, *, team_id: str | None = None, prefix: str = "", after: str = "",
        limit: int = 1000,
    ) -> Sequence[Document]:  # fmt: skip
        """Give documents in the order of their keys, from the first key above `after`."""


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
