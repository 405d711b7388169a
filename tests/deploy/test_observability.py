"""What Prometheus and Grafana are given asks for metrics that exist, and says where to read on."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rasad_api.metrics import Requests
from rasad_core.runtime.metrics import Metrics

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
PROMETHEUS = ROOT / "deploy" / "prometheus" / "prometheus.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "rasad.json"
COMPOSE = ROOT / "compose.yaml"
# Section 5 of the public interface; a histogram is asked for by its buckets and its count.
PUBLIC = {
    "rasad_lag_messages": {"stage", "topic", "partition"},
    "rasad_lag_seconds": {"stage", "topic", "partition"},
    "rasad_events_total": {"stage", "outcome", "reason"},
    "rasad_published_to_searchable_seconds": {"le"},
    "rasad_published_to_delivered_seconds": {"le"},
    "rasad_engine_alerts": set[str](),
    "rasad_engine_candidates_total": set(),
    "rasad_engine_verified_total": set(),
    "rasad_engine_matched_total": set(),
    "rasad_deliveries_total": {"channel", "outcome"},
    "rasad_sources": {"state"},
}


def base(name: str) -> str:
    return re.sub(r"_seconds_(?:bucket|count|sum)$", "_seconds", name)


def asked(text: str) -> set[str]:
    return {base(name) for name in re.findall(r"\brasad_[a-z_]+", text)}


def expressions() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def offered() -> set[str]:
    """What programs really say, by the text that Prometheus reads."""
    metrics = Metrics()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    metrics.searchable(now, now)
    metrics.delivered(now, now)
    said = metrics.rendered().decode() + Requests().text()
    kinds = re.findall(r"^# TYPE (rasad_[a-z_]+) (\w+)$", said, re.MULTILINE)
    # Version 0.0.4 names a counter with its ending.
    return {name for name, _ in kinds}


def test_programs_offer_every_public_metric() -> None:
    assert set(PUBLIC) <= offered()


@pytest.mark.parametrize("path", [RULES, DASHBOARD], ids=lambda path: path.name)
def test_only_metrics_that_exist_are_asked_for(path: Path) -> None:
    found = asked("\n".join(expressions()) if path == DASHBOARD else path.read_text())

    assert found
    assert found <= offered()


def test_dashboard_shows_every_public_metric() -> None:
    assert set(PUBLIC) <= asked("\n".join(expressions()))


def test_labels_that_are_asked_for_exist() -> None:
    text = RULES.read_text() + "\n".join(expressions())
    for name, selector in re.findall(r"\b(rasad_[a-z_]+)\{([^}]*)\}", text):
        labels = set(re.findall(r'(\w+)\s*(?:=~|!=|!~|=)\s*"', selector))

        assert labels <= PUBLIC[base(name)], name


def test_dashboard_names_no_data_source_of_its_own() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    sources = {panel["datasource"]["uid"] for panel in dashboard["panels"]}

    assert dashboard["uid"] == "rasad-overview"
    assert sources == {"${source}"}
    assert [each["type"] for each in dashboard["templating"]["list"]] == ["datasource"]


def test_every_alert_says_what_to_read_and_the_page_has_it() -> None:
    headings = re.findall(r"^#+ (\S+)$", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE)
    alerts = re.findall(r"^ +- alert: (\w+)$", RULES.read_text(), re.MULTILINE)
    anchors = re.findall(r"runbook: docs/deploy\.md#(\w+)$", RULES.read_text(), re.MULTILINE)

    assert len(alerts) == len(anchors)
    assert set(anchors) <= {heading.lower() for heading in headings}


def test_prometheus_looks_where_compose_lets_programs_answer() -> None:
    scraped = dict(
        re.findall(r"names: \[([a-z-]+)\], type: A, port: (\d+)", PROMETHEUS.read_text())
    )
    checked = re.findall(r'ready\.py, "(\d+)"\]', COMPOSE.read_text())

    assert set(scraped) == {
        "ingest", "enrich", "enrich-backfill", "stories", "index", "alerts", "deliver", "api",
    }  # fmt: skip
    assert set(scraped.values()) == set(checked)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_rules_fire_when_they_must_and_not_before() -> None:
    command = ["promtool", "test", "rules", str(RULES.with_name("rules.test.yml"))]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
