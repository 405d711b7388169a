"""The live stream: what is new in two topics, resumable on any replica from where a reader was.

An event's id is the place in both topics after it, so a replica needs to remember nobody.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Literal

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool

from rasad_api.ports import Ports
from rasad_api.problems import bad_field
from rasad_core import codec
from rasad_core.documents.alerts import match_id
from rasad_core.errors import Unavailable, Unprocessable
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
from rasad_core.topics import ENRICHED, MATCHED

# What a reader notices of it is well below what enriching an article takes.
_POLL_SECONDS = 0.25
# Proxies close what is silent for 30 s or a minute; research asks for 15 at most.
_BEAT_SECONDS = 10.0
# Messages read at once: a reader that is far behind is served in turns with the others.
_BATCH = 200
_PLACE = re.compile(r"(\d{1,18})-(\d{1,18})")


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


class Place(Frozen, frozen=True, kw_only=True):
    """The next offsets to read in `articles.enriched` and `alerts.matched`."""

    articles: int
    matches: int

    def __str__(self) -> str:
        return f"{self.articles}-{self.matches}"


class News(Frozen, frozen=True, kw_only=True):
    """Something to tell, and where to go on after it."""

    name: Literal["article", "match"]
    data: LiveArticle | LiveMatch | None
    after: Place


def place_of(ports: Ports, last_event_id: str | None) -> Place:
    """Give where to begin: after the last event seen, else at the present end.

    A place beyond the end, from before the log was made anew, is the end.
    """
    end = Place(articles=ports.reader.end_of(ENRICHED), matches=ports.reader.end_of(MATCHED))
    if not last_event_id:
        return end
    found = _PLACE.fullmatch(last_event_id.strip())
    if found is None:
        raise bad_field("/Last-Event-ID", "`Last-Event-ID` is none of this stream's ids")
    return Place(articles=min(int(found[1]), end.articles), matches=min(int(found[2]), end.matches))


async def told(ports: Ports, team_id: str, place: Place) -> AsyncIterator[bytes]:
    """Give the stream's bytes until the program stops; whoever reads ends it by closing it."""
    yield b"retry: 1000\n\n" + _beat(place)
    spoke = time.monotonic()
    while not ports.stopping.is_set():
        before = place
        news, place = await run_in_threadpool(_news, ports, team_id, place)
        for each in news:
            yield _event(each)
        if news:
            spoke = time.monotonic()
        elif time.monotonic() - spoke >= _BEAT_SECONDS:
            spoke = time.monotonic()
            yield _beat(place)
        if not _is_behind(before, place):
            await asyncio.sleep(_POLL_SECONDS)


def _is_behind(before: Place, after: Place) -> bool:
    return max(after.articles - before.articles, after.matches - before.matches) >= _BATCH


def _news(ports: Ports, team_id: str, place: Place) -> tuple[Sequence[News], Place]:
    """Read on; while the log is away there is nothing, and the place stays."""
    found: list[News] = []
    try:
        for message in islice(ports.reader.read(ENRICHED, offset=place.articles), _BATCH):
            place = Place(articles=message.offset + 1, matches=place.matches)
            if article := _article(message):
                found.append(News(name="article", data=article, after=place))
        for message in islice(ports.reader.read(MATCHED, offset=place.matches), _BATCH):
            place = Place(articles=place.articles, matches=message.offset + 1)
            if match := _match(message, team_id):
                found.append(News(name="match", data=match, after=place))
    except Unavailable as error:
        structlog.get_logger().warning("stream waits for the log", problem=str(error))
    return found, place


def _article(message: Message) -> LiveArticle | None:
    event = _decoded(message, ArticleEnriched, ArticleMoved, ArticleDeleted)
    return _shown(event) if isinstance(event, ArticleEnriched) else None


def _match(message: Message, team_id: str) -> LiveMatch | None:
    event = _decoded(message, AlertMatched)
    if not isinstance(event, AlertMatched) or event.team_id != team_id:
        return None
    return LiveMatch(
        match_id=match_id(event.alert_id, event.article.article_id),
        alert_id=event.alert_id,
        alert_version=event.alert_version,
        matched_at=event.matched_at,
        article=_shown(event.article),
        spans=event.spans,
        snippet=SnippetJson(text=event.snippet.text, marks=event.snippet.marks),
    )


def _decoded(
    message: Message,
    *expected: type[ArticleEnriched | ArticleMoved | ArticleDeleted | AlertMatched],
) -> ArticleEnriched | ArticleMoved | ArticleDeleted | AlertMatched | None:
    try:
        return codec.decode(message.value, *expected)
    except Unprocessable:
        return None  # its own stage makes a dead letter of it


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


def _event(news: News) -> bytes:
    # JSON of one line: no value can end the event before its end.
    data = msgspec.json.encode(news.data)
    return f"event: {news.name}\nid: {news.after}\ndata: ".encode() + data + b"\n\n"


def _beat(place: Place) -> bytes:
    """Give an event without data: it tells a reader nothing but where it is."""
    return f": beat\nid: {place}\n\n".encode()
