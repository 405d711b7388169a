"""Why an alert spoke of an article or kept silent: the query's reasons, and those of its life."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from rasad_api.alerts import alert_of
from rasad_api.ports import Ports
from rasad_api.problems import bad_field
from rasad_core.documents.alerts import Alert, match_id
from rasad_core.documents.matches import Match
from rasad_core.documents.table import Table
from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleEnriched, Frozen, Highlight
from rasad_core.identity import article_id, canonical_url
from rasad_core.kinds import ALIASES, MATCHES
from rasad_core.output import instant
from rasad_core.query.explain import explain
from rasad_core.query.parse import parse


class ReasonJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """One reason. `clause` is the part of the query it speaks of, null where it is about none.

    Of the query: `matched`, `missing`, `wrong_field`, `excluded`, `metadata`. Of the article:
    `not_found`, `backfill`, `reprocess`, `old`. Of the alert: `paused`, `draft`, `before_alert`.
    Of the match there is: `opened`, `grouped`, `withheld`.
    """

    code: str
    detail: str
    clause: str | None = None


class ExplainJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """Whether the query selects the article as it is held, where, and what else counts."""

    matches: bool
    spans: tuple[Highlight, ...]
    reasons: tuple[ReasonJson, ...]


def explained(ports: Ports, team_id: str, alert_id: str, named: str) -> ExplainJson:
    """Explain by id or URL of the article; raises `Problem` 404 for an alert that is not there."""
    alert = alert_of(ports, team_id, alert_id)
    found = ports.index.get(_id_of(ports, named))
    if found is None:
        detail = "The archive does not have this article: it never came, or is on its way."
        reason = ReasonJson(code="not_found", detail=detail)
        return ExplainJson(matches=False, spans=(), reasons=(reason,))
    told = explain(parse(alert.query).node, found, now=found.fetched_at)
    of_query = (
        ReasonJson(code=each.code, detail=each.detail, clause=each.clause) for each in told.reasons
    )
    held = Table(ports.store, MATCHES, Match).get(match_id(alert_id, found.article_id))
    of_life = _life(alert, found) if held is None else [_fate(held.value)]
    return ExplainJson(matches=told.matches, spans=told.spans, reasons=(*of_query, *of_life))


def _id_of(ports: Ports, named: str) -> str:
    written = named.strip()
    if "://" not in written:
        return written
    try:
        canonical = canonical_url(written)
    except Unprocessable as error:
        raise bad_field("/article", error.message, code=error.reason.value) from None
    alias = ports.store.get(ALIASES, canonical)
    if alias is not None:
        return msgspec.json.decode(alias.value, type=str)
    return article_id(written)


def _life(alert: Alert, article: ArticleEnriched) -> Iterator[ReasonJson]:
    if article.origin == "backfill":
        detail = "It came from the past: backfill is searched and never notified."
        yield ReasonJson(code="backfill", detail=detail)
    if article.origin == "reprocess":
        detail = "It was analysed again: what is reprocessed is never notified."
        yield ReasonJson(code="reprocess", detail=detail)
    if article.fetched_at - article.published > timedelta(hours=alert.max_age_hours):
        detail = f"It was more than {alert.max_age_hours:g} hours old when it was fetched."
        yield ReasonJson(code="old", detail=detail)
    if alert.state != "armed":
        detail = f"The alert is {alert.state} now and matches nothing."
        yield ReasonJson(code=alert.state, detail=detail)
    if article.fetched_at < alert.created_at:
        detail = (
            f"It was fetched at {instant(article.fetched_at)}, before the alert was made at "
            f"{instant(alert.created_at)}."
        )
        yield ReasonJson(code="before_alert", detail=detail)


def _fate(match: Match) -> ReasonJson:
    by = f"Version {match.alert_version} of the alert matched it at {instant(match.matched_at)}"
    if match.decision == "withheld":
        return ReasonJson(code="withheld", detail=f"{by}; nobody was told: {match.reason}.")
    if match.decision == "grouped":
        detail = f"{by}; it joined notification {match.notification_id} of its story."
        return ReasonJson(code="grouped", detail=detail)
    detail = f"{by}; notification {match.notification_id} speaks of it."
    return ReasonJson(code="opened", detail=detail)
