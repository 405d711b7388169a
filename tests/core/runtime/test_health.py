"""The small server beside a program: alive, ready, and what it counts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from rasad_core.errors import RasadError
from rasad_core.runtime.health import serving_health
from rasad_core.runtime.metrics import Metrics
from rasad_core.runtime.readiness import Check, Dependency, Readiness


def away() -> None:
    raise ConnectionRefusedError("10.0.0.7 refuses")


def there() -> None:
    """Answer."""


@contextmanager
def serving(**checks: Check) -> Iterator[httpx.Client]:
    dependencies = tuple(Dependency(name=name, check=check) for name, check in checks.items())
    with (
        serving_health("127.0.0.1", 0, Metrics(), dependencies) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        yield client


def test_what_is_away_is_named_and_the_program_is_alive_all_the_same() -> None:
    with serving(kafka=there, elasticsearch=away) as client:
        ready, live = client.get("/readyz"), client.get("/livez")

    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "checks": {"kafka": "ok", "elasticsearch": "away"}}
    assert "10.0.0.7" not in ready.text
    assert live.status_code == 200


def test_being_alive_asks_nothing() -> None:
    asked: list[str] = []
    with serving(kafka=lambda: asked.append("kafka")) as client:
        client.get("/livez")
        client.get("/metrics")

    assert asked == []


def test_metrics_are_prometheus_text() -> None:
    with serving(kafka=there) as client:
        answer = client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE rasad_events_total counter" in answer.text


def test_other_addresses_are_not_there() -> None:
    with serving(kafka=there) as client:
        assert client.get("/admin").status_code == 404


def test_balancers_that_ask_often_are_answered_from_memory() -> None:
    asked: list[str] = []
    with serving(kafka=lambda: asked.append("kafka")) as client:
        for _ in range(5):
            assert client.get("/readyz").status_code == 200

    assert asked == ["kafka"]


def test_dependency_that_hangs_does_not_hang_the_answer() -> None:
    over = threading.Event()
    hanging = Dependency(name="kafka", check=over.wait)
    found = Readiness((hanging,), limit_seconds=0.05).look()
    over.set()

    assert found.checks == {"kafka": "away"}
    assert not found.ready


def test_port_that_is_taken_is_said_in_a_sentence() -> None:
    with (
        serving_health("127.0.0.1", 0, Metrics(), ()) as port,
        pytest.raises(RasadError, match=f"cannot answer for health on 127.0.0.1, port {port}"),
        serving_health("127.0.0.1", port, Metrics(), ()),
    ):
        pass
