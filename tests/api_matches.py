"""Matches as deliver writes them, for the tests of the API."""

import msgspec
from msgspec.structs import replace

from api_articles import enriched
from api_clock import NOW
from rasad_core.documents.alerts import match_id
from rasad_core.documents.matches import Delivery, Match
from rasad_core.documents.newest import newest_first
from rasad_core.documents.table import Table
from rasad_core.events import ArticleEnriched, Highlight, Snippet
from rasad_core.kinds import (
    ALERT_MATCHES,
    DELIVERIES,
    MATCHES,
    TEAM_DELIVERIES,
    TEAM_MATCHES,
)
from rasad_core.ports import Store


def put_match(
    store: Store,
    alert_id: str,
    article: ArticleEnriched | str,
    *,
    team_id: str = "default",
    **fields: object,
) -> Match:
    """Store a match with its places in both lists."""
    found = enriched(article) if isinstance(article, str) else article
    plain = Match(
        match_id=match_id(alert_id, found.article_id), alert_id=alert_id, alert_version=1,
        team_id=team_id, article=found, matched_at=NOW, decision="opened", notification_id="n1",
        spans=(Highlight(field="title", start=0, end=5, clause="ferry"),),
        snippet=Snippet(text="The ferry left.", marks=((4, 9),)),
    )  # fmt: skip
    match = replace(plain, **fields)
    Table(store, MATCHES, Match).create(match.match_id, match, team_id=team_id)
    for kind, owner in ((TEAM_MATCHES, team_id), (ALERT_MATCHES, alert_id)):
        place = f"{owner}/{newest_first(match.matched_at)}/{match.match_id}"
        store.create(kind, place, msgspec.json.encode(match.match_id), team_id=team_id)
    return match


def put_delivery(store: Store, delivery_id: str, *, team_id: str = "default") -> Delivery:
    """Store a delivery that has failed, with its place in the list."""
    delivery = Delivery(
        delivery_id=delivery_id, notification_id="n1", alert_id="al_1", team_id=team_id,
        channel="webhook", recipient="https://desk.example/hook", state="failed", created_at=NOW,
    )  # fmt: skip
    Table(store, DELIVERIES, Delivery).create(delivery_id, delivery, team_id=team_id)
    place = f"{team_id}/{newest_first(NOW)}/{delivery_id}"
    store.create(TEAM_DELIVERIES, place, msgspec.json.encode(delivery_id), team_id=team_id)
    return delivery
