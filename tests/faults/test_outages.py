"""Elasticsearch or Kafka is away for a while: that costs time, and loses nothing."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

import live_servers
from cluster_programs import cluster
from fault_load import loaded
from java import find_java
from run import made_server
from server import Server
from tcp_proxy import proxied
from up_program import until

pytestmark = [pytest.mark.live, pytest.mark.slow]

AWAY_SECONDS = 30.0


def test_elasticsearch_away_costs_time_and_loses_nothing(tmp_path: Path) -> None:
    server = urlsplit(live_servers.elasticsearch())
    assert server.hostname is not None
    assert server.port is not None
    with (
        proxied(server.hostname, server.port) as proxy,
        cluster(tmp_path, elasticsearch=f"http://127.0.0.1:{proxy.port}") as running,
    ):
        running.start_all()
        with loaded(running) as load:
            load.wait_for(3.0)
            proxy.cut()
            load.wait_for(AWAY_SECONDS / 2)
            with running.api() as client:
                searched = client.get("/v1/search?q=harbour")
            unready = [each.name for each in running.running if not each.is_ready()]
            load.wait_for(AWAY_SECONDS / 2)
            proxy.restore()
            running.wait_ready()
            load.wait_for(3.0)
            count = load.count()
    sys.stdout.write(f"{count} {unready}\n")

    assert searched.status_code == 503
    assert "retry-after" in searched.headers
    assert {"index", "api", "deliver"} <= set(unready)
    assert count.sound, count
    assert until(lambda: load.longest_answer_seconds < 20)


@contextmanager
def own_kafka() -> Iterator[Server]:
    """Give a broker that a test may stop."""
    java = find_java(os.environ)
    assert java is not None
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)  # the server runs as somebody else
        server = made_server("kafka", folder, java)
        server.start()
        try:
            server.wait()
            yield server
        finally:
            server.stop()


def test_kafka_away_costs_time_and_loses_nothing(tmp_path: Path) -> None:
    with (
        own_kafka() as server,
        cluster(tmp_path, kafka=server.address) as running,
    ):
        running.start_all()
        with loaded(running) as load:
            load.wait_for(3.0)
            server.stop()
            load.wait_for(AWAY_SECONDS / 2)
            with running.api() as client:
                searched = client.get("/v1/search?q=quayside")
                pushed = client.post("/v1/articles", json={"title": "Late", "text": "Too late."})
            load.wait_for(AWAY_SECONDS / 2)
            server.start()
            server.wait()
            running.wait_ready()
            load.wait_for(3.0)
            count = load.count()
    sys.stdout.write(f"{count} longest answer {load.longest_answer_seconds:.1f} s\n")

    assert searched.status_code == 200
    assert pushed.status_code == 503
    assert "retry-after" in pushed.headers
    assert count.sound, count
    assert load.longest_answer_seconds < 15
