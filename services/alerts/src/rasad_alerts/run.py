"""Match live articles against every armed alert, and publish each match with its proof.

Guarantee: at least once. An article seen again gives the same matches but for `matched_at`, as long
as no alert changed; deliver knows a match by its alert and article.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

import structlog
from msgspec.structs import replace

from rasad_alerts.armed import Armed
from rasad_alerts.definitions import Definitions
from rasad_core import codec
from rasad_core.events import (
    AlertMatched,
    ArticleDeleted,
    ArticleEnriched,
    ArticleMoved,
    Highlight,
)
from rasad_core.ports import Clock, Message, Outgoing
from rasad_core.query.ast import Node
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.evaluate import highlights
from rasad_core.query.parse import parse
from rasad_core.runtime.consume import Handled, Outcome, Process
from rasad_core.snippet import snippet
from rasad_core.topics import MATCHED

# So that an event stays below 1 MiB: a span is about 100 bytes and its clause, which may be a long
# phrase. An article with more places than anybody looks at shows the first of them.
MAX_SPANS = 1_000
MAX_CLAUSE_CHARACTERS = 100_000
# All alerts are gone through: 50 ms for 100,000.
_RANKED_EVERY = timedelta(minutes=1)

Proof = tuple[Highlight, ...]


class Measures(Protocol):
    """Takes what matching is measured by; `runtime.metrics.Metrics` is one."""

    def engine(self, *, alerts: int, candidates: int, verified: int, matched: int) -> None:
        """Note how many alerts there are, and what matching a batch took."""

    def dearest(self, seconds: Mapping[str, float]) -> None:
        """Note which alerts took most so far."""


def process(definitions: Definitions, clock: Clock, measures: Measures | None = None) -> Process:
    """Give the handler of a batch of `articles.enriched`; `measures` are told what each took.

    Articles that are not live never notify and are dropped; so are moves and deletions. An alert
    that cannot be evaluated is logged and counted in the outcome's message; the others go on.
    Raises `Unprocessable` for an event that cannot be read, `Unavailable` when log or store are
    away.
    """
    armed = definitions.armed
    ranked_at: datetime | None = None

    def match(messages: Sequence[Message]) -> Sequence[Handled]:
        nonlocal ranked_at
        definitions.refresh()
        before = armed.taken()
        handled = [_handled(message, definitions, clock) for message in messages]
        if measures is None:
            return handled
        after = armed.taken()
        measures.engine(
            alerts=len(armed),
            candidates=after.candidates - before.candidates,
            verified=after.verified - before.verified,
            matched=after.matched - before.matched,
        )
        if ranked_at is None or clock.now() - ranked_at >= _RANKED_EVERY:
            measures.dearest(armed.dearest())
            ranked_at = clock.now()
        return handled

    return match


def _handled(message: Message, definitions: Definitions, clock: Clock) -> Handled:
    event = codec.decode(message.value, ArticleEnriched, ArticleMoved, ArticleDeleted)
    match event:
        case ArticleMoved():
            return _dropped(message, event.trace_id, "moved")
        case ArticleDeleted():
            return _dropped(message, event.trace_id, "deleted")
        case ArticleEnriched(origin="live"):
            return _matched(message, event, definitions, clock)
        case ArticleEnriched():
            return _dropped(message, event.trace_id, event.origin)
    raise AssertionError(event)


def _dropped(message: Message, trace_id: str, detail: str) -> Handled:
    outcome = Outcome(
        stage="alerts", result="dropped", key=message.key, trace_id=trace_id, detail=detail
    )
    return Handled(message=message, outcome=outcome)


def _matched(
    message: Message, article: ArticleEnriched, definitions: Definitions, clock: Clock
) -> Handled:
    found: list[tuple[Armed, Proof]] = []
    failed = 0
    matching = definitions.armed.matching(article)
    document = search_document(article) if matching else None
    for alert in matching:
        assert document is not None
        try:
            found.append((alert, _proof(alert, document, article)))
        except Exception:  # noqa: BLE001  an article is not lost to one alert, nor to the others
            failed += 1
            structlog.get_logger().exception(
                "alert cannot be evaluated; the others go on",
                alert_id=alert.alert_id, article_id=article.article_id, trace_id=article.trace_id,
            )  # fmt: skip
    outcome = Outcome(
        stage="alerts",
        result="done",
        key=message.key,
        trace_id=article.trace_id,
        detail="matched" if found else "none",
        message=f"alerts that could not be evaluated: {failed}" if failed else "",
    )
    outgoing = tuple(_published(found, article, clock))
    return Handled(message=message, outcome=outcome, outgoing=outgoing)


def _proof(alert: Armed, document: SearchDocument, article: ArticleEnriched) -> Proof:
    """Give the places that made an alert match; `-7d` counts from the fetch."""
    return highlights(_node(alert.query), document, now=article.fetched_at)


# The trees of the alerts that fire often; of all they would take gigabytes.
@lru_cache(maxsize=2_000)
def _node(query: str) -> Node:
    return parse(query).node


def _published(
    found: Sequence[tuple[Armed, Proof]], article: ArticleEnriched, clock: Clock
) -> Iterator[Outgoing]:
    shown = replace(article, text="", signature=None)
    for alert, proof in found:
        event = AlertMatched(
            trace_id=article.trace_id,
            alert_id=alert.alert_id,
            team_id=alert.team_id,
            alert_version=alert.version,
            article=shown,
            spans=tuple(_first_of(proof)),
            snippet=snippet(article.text, proof),
            matched_at=clock.now(),
        )
        yield Outgoing(
            topic=MATCHED,
            key=event.alert_id,
            value=codec.encode(event),
            headers={"trace_id": event.trace_id},
        )


def _first_of(proof: Proof) -> Iterator[Highlight]:
    clauses = 0
    for number, place in enumerate(proof[:MAX_SPANS]):
        clauses += len(place.clause)
        if number and clauses > MAX_CLAUSE_CHARACTERS:
            return
        yield place
