"""The article as the outside sees it: `CONTRACT` 1, the same from command line, API and webhook."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from rasad_core.events import (
    ArticleEnriched,
    Change,
    DateMention,
    EntityType,
    Highlight,
    Json,
    Keyphrase,
    Mention,
    Origin,
    Problem,
    Snippet,
    Topic,
)
from rasad_core.ports import Hit
from rasad_core.snippet import snippet


class EntityJson(msgspec.Struct, frozen=True, kw_only=True):
    """An entity with all its keys."""

    id: str
    type: EntityType
    name: str
    names: Mapping[str, str]
    confidence: float
    mentions: tuple[Mention, ...]


class Redirect(msgspec.Struct, frozen=True, kw_only=True, rename={"from_story": "from"}):
    """A story that became another."""

    from_story: str
    to: str


class ArticleJson(msgspec.Struct, frozen=True, kw_only=True):
    """An article with all its keys, null where unknown; what is UNSET is left out."""

    article_id: str
    revision: int
    change: Change | None
    url: str | None
    domain: str | None
    title: str
    lead: str
    text: str | UnsetType = UNSET
    source: str | None
    author: str | None
    country: str | None
    section: str | None
    language: str
    published: datetime
    fetched_at: datetime
    origin: Origin
    story_id: str
    copy_of: str | None
    tags: tuple[str, ...]
    extra: Mapping[str, Json]
    entities: tuple[EntityJson, ...]
    topics: tuple[Topic, ...]
    keyphrases: tuple[Keyphrase, ...]
    dates: tuple[DateMention, ...]
    analyser: Mapping[str, str]
    problems: tuple[Problem, ...]
    highlights: tuple[Highlight, ...] | UnsetType = UNSET
    snippet: "SnippetJson | UnsetType" = UNSET
    copies: int | UnsetType = UNSET
    story_redirects: tuple[Redirect, ...] | UnsetType = UNSET


class SnippetJson(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet with both its keys."""

    text: str
    marks: tuple[tuple[int, int], ...]


def article_json(article: ArticleEnriched, *, text: bool = True) -> ArticleJson:
    """Give the article in its public form; without `text` it is left out."""
    whole = msgspec.convert(article, ArticleJson, from_attributes=True)
    return whole if text else replace(whole, text=UNSET)


def hit_json(hit: Hit, *, text: bool = False) -> ArticleJson:
    """Give an article found: with highlights, a snippet and, if folded, its story's copies."""
    return replace(
        article_json(hit.article, text=text),
        highlights=hit.highlights,
        snippet=_snippet_json(snippet(hit.article.text, hit.highlights)),
        copies=UNSET if hit.copies is None else hit.copies,
    )


def joined_json(article: ArticleEnriched, redirects: Sequence[tuple[str, str]]) -> ArticleJson:
    """Give an article, and which story became which if it joined some."""
    whole = article_json(article)
    if not redirects:
        return whole
    ways = tuple(Redirect(from_story=old, to=new) for old, new in redirects)
    return replace(whole, story_redirects=ways)


def _snippet_json(piece: Snippet) -> SnippetJson:
    return SnippetJson(text=piece.text, marks=piece.marks)


def instant(moment: datetime) -> str:
    """Write a time as the JSON does: RFC 3339 in UTC, `Z`."""
    return moment.isoformat().replace("+00:00", "Z")
