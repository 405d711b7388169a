"""Articles of an input, analysed, without any store: for `rasad enrich` and `rasad match`."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from rasad.pipeline import analysis_pool
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed
from rasad_core.intake.items import As, Found, Item, Limits
from rasad_core.runtime.clock import SystemClock
from rasad_enrich.pool import AnalysisPool
from rasad_ingest.files import read

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


def read_analysed(
    whats: Sequence[str], *, form: As, limits: Limits
) -> Iterator[ArticleAnalysed | RefusedLine]:
    """Give every item of the inputs in order, analysed in child processes."""
    items = ((what, item) for what in whats for item in _items(what, form, limits))
    with analysis_pool() as pool:
        while batch := list(islice(items, _BATCH)):
            yield from _analysed(pool, batch)


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


def _refused(
    what: str, line: int | None, url: str | None, reason: Reason, message: str
) -> RefusedLine:
    return RefusedLine(
        refused=RefusedItem(what=what, line=line, url=url, reason=reason, message=message)
    )
