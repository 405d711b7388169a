"""Every service is killed under load: nothing accepted is lost, nothing is told twice."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_programs import SERVICES, Cluster, cluster
from fault_load import loaded

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path) as made:
        made.start_all()
        yield made


def test_every_service_killed_under_load_loses_and_doubles_nothing(running: Cluster) -> None:
    with loaded(running) as load:
        for name in SERVICES:
            running.kill(running.one(name))
            running.start(name)
            load.wait_for(3.0)
        running.wait_ready()
        load.wait_for(3.0)
        count = load.count()
    sys.stdout.write(f"{count}\n")

    assert count.accepted > 100
    assert count.sound, count


def test_partitions_of_a_killed_worker_move_within_30_seconds(running: Cluster) -> None:
    second = running.start("enrich")
    running.wait_ready()
    with loaded(running) as load:
        load.wait_for(10.0)  # both have partitions by now
        running.kill(second)
        load.wait_for(30.0)
        count = load.count(patience_seconds=10.0)
    sys.stdout.write(f"{count}\n")

    assert count.sound, count
