"""Alerts against articles by the reference evaluator: every alert on every article."""

import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles

import msgspec
from msgspec import UNSET, UnsetType

from rasad_core.errors import RasadError, Reason
from rasad_core.events import ArticleAnalysed, Highlight
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.errors import QueryError, QueryRefused
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the alerts file."""

    alert_id: str
    query: str


class Armed(msgspec.Struct, frozen=True, kw_only=True):
    """An alert whose query has a meaning."""

    alert_id: str
    node: Node


class BadAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that is skipped, and why."""

    alert_id: str | None
    line: int
    errors: tuple[QueryError, ...] = ()
    reason: Reason | None = None
    message: str


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A pair that matches."""

    url: str | None
    article_id: str
    alert_id: str
    spans: tuple[Highlight, ...] | UnsetType = UNSET


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of standard error. Times are of matching alone, analysis not included."""

    build_seconds: float
    articles: int
    alerts: int
    matches: int
    cpu_seconds: float
    articles_per_cpu_second: float
    p50_ms: float
    p99_ms: float
    peak_rss_mb: float


class Tally:
    """What a run has done and what it took."""

    def __init__(self) -> None:
        self.build_seconds = 0.0
        self.cpu_seconds = 0.0
        self.matches = 0
        self.took_ms: list[float] = []

    def statistics(self, alerts: int) -> Statistics:
        """Sum up."""
        took = [*self.took_ms, *self.took_ms] or [0.0, 0.0]  # quantiles wants two or more
        cuts = quantiles(took, n=100, method="inclusive")
        # Linux counts in KiB, macOS in bytes.
        unit = 1024 if sys.platform == "darwin" else 1
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024
        speed = len(self.took_ms) / self.cpu_seconds if self.cpu_seconds else 0.0
        return Statistics(
            build_seconds=round(self.build_seconds, 6),
            articles=len(self.took_ms),
            alerts=alerts,
            matches=self.matches,
            cpu_seconds=round(self.cpu_seconds, 6),
            articles_per_cpu_second=round(speed, 1),
            p50_ms=round(cuts[49], 3),
            p99_ms=round(cuts[98], 3),
            peak_rss_mb=round(peak, 1),
        )


def read_alerts(path: str, tally: Tally) -> tuple[Sequence[Armed], Sequence[BadAlert]]:
    """Read and parse the alerts; raises `RasadError` for a file that cannot be read."""
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        raise RasadError(f"cannot read the alerts in {path}: {error.strerror}") from None
    started = time.perf_counter()
    armed: dict[str, Armed] = {}
    bad: list[BadAlert] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        alert = _armed(line, number)
        if isinstance(alert, Armed) and alert.alert_id in armed:
            message = f"`{alert.alert_id}` stands in an earlier line too; that one counts"
            alert = _bad(alert.alert_id, number, Reason.BAD_FIELD, message)
        if isinstance(alert, Armed):
            armed[alert.alert_id] = alert
        else:
            bad.append(alert)
    tally.build_seconds = time.perf_counter() - started
    return list(armed.values()), bad


def match(
    alerts: Sequence[Armed], article: ArticleAnalysed, tally: Tally, *, spans: bool
) -> list[Match]:
    """Give the alerts that match an article, in their order; `-7d` counts from its fetch."""
    wall, cpu = time.perf_counter(), time.process_time()
    document = search_document(article)
    now = article.fetched_at
    found = [
        Match(
            url=article.url,
            article_id=article.article_id,
            alert_id=alert.alert_id,
            spans=highlights(alert.node, document, now=now) if spans else UNSET,
        )
        for alert in alerts
        if matches(alert.node, document, now=now)
    ]
    tally.cpu_seconds += time.process_time() - cpu
    tally.took_ms.append((time.perf_counter() - wall) * 1000)
    tally.matches += len(found)
    return found


def _armed(line: bytes, number: int) -> Armed | BadAlert:
    try:
        alert = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"), type=Alert)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f'an alert is {{"alert_id": "…", "query": "…"}}: {error}'
        return _bad(None, number, Reason.MALFORMED, message)
    try:
        return Armed(alert_id=alert.alert_id, node=parse(alert.query).node)
    except QueryRefused as refused:
        return BadAlert(
            alert_id=alert.alert_id, line=number, errors=refused.errors, message=str(refused)
        )


def _bad(alert_id: str | None, number: int, reason: Reason, message: str) -> BadAlert:
    return BadAlert(alert_id=alert_id, line=number, reason=reason, message=message)
