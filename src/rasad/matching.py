"""Alerts against articles, by any of the engines; no store."""

import gc
import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from statistics import quantiles
from typing import Literal, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from rasad_core.errors import RasadError, Reason
from rasad_core.events import ArticleAnalysed, Highlight
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.engine import engine
from rasad_core.query.errors import QueryError, QueryRefused
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the alerts file."""

    alert_id: str
    query: str


class Matcher(Protocol):
    """What says which of many queries match: `query.engine.Engine`, or `Reference`."""

    def add(self, key: str, node: Node) -> None:
        """Take in a query."""

    def match(self, article: ArticleAnalysed, *, now: datetime) -> Sequence[str]:
        """Give the keys of those that match."""


class Reference:
    """Asks the reference evaluator about every query."""

    def __init__(self) -> None:
        self._queries: dict[str, Node] = {}

    def add(self, key: str, node: Node) -> None:
        """Take in a query."""
        self._queries[key] = node

    def match(self, article: ArticleAnalysed, *, now: datetime) -> Sequence[str]:
        """Give the keys of those that match."""
        document = search_document(article)
        return [key for key, node in self._queries.items() if matches(node, document, now=now)]


class Alerts:
    """What is matched: every alert with its query as typed, and where it stands in the file."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._queries: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, alert: "Alert", node: Node) -> bool:
        """Take one in; False if there is one of its id."""
        if alert.alert_id in self._queries:
            return False
        self._numbers[alert.alert_id] = len(self._queries)
        self._queries[alert.alert_id] = alert.query
        self._matcher.add(alert.alert_id, node)
        return True

    def matching(self, article: ArticleAnalysed) -> Mapping[str, str]:
        """Give the alerts that match an article with their queries, in their order."""
        found = self._matcher.match(article, now=article.fetched_at)
        return {each: self._queries[each] for each in sorted(found, key=self._numbers.__getitem__)}


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


EngineName = Literal["compiled", "python", "reference"]


def read_alerts(path: str, name: EngineName, tally: Tally) -> tuple[Alerts, Sequence[BadAlert]]:
    """Read, parse and compile the alerts; raises `RasadError` for a file that cannot be read."""
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        raise RasadError(f"cannot read the alerts in {path}: {error.strerror}") from None
    started = time.perf_counter()
    alerts = Alerts(Reference() if name == "reference" else engine(name))
    bad: list[BadAlert] = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and (problem := _taken(alerts, line, number)):
            bad.append(problem)
    # What stays is not looked through again and again while articles come and go.
    gc.collect()
    gc.freeze()
    tally.build_seconds = time.perf_counter() - started
    return alerts, bad


def match(alerts: Alerts, article: ArticleAnalysed, tally: Tally, *, spans: bool) -> list[Match]:
    """Give the alerts that match an article, in their order; `-7d` counts from its fetch."""
    wall, cpu = time.perf_counter(), time.process_time()
    matching = alerts.matching(article)
    document = search_document(article) if spans and matching else None
    found = [
        Match(
            url=article.url,
            article_id=article.article_id,
            alert_id=alert_id,
            spans=UNSET
            if document is None
            else highlights(_node(query), document, now=article.fetched_at),
        )
        for alert_id, query in matching.items()
    ]
    tally.cpu_seconds += time.process_time() - cpu
    tally.took_ms.append((time.perf_counter() - wall) * 1000)
    tally.matches += len(found)
    return found


# The trees of all alerts would take more memory than everything else together.
@lru_cache(maxsize=2_000)
def _node(query: str) -> Node:
    return parse(query).node


def _taken(alerts: Alerts, line: bytes, number: int) -> BadAlert | None:
    try:
        alert = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"), type=Alert)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f'an alert is {{"alert_id": "…", "query": "…"}}: {error}'
        return _bad(_name_of(line), number, Reason.MALFORMED, message)
    try:
        node = parse(alert.query).node
    except QueryRefused as refused:
        return BadAlert(
            alert_id=alert.alert_id, line=number, errors=refused.errors, message=str(refused)
        )
    if alerts.add(alert, node):
        return None
    message = f"`{alert.alert_id}` stands in an earlier line too; that one counts"
    return _bad(alert.alert_id, number, Reason.BAD_FIELD, message)


def _name_of(line: bytes) -> str | None:
    """Give the id of an alert of which something else is wrong, if it can be read."""
    with suppress(ValueError, RecursionError):
        alert = json.loads(line)
        if isinstance(alert, dict) and isinstance(alert.get("alert_id"), str):
            # What stands for half a character cannot be said again.
            return str(alert["alert_id"]).encode(errors="replace").decode()
    return None


def _bad(alert_id: str | None, number: int, reason: Reason, message: str) -> BadAlert:
    return BadAlert(alert_id=alert_id, line=number, reason=reason, message=message)
