"""What a program counts, under the names of the public interface."""

from datetime import UTC, datetime, timedelta

from rasad_core.errors import Reason
from rasad_core.ports import Lag
from rasad_core.runtime.handling import Outcome
from rasad_core.runtime.metrics import Metrics

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def samples(metrics: Metrics) -> dict[str, float]:
    lines = metrics.rendered().decode().splitlines()
    found = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in found}


def test_events_are_counted_by_stage_outcome_and_reason() -> None:
    metrics = Metrics()
    done = Outcome(stage="index", result="done", key="a", trace_id="t")
    dead = Outcome(stage="index", result="dead", key="b", trace_id="t", reason=Reason.BUG)
    for outcome in (done, done, dead):
        metrics.observe(outcome)

    found = samples(metrics)

    assert found['rasad_events_total{outcome="done",reason="",stage="index"}'] == 2
    assert found['rasad_events_total{outcome="dead",reason="bug",stage="index"}'] == 1


def test_lag_of_a_partition_is_the_last_that_was_told() -> None:
    metrics = Metrics()
    for count in (7, 3):
        lag = Lag(topic="articles.raw", partition=4, messages=count, seconds=count / 2)
        metrics.lags("enrich", [lag])

    found = samples(metrics)

    labels = '{partition="4",stage="enrich",topic="articles.raw"}'
    assert found[f"rasad_lag_messages{labels}"] == 3
    assert found[f"rasad_lag_seconds{labels}"] == 1.5


def test_time_to_be_searchable_falls_into_its_bucket_and_is_never_negative() -> None:
    metrics = Metrics()
    metrics.searchable(NOW, NOW + timedelta(seconds=3))
    metrics.searchable(NOW, NOW - timedelta(seconds=3))

    found = samples(metrics)

    assert found['rasad_published_to_searchable_seconds_bucket{le="2.0"}'] == 1
    assert found['rasad_published_to_searchable_seconds_bucket{le="5.0"}'] == 2
    assert found["rasad_published_to_searchable_seconds_sum"] == 3


def test_engine_deliveries_and_sources_have_the_names_of_the_interface() -> None:
    metrics = Metrics()
    metrics.engine(alerts=5, candidates=3, verified=3, matched=1)
    metrics.engine(alerts=6, candidates=1, verified=1, matched=1)
    metrics.dearest({"a1": 2.5})
    metrics.dearest({"a2": 3.5})
    metrics.attempted("webhook", "delivered")
    metrics.delivered(NOW, NOW)
    metrics.sources({"ok": 2, "gone": 1})
    metrics.sources({"ok": 3})

    found = samples(metrics)

    assert found["rasad_engine_alerts"] == 6
    assert found["rasad_engine_candidates_total"] == 4
    assert found["rasad_engine_matched_total"] == 2
    assert [name for name in found if "dearest" in name] == [
        'rasad_engine_dearest_seconds{alert_id="a2"}'
    ]
    assert found['rasad_deliveries_total{channel="webhook",outcome="delivered"}'] == 1
    assert found["rasad_published_to_delivered_seconds_count"] == 1
    assert [name for name in found if name.startswith("rasad_sources")] == [
        'rasad_sources{state="ok"}'
    ]


def test_two_programs_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.attempted("webhook", "failed")

    assert 'rasad_deliveries_total{channel="webhook",outcome="failed"}' not in samples(other)
