"""Commands that work on a cluster where the environment names one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import live_servers
import live_store
from command_line import rasad
from kafka_topics import kafka_access
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.errors import Reason
from rasad_core.ports import Message
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.consume import dead_letter
from rasad_core.topics import BY_NAME, RAW, Stage

KEY = "\udcffkey"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[KafkaAccess]:
    """Give topics of a test's own, and name them and a store of its own in the environment."""
    with kafka_access() as access:
        monkeypatch.setenv("RASAD_KAFKA_BOOTSTRAP", ",".join(access.bootstrap))
        monkeypatch.setenv("RASAD_KAFKA_PREFIX", access.prefix)
        monkeypatch.setenv("RASAD_ELASTICSEARCH_URL", os.environ.get("TEST_ELASTICSEARCH", ""))
        monkeypatch.setenv("RASAD_ELASTICSEARCH_PREFIX", access.prefix)
        yield access


def die(log: KafkaLog, stage: Stage, reason: Reason, *, key: str = "a") -> None:
    message = Message(
        topic=RAW, partition=3, offset=41, key=key, value=b"{}", headers={"trace_id": "t"},
        at=SystemClock().now(),
    )  # fmt: skip
    log.publish([dead_letter(message, stage, reason, "why", attempts=2, at=message.at)])


@pytest.mark.live
@pytest.mark.slow
def test_dead_letters_of_a_cluster_are_listed_shown_sent_again_once_and_dropped(
    cluster: KafkaAccess,
) -> None:
    log = KafkaLog(cluster)
    die(log, "enrich", Reason.EMPTY, key=KEY)
    die(log, "index", Reason.TOO_LARGE)
    try:
        listed = rasad("dead", "list", "--json").lines
        narrowed = rasad("dead", "list", "--stage", "index", "--json").lines
        (shown,) = rasad("dead", "show", "enrich-0-0", "--json").lines
        first = rasad("dead", "replay", "--stage", "enrich", "--yes", "--json")
        second = rasad("dead", "replay", "--stage", "enrich", "--yes", "--json")
        dropped = rasad("dead", "drop", "index-0-0", "--yes", "--json").lines
        left = rasad("dead", "list", "--json").lines
        missing = rasad("dead", "show", "index-0-0")
        again = [
            message
            for partition in range(log.partitions_of(RAW))
            for message in log.read(RAW, partition=partition)
        ]
    finally:
        log.close()
        live_store.remove(cluster.prefix)

    assert [each["dead_id"] for each in listed] == ["enrich-0-0", "index-0-0"]
    assert [each["dead_id"] for each in narrowed] == ["index-0-0"]
    assert (shown["value"], shown["headers"]) == ("{}", {"trace_id": "t"})
    assert shown["key"] == "\\xffkey"
    assert first.lines == [{"replayed": 1, "skipped": 0, "failed": 0}]
    assert second.lines == [{"replayed": 0, "skipped": 1, "failed": 0}]
    assert dropped == [{"dropped": 1}]
    assert [(each["dead_id"], each["replayed_at"] is None) for each in left] == [
        ("enrich-0-0", False)
    ]
    assert missing.status == 1
    assert [(each.key, each.value) for each in again] == [(KEY, b"{}")]


@pytest.mark.live("kafka")
def test_folder_that_is_named_wins_over_the_cluster(cluster: KafkaAccess, tmp_path: Path) -> None:
    log = KafkaLog(cluster)
    die(log, "enrich", Reason.EMPTY)
    log.close()

    assert rasad("dead", "list", "--data", tmp_path, "--json").out == ""


@pytest.mark.live("kafka")
def test_topics_are_made_once_and_a_number_of_partitions_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with kafka_access(partitions=1) as access:
        monkeypatch.setenv("RASAD_KAFKA_BOOTSTRAP", live_servers.kafka())
        monkeypatch.setenv("RASAD_KAFKA_PREFIX", access.prefix)
        kept = rasad("topics", "apply", "--json")
        told = rasad("topics", "apply")

    assert {each["topic"] for each in kept.lines} == {access.topic(name) for name in BY_NAME}
    assert {each["topic"] for each in kept.lines if each["action"] == "partitions"} == {
        access.topic(spec.name) for spec in BY_NAME.values() if spec.partitions > 1
    }
    assert kept.status == 1
    assert "has 1 partitions, not 12, and keeps them" in told.out


@pytest.mark.live("kafka")
@pytest.mark.usefixtures("cluster")
def test_topics_as_they_should_be_are_left_alone() -> None:
    longer = rasad("topics", "apply", "--json")

    assert {each["action"] for each in longer.lines} == {"unchanged"}
    assert longer.status == 0
    assert len(longer.lines) == len(BY_NAME)


@pytest.mark.parametrize("command", [("topics", "apply"), ("dead", "list")])
def test_where_kafka_is_away_the_status_says_so(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("RASAD_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("RASAD_ELASTICSEARCH_URL", "http://127.0.0.1:1")

    ran = rasad(*command)

    assert ran.status == 3
    assert "127.0.0.1:1" in ran.err


def test_without_a_cluster_there_are_no_topics_to_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASAD_KAFKA_BOOTSTRAP", raising=False)

    ran = rasad("topics", "apply")

    assert ran.status == 2
    assert "RASAD_KAFKA_BOOTSTRAP" in ran.err
