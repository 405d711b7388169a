"""Articles of an input, understood, without any store: for `rasad enrich` and `rasad match`."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
from msgspec.structs import asdict

from rasad.pipeline import analysis_pool
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleEnriched
from rasad_core.intake.items import As, Found, Item, Limits
from rasad_core.runtime.clock import SystemClock
from rasad_enrich.pool import AnalysisPool
from rasad_ingest.files import read
from rasad_stories.sequence import Redirect, Stories

# Enough to keep every child busy, few enough that the first results come soon.
_BATCH = 32


class RefusedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is no article."""

    what: str
    line: int | None
    url: str | None
    reason: Reason
    message: str


class RefusedLine(msgspec.Struct, frozen=True, kw_only=True):
    """The line that stands in the place of an article."""

    refused: RefusedItem


class Placed(NamedTuple):
    """An article in a story of its input, and stories that it joined to others."""

    article: ArticleEnriched
    redirects: Sequence[Redirect]


def read_placed(
    whats: Sequence[str], *, form: As, limits: Limits
) -> Iterator[Placed | RefusedLine]:
    """Give every item of the inputs in order, analysed in child processes."""
    items = ((what, item) for what in whats for item in _items(what, form, limits))
    with analysis_pool() as pool, Stories(None) as stories:
        while batch := list(islice(items, _BATCH)):
            for each in _analysed(pool, batch):
                yield each if isinstance(each, RefusedLine) else _placed(stories, each)


def _items(what: str, form: As, limits: Limits) -> Iterator[Item]:
    return read(
        what,
        form=form,
        url=None,
        origin="live",
        now=SystemClock().now(),
        limits=limits,
        stdin=sys.stdin.buffer,
    )


def _analysed(
    pool: AnalysisPool, batch: Sequence[tuple[str, Item]]
) -> Iterator[ArticleAnalysed | RefusedLine]:
    found = [item.article for _, item in batch if isinstance(item, Found)]
    results = iter(pool.analyse_many(found))
    for what, item in batch:
        if not isinstance(item, Found):
            yield _refused(what, item.line, item.url, item.reason, item.message)
            continue
        result = next(results)
        if isinstance(result, Unprocessable):
            url = item.article.url
            yield _refused(what, item.line, url, result.reason, result.message)
        else:
            yield result


def _placed(stories: Stories, article: ArticleAnalysed) -> Placed:
    placement = stories.place(article)
    return Placed(placement.event or _again(stories, article), placement.redirects)


def _again(stories: Stories, article: ArticleAnalysed) -> ArticleEnriched:
    """Give what brought nothing new all the same, as the revision it is."""
    line = stories.state.line(article.article_id)
    assert line is not None
    record = stories.record(line.number, trace_id=article.trace_id)
    return ArticleEnriched(
        **asdict(article),
        revision=record.revision,
        seq=record.seq,
        story_id=record.story_id,
        month=record.month,
    )


def _refused(
    what: str, line: int | None, url: str | None, reason: Reason, message: str
) -> RefusedLine:
    return RefusedLine(
        refused=RefusedItem(what=what, line=line, url=url, reason=reason, message=message)
    )
