"""What the live stream tells of a message of the log; written once for all who read along."""

from datetime import datetime
from typing import Literal

import msgspec

from rasad_core import codec
from rasad_core.documents.alerts import match_id
from rasad_core.errors import Unprocessable
from rasad_core.events import (
    AlertMatched,
    ArticleDeleted,
    ArticleEnriched,
    ArticleMoved,
    Frozen,
    Highlight,
)
from rasad_core.output import SnippetJson
from rasad_core.ports import Message
from rasad_core.topics import ENRICHED


class LiveArticle(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """An article that came, or a new revision of it."""

    article_id: str
    revision: int
    title: str
    url: str | None
    source: str | None
    language: str
    published: datetime
    story_id: str


class LiveMatch(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A match of one of the team's alerts, as it was found."""

    match_id: str
    alert_id: str
    alert_version: int
    matched_at: datetime
    article: LiveArticle
    spans: tuple[Highlight, ...]
    snippet: SnippetJson


class Entry(Frozen, frozen=True, kw_only=True):
    """One message: its place, and what it tells (`told` is empty where that is nothing).

    `team_id` is whom it is for; None for everybody.
    """

    place: tuple[str, int]
    offset: int
    told: bytes = b""
    team_id: str | None = None


def entry_of(message: Message) -> Entry:
    """Read a message. One that cannot be read tells nothing: its own stage makes a dead letter."""
    bare = Entry(place=(message.topic, message.partition), offset=message.offset)
    try:
        if message.topic == ENRICHED:
            return _of_article(message, bare)
        return _of_match(message, bare)
    except Unprocessable:
        return bare


def _of_article(message: Message, bare: Entry) -> Entry:
    event = codec.decode(message.value, ArticleEnriched, ArticleMoved, ArticleDeleted)
    if not isinstance(event, ArticleEnriched):
        return bare
    return msgspec.structs.replace(bare, told=_written("article", _shown(event)))


def _of_match(message: Message, bare: Entry) -> Entry:
    event = codec.decode(message.value, AlertMatched)
    match = LiveMatch(
        match_id=match_id(event.alert_id, event.article.article_id),
        alert_id=event.alert_id,
        alert_version=event.alert_version,
        matched_at=event.matched_at,
        article=_shown(event.article),
        spans=event.spans,
        snippet=SnippetJson(text=event.snippet.text, marks=event.snippet.marks),
    )
    return msgspec.structs.replace(bare, told=_written("match", match), team_id=event.team_id)


def _shown(article: ArticleEnriched) -> LiveArticle:
    return LiveArticle(
        article_id=article.article_id,
        revision=article.revision,
        title=article.title,
        url=article.url,
        source=article.source,
        language=article.language,
        published=article.published,
        story_id=article.story_id,
    )


def _written(name: Literal["article", "match"], data: LiveArticle | LiveMatch) -> bytes:
    # JSON of one line: no value can end the event before its end.
    return f"event: {name}\ndata: ".encode() + msgspec.json.encode(data) + b"\n"
