"""What an alert would have found: counted and shown before anybody is told."""

from datetime import datetime, timedelta

from rasad_api.ports import Ports
from rasad_api.problems import bad_field, bad_query
from rasad_core.events import Frozen
from rasad_core.output import ArticleJson, hit_json
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import QueryRefused
from rasad_core.query.parse import Query, parse
from rasad_core.query.words import Language, in_words
from rasad_core.when import read_when

_DAYS = 7
_SHOWN = 10


class PreviewAsked(Frozen, frozen=True, kw_only=True):
    """A query to try; `total` and hits count from `since`, all of history without it.

    `lang` is the language of its reading in words.
    """

    query: str
    since: str | None = None
    lang: Language = "en"


class WarningJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What is unwise about a query; without a place it is about its result."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None
    suggestion: str | None = None


class DayJson(Frozen, frozen=True, kw_only=True, omit_defaults=False, rename={"start": "from"}):
    """How many articles were published on a day of UTC."""

    start: datetime
    count: int


class PreviewJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What a query finds. `days` are the last seven and today; `per_day` is their mean."""

    query: str
    words: str
    total: int
    days: tuple[DayJson, ...]
    per_day: float
    hits: tuple[ArticleJson, ...]
    warnings: tuple[WarningJson, ...]


def preview(ports: Ports, asked: PreviewAsked) -> PreviewJson:
    """Try a query on the archive; raises `Problem` 422 with the places of what is wrong."""
    now = ports.clock.now()
    try:
        query = parse(asked.query)
        since = read_when(asked.since, now) if asked.since else None
        request = SearchRequest(now=now, query=query.node, since=since, limit=_SHOWN)
        found = ports.index.search(request)
        days = _days(ports, query, now)
    except QueryRefused as refused:
        raise bad_query(refused, "/query") from None
    except ValueError as error:
        raise bad_field("/since", str(error)) from None
    return PreviewJson(
        query=asked.query,
        words=in_words(query.node, asked.lang),
        total=found.total,
        days=days,
        per_day=round(sum(each.count for each in days) / len(days), 2),
        hits=tuple(hit_json(hit) for hit in found.hits),
        warnings=_warnings(query, found.total),
    )


def _days(ports: Ports, query: Query, now: datetime) -> tuple[DayJson, ...]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=_DAYS)
    request = SearchRequest(now=now, query=query.node, since=first, until=now)
    counted = ports.index.histogram(request, interval="day").buckets
    by_day = {each.start: each.count for each in counted}
    starts = (first + timedelta(days=at) for at in range(_DAYS + 1))
    return tuple(DayJson(start=start, count=by_day.get(start, 0)) for start in starts)


def _warnings(query: Query, total: int) -> tuple[WarningJson, ...]:
    unwise = tuple(
        WarningJson(
            code=each.code.value,
            message=each.message,
            start=each.start,
            end=each.end,
            suggestion=each.suggestion,
        )
        for each in query.warnings
    )
    if total:
        return unwise
    message = "it finds nothing in the archive: look at its spelling, or wait for the first"
    return (*unwise, WarningJson(code="no-match", message=message))
