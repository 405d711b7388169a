"""The events of the pipeline: facts in the past tense, frozen, one class per topic.

Every time is an aware UTC datetime. Every offset is a code-point offset into the named field's
stored text, `end` exclusive. `unknown` keeps fields that a newer writer added, so that reading
and writing an event again loses nothing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec

Origin = Literal["live", "backfill", "reprocess"]
Change = Literal["completed", "corrected", "reprocessed"]
TextField = Literal["title", "text"]
EntityType = Literal["person", "organisation", "place", "other"]
# entry: a feed entry that its page may complete. page: a whole page. text: plain text with its
# template lines still in. record: one JSON object of CONTRACT 1, already clean.
Form = Literal["entry", "page", "text", "record"]
AlertState = Literal["armed", "draft", "paused", "deleted"]
# Any JSON value, kept but never looked into (msgspec takes no recursive alias).
Json = Any
# A point in time; one without an offset is refused at the door.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Frozen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base of every model: fields at their default stay out of the wire format.

    Subclasses repeat `frozen=True, kw_only=True`: msgspec does not inherit the second, and type
    checkers read both off each class.
    """


class Mention(Frozen, frozen=True, kw_only=True):
    """One place where a thing is named: `article[field][start:end] == text`."""

    field: TextField
    start: int
    end: int
    text: str


class Entity(Frozen, frozen=True, kw_only=True):
    """A person, organisation or place, with every mention; one id in every article and script."""

    id: str
    type: EntityType
    name: str
    names: Mapping[str, str] = {}  # BCP 47 language: name
    confidence: float = 1.0
    mentions: tuple[Mention, ...] = ()


class Topic(Frozen, frozen=True, kw_only=True):
    """An IPTC media topic, `medtop:` and its code."""

    id: str
    name: str
    score: float


class Keyphrase(Frozen, frozen=True, kw_only=True):
    """A phrase of the text that says what it is about."""

    text: str
    score: float


class DateMention(Frozen, frozen=True, kw_only=True):
    """A date in the text; `value` is ISO 8601: day, month, year or interval `a/b`."""

    field: TextField
    start: int
    end: int
    text: str
    value: str


class Problem(Frozen, frozen=True, kw_only=True):
    """Something a step could not do; the article goes on without it."""

    step: str
    reason: str


class Signature(Frozen, frozen=True, kw_only=True):
    """What two articles are compared by: 128 MinHashes of the word 3-shingles of the clean text.

    `minhash` is 128 little-endian uint32, base64 on the wire; `shingles` is the number of
    distinct shingles; `title` is the hash of the folded title's words, 0 without a title.
    """

    minhash: bytes
    shingles: int
    title: int = 0


class Highlight(Frozen, frozen=True, kw_only=True):
    """A place in an article that a clause of the query matched; `clause` as the author wrote it."""

    field: TextField
    start: int
    end: int
    clause: str


class Snippet(Frozen, frozen=True, kw_only=True):
    """A piece of `ArticleEnriched.text` to the letter; marks are ordered and do not overlap."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Event(Frozen, frozen=True, kw_only=True):
    """What every event carries. `schema` on the wire is `<name>/<version>`."""

    schema_name: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1

    trace_id: str
    unknown: Mapping[str, msgspec.Raw] = {}


class ArticleFetched(Event, frozen=True, kw_only=True):
    """An article as it came: one feed entry, page, text or record. Key: article_id."""

    schema_name: ClassVar[str] = "article-fetched"

    article_id: str
    form: Form
    fetched_at: Instant
    origin: Origin = "live"
    url: str | None = None
    links: tuple[str, ...] = ()  # other addresses of the same article: as asked, after redirects
    title: str | None = None
    text: str | None = None
    html: str | None = None
    published: Instant | None = None
    source: str | None = None
    language: str | None = None
    author: str | None = None
    country: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    extra: Mapping[str, Json] = {}
    problems: tuple[Problem, ...] = ()


class ArticleAnalysed(Event, frozen=True, kw_only=True):
    """The same article, cleaned and understood; no HTML and no tokens from here on.

    `lead` is a prefix of `text`. `links` are addresses learned from redirects, `rel=canonical` and
    `og:url`, still unjudged. `content_hash` changes exactly when title or text change.
    """

    schema_name: ClassVar[str] = "article-analysed"

    article_id: str
    form: Form
    fetched_at: Instant
    published: Instant
    origin: Origin = "live"
    url: str | None = None
    domain: str | None = None
    links: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    lead: str = ""
    language: str = "und"
    source: str | None = None
    author: str | None = None
    country: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    extra: Mapping[str, Json] = {}
    entities: tuple[Entity, ...] = ()
    topics: tuple[Topic, ...] = ()
    keyphrases: tuple[Keyphrase, ...] = ()
    dates: tuple[DateMention, ...] = ()
    analyser: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()
    content_hash: str = ""
    signature: Signature | None = None


class ArticleEnriched(ArticleAnalysed, frozen=True, kw_only=True):
    """A kept revision of an article, placed in its story.

    `seq` rises with every write of the article and is the external version of each. `month`
    (`YYYY.MM`) is fixed by the first revision. `aliases` are the canonical addresses that lead to
    this article from now on. `copy_of` is set on a first revision that joined an existing story:
    the oldest member it resembles.
    """

    schema_name: ClassVar[str] = "article-enriched"

    revision: int
    seq: int
    story_id: str
    month: str
    change: Change | None = None
    copy_of: str | None = None
    aliases: tuple[str, ...] = ()


class ArticleMoved(Event, frozen=True, kw_only=True):
    """A story became a redirect: this member now belongs to `story_id`. Key: article_id."""

    schema_name: ClassVar[str] = "article-moved"

    article_id: str
    seq: int
    month: str
    story_id: str
    from_story_id: str


class ArticleWithdrawn(Event, frozen=True, kw_only=True):
    """Somebody asked for an article to be gone; stories answers with its tombstone.

    Key: article_id.
    """

    schema_name: ClassVar[str] = "article-withdrawn"

    article_id: str


class ArticleDeleted(Event, frozen=True, kw_only=True):
    """A tombstone: the article is gone and stays gone through replay and rebuild."""

    schema_name: ClassVar[str] = "article-deleted"

    article_id: str
    seq: int
    month: str


class AlertDefined(Event, frozen=True, kw_only=True):
    """An alert as it stands from now on; the highest `version` counts. Key: alert_id.

    A deletion is a definition too, with that state: absence never removes an alert.
    """

    schema_name: ClassVar[str] = "alert-defined"

    alert_id: str
    team_id: str
    version: int
    state: AlertState
    query: str


class AlertMatched(Event, frozen=True, kw_only=True):
    """An alert matched a revision of an article. Key: alert_id.

    `article` is that revision without text and signature; `snippet` shows the first match in it.
    Matching the same revision again gives the same event but for `matched_at`.
    """

    schema_name: ClassVar[str] = "alert-matched"

    alert_id: str
    team_id: str
    alert_version: int
    article: ArticleEnriched
    spans: tuple[Highlight, ...]
    snippet: Snippet
    matched_at: Instant


def utc(moment: datetime) -> datetime:
    """Give an aware datetime in UTC; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without an offset cannot be placed")
    return moment.astimezone(UTC)
