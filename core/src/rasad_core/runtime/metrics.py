"""What a program counts, in Prometheus' terms: the names of the public interface."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics import disable_created_metrics

from rasad_core.ports import Lag
from rasad_core.runtime.handling import Outcome

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From what one machine without load does to an outage somebody ought to have noticed.
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)

disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one program, in a registry of its own. Safe for any threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._lag_messages = Gauge(
            "rasad_lag_messages",
            "Messages that a stage has not done.",
            ["stage", "topic", "partition"],
            registry=self.registry,
        )
        self._lag_seconds = Gauge(
            "rasad_lag_seconds",
            "Age of the next message of a stage.",
            ["stage", "topic", "partition"],
            registry=self.registry,
        )
        self._events = Counter(
            "rasad_events",
            "Events that ended at a stage, each in one outcome.",
            ["stage", "outcome", "reason"],
            registry=self.registry,
        )
        self._searchable = Histogram(
            "rasad_published_to_searchable_seconds",
            "From publication to the index having it, for live articles; found within 1 s of that.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._delivered = Histogram(
            "rasad_published_to_delivered_seconds",
            "From publication to the answer of who was told.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._engine_alerts = Gauge(
            "rasad_engine_alerts", "Alerts that articles are matched with.", registry=self.registry
        )
        self._engine = {
            name: Counter(f"rasad_engine_{name}", about, registry=self.registry)
            for name, about in (
                ("candidates", "Alerts that an article may match, over all articles."),
                ("verified", "Candidates that were evaluated."),
                ("matched", "Candidates that matched."),
            )
        }
        self._dearest = Gauge(
            "rasad_engine_dearest_seconds",
            "Roughly what the ten alerts that took most have taken since they came.",
            ["alert_id"],
            registry=self.registry,
        )
        self._deliveries = Counter(
            "rasad_deliveries",
            "Attempts to deliver.",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self._sources = Gauge(
            "rasad_sources", "Sources by health.", ["state"], registry=self.registry
        )

    def observe(self, outcome: Outcome) -> None:
        """Count the end of an event; a `handling.Observe`."""
        reason = outcome.reason.value if outcome.reason else ""
        self._events.labels(outcome.stage, outcome.result, reason).inc()

    def lags(self, stage: str, found: Iterable[Lag]) -> None:
        """Say how far a stage is behind."""
        for lag in found:
            labels = (stage, lag.topic, str(lag.partition))
            self._lag_messages.labels(*labels).set(lag.messages)
            self._lag_seconds.labels(*labels).set(lag.seconds)

    def searchable(self, published: datetime, now: datetime) -> None:
        """Note that an article can be found."""
        self._searchable.observe(max(0.0, (now - published).total_seconds()))

    def delivered(self, published: datetime, now: datetime) -> None:
        """Note that somebody was told."""
        self._delivered.observe(max(0.0, (now - published).total_seconds()))

    def attempted(self, channel: str, outcome: str) -> None:
        """Count an attempt to deliver."""
        self._deliveries.labels(channel, outcome).inc()

    def engine(self, *, alerts: int, candidates: int, verified: int, matched: int) -> None:
        """Say how many alerts there are, and add what matching took."""
        self._engine_alerts.set(alerts)
        for name, count in (
            ("candidates", candidates),
            ("verified", verified),
            ("matched", matched),
        ):
            self._engine[name].inc(count)

    def dearest(self, seconds: Mapping[str, float]) -> None:
        """Say which alerts took most; those named before are not, unless they are again."""
        self._dearest.clear()
        for alert_id, each in seconds.items():
            self._dearest.labels(alert_id).set(each)

    def sources(self, counts: Mapping[str, int]) -> None:
        """Say how many sources are in each state; a state that is gone has none."""
        self._sources.clear()
        for state, count in counts.items():
            self._sources.labels(state).set(count)

    def rendered(self) -> bytes:
        """Give all of them in Prometheus' text format."""
        return generate_latest(self.registry)
