"""The alerts in force, compiled: what articles are matched against."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import structlog

from rasad_core.events import AlertDefined, AlertState, ArticleEnriched, Frozen
from rasad_core.query.engine import Engine
from rasad_core.query.parse import parse


class Armed(Frozen, frozen=True, kw_only=True):
    """An alert that is matched."""

    alert_id: str
    team_id: str
    version: int
    query: str


class Standing(Frozen, frozen=True, kw_only=True):
    """What matching reads of `documents.alerts.Alert`.

    No more than that: a worker must not stop at a kind of channel that a newer program wrote.
    """

    alert_id: str
    team_id: str
    version: int
    state: AlertState = "armed"
    query: str


class Taken(NamedTuple):
    """Queries of all articles together: looked at, run, and found to match."""

    candidates: int
    verified: int
    matched: int


class ArmedAlerts:
    """Alerts as they stand. Not for use by two threads at once.

    Of an alert the highest version counts. The trees of queries are in the engine alone, compiled:
    as they are they would take gigabytes.
    """

    def __init__(self, engine: Engine) -> None:
        self._versions: dict[str, int] = {}
        self._armed: dict[str, Armed] = {}
        self._engine = engine

    def __len__(self) -> int:
        return len(self._armed)

    def take(self, alert: AlertDefined | Standing) -> None:
        """Take in an alert, unless a newer version of it is known; a bad query is logged."""
        if alert.version <= self._versions.get(alert.alert_id, 0):
            return
        self._remove(alert.alert_id)
        self._versions[alert.alert_id] = alert.version
        if alert.state != "armed":
            return
        try:
            self._engine.add(alert.alert_id, parse(alert.query).node)
        except Exception as error:  # noqa: BLE001  whatever is wrong with one, the others go on
            structlog.get_logger().error(
                "alert is skipped: its query cannot be read",
                alert_id=alert.alert_id, version=alert.version, problem=str(error) or repr(error),
            )  # fmt: skip
            return
        self._armed[alert.alert_id] = Armed(
            alert_id=alert.alert_id, team_id=alert.team_id, version=alert.version, query=alert.query
        )

    def keep_only(self, alert_ids: Collection[str]) -> None:
        """Forget all others."""
        for alert_id in self._versions.keys() - alert_ids:
            self._remove(alert_id)

    def matching(self, article: ArticleEnriched) -> Sequence[Armed]:
        """Give the alerts that match, by their ids; `-7d` counts from the fetch."""
        found = self._engine.match(article, now=article.fetched_at)
        return [self._armed[alert_id] for alert_id in found]

    def taken(self) -> Taken:
        """Say what matching took since the start."""
        counters = self._engine.counters
        return Taken(counters.candidates, counters.verified, counters.matched)

    def dearest(self) -> Mapping[str, float]:
        """Give the ten alerts that took most since they came, and roughly how many seconds."""
        return {alert_id: seconds for alert_id, _, seconds in self._engine.dearest(10)}

    def _remove(self, alert_id: str) -> None:
        self._versions.pop(alert_id, None)
        self._armed.pop(alert_id, None)
        self._engine.remove(alert_id)
