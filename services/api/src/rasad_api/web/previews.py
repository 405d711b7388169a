"""What a query would have found in the last days: asked before an alert is trusted."""

from datetime import timedelta
from typing import Final

from rasad_api.ports import Ports
from rasad_api.searches import SearchAsked
from rasad_api.web.chart import Chart, chart_of
from rasad_api.web.hits import HitView, hit_view
from rasad_core.events import Frozen
from rasad_core.output import instant
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import QueryError
from rasad_core.query.parse import parse
from rasad_core.query.words import Language, in_words

DAYS: Final = 7
_SHOWN: Final = 10


class Preview(Frozen, frozen=True, kw_only=True):
    """How often it would have matched, and the newest of what it would have found."""

    total: int
    stories: int
    days: int
    words: str
    words_language: Language
    warnings: tuple[QueryError, ...]
    hits: tuple[HitView, ...]
    chart: Chart | None


def preview(ports: Ports, query: str, language: str) -> Preview:
    """Search the last days; raises `QueryRefused`.

    The query is read aloud in the language of the interface, or in English if that is another.
    """
    now = ports.clock.now()
    parsed = parse(query)
    since = now - timedelta(days=DAYS)
    request = SearchRequest(now=now, query=parsed.node, since=since, limit=_SHOWN, fold=True)
    found = ports.index.search(request)
    asked = SearchAsked(q=query, since=instant(since.replace(microsecond=0)))
    spoken: Language = "ar" if language == "ar" else "en"
    return Preview(
        total=found.total,
        stories=found.stories or 0,
        days=DAYS,
        words=in_words(parsed.node, spoken),
        words_language=spoken,
        warnings=parsed.warnings,
        hits=tuple(hit_view(hit, asked) for hit in found.hits),
        chart=chart_of(ports.index.histogram(request, interval="day"), asked),
    )
