"""What a webhook is sent: Standard Webhooks 1.0.0, body made once, signed at every attempt."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from rasad_core.documents.alerts import Alert, match_id
from rasad_core.documents.matches import Group
from rasad_core.events import AlertMatched, Highlight
from rasad_core.output import ArticleJson, SnippetJson, article_json

# What Standard Webhooks asks of a payload. News of usual length stays below it uncut.
_WANTED_BYTES = 20_000
# More than any title, name or address of use; only what was made to be too large has it cut.
_MAX_CHARACTERS = 500
_MAX_SPANS = 50


class AlertJson(msgspec.Struct, frozen=True, kw_only=True):
    """The alert as it stood when the notification was made."""

    alert_id: str
    name: str
    version: int
    query: str


class MatchedJson(msgspec.Struct, frozen=True, kw_only=True):
    """One match; `alert_version` is the version that found it."""

    match_id: str
    alert_version: int
    article: ArticleJson
    spans: tuple[Highlight, ...]
    snippet: SnippetJson


class DataJson(msgspec.Struct, frozen=True, kw_only=True):
    """What is told. `copies` of a notification sent at once is 0; the API counts on.

    `cut` names what was left out to keep it small, in the order of `_CUTS`.
    """

    notification_id: str
    alert: AlertJson
    story_id: str
    copies: int
    continues: bool
    matches: tuple[MatchedJson, ...]
    cut: tuple[str, ...] = ()


class BodyJson(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope of Standard Webhooks."""

    type: str
    timestamp: datetime
    data: DataJson


def body_of(event: AlertMatched, alert: Alert, group: Group) -> bytes:
    """Write the body of the notification that a match opens.

    Above 20 kB it loses what can be read elsewhere under the ids it names: mentions of entities,
    then dates and keyphrases, entities, `extra`, all but 50 spans, and the rest of long words. What
    stays long then is a query of the alert's own, cut last; so it never has 256 kB.
    """
    match = MatchedJson(
        match_id=match_id(event.alert_id, event.article.article_id),
        alert_version=event.alert_version,
        article=article_json(event.article, text=False),
        spans=event.spans,
        snippet=SnippetJson(text=event.snippet.text, marks=event.snippet.marks),
    )
    data = DataJson(
        notification_id=group.notification_id,
        alert=AlertJson(
            alert_id=alert.alert_id, name=alert.name, version=alert.version, query=alert.query
        ),
        story_id=event.article.story_id,
        copies=0,
        continues=group.continues,
        matches=(match,),
    )
    return _within_limit(BodyJson(type="alert.matched", timestamp=event.matched_at, data=data))


def _within_limit(body: BodyJson) -> bytes:
    written = msgspec.json.encode(body)
    for name, cut in _CUTS.items():
        if len(written) <= _WANTED_BYTES:
            break
        data = replace(cut(body.data), cut=(*body.data.cut, name))
        body = replace(body, data=data)
        written = msgspec.json.encode(body)
    return written


def _cut_article(cut: Callable[[ArticleJson], ArticleJson]) -> Callable[[DataJson], DataJson]:
    def cut_in(data: DataJson) -> DataJson:
        matches = tuple(replace(each, article=cut(each.article)) for each in data.matches)
        return replace(data, matches=matches)

    return cut_in


def _without_mentions(article: ArticleJson) -> ArticleJson:
    return replace(article, entities=tuple(replace(each, mentions=()) for each in article.entities))


def _short_strings(article: ArticleJson) -> ArticleJson:
    def short(text: str | None) -> str | None:
        return None if text is None else text[:_MAX_CHARACTERS]

    return replace(
        article,
        title=article.title[:_MAX_CHARACTERS],
        lead=article.lead[:_MAX_CHARACTERS],
        domain=short(article.domain),
        source=short(article.source),
        author=short(article.author),
        section=short(article.section),
        # An address that is cut leads nowhere.
        url=article.url if len(article.url or "") <= 4 * _MAX_CHARACTERS else None,
        tags=tuple(each[:_MAX_CHARACTERS] for each in article.tags[:_MAX_SPANS]),
        problems=article.problems[:_MAX_SPANS],
    )


def _few_spans(data: DataJson) -> DataJson:
    def few(match: MatchedJson) -> MatchedJson:
        spans = (replace(each, clause=each.clause[:_MAX_CHARACTERS]) for each in match.spans)
        return replace(match, spans=tuple(spans)[:_MAX_SPANS])

    return replace(data, matches=tuple(few(each) for each in data.matches))


def _short_query(data: DataJson) -> DataJson:
    alert = replace(
        data.alert, name=data.alert.name[:_MAX_CHARACTERS], query=data.alert.query[:_MAX_CHARACTERS]
    )
    return replace(data, alert=alert)


_CUTS: dict[str, Callable[[DataJson], DataJson]] = {
    "mentions": _cut_article(_without_mentions),
    "dates": _cut_article(lambda article: replace(article, dates=())),
    "keyphrases": _cut_article(lambda article: replace(article, keyphrases=())),
    "entities": _cut_article(lambda article: replace(article, entities=())),
    "extra": _cut_article(lambda article: replace(article, extra={})),
    "spans": _few_spans,
    "strings": _cut_article(_short_strings),
    "query": _short_query,
}
