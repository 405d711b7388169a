"""The servers that tests run on: how they are found, and what is said where they cannot be."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from java import find_java, major
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.ports import Outgoing
from rasad_core.topics import RAW
from run import made_server
from server import free_ports

RUN = Path(__file__).parents[2] / "deploy" / "servers" / "run.py"
ECHO = [sys.executable, "-c", "import os; print(sorted(n for n in os.environ if n[:5] == 'TEST_'))"]


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "25.0.1" 2025-10-21', 25),
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime', 17),
        ('java version "1.8.0_292"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("no java here", 0),
    ],
)
def test_version_is_read_from_what_java_says(said: str, version: int) -> None:
    assert major(said) == version


def test_newest_java_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    for name, version in (("old", "17.0.1"), ("young", "99.0.1"), ("younger", "98.0.2")):
        java = tmp_path / name / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        java.chmod(0o755)
    named = {"JAVA_HOME": str(tmp_path / "old"), "ES_JAVA_HOME": str(tmp_path / "young")}

    assert find_java({**named, "PATH": str(tmp_path / "younger" / "bin")}) == tmp_path / "young"


def run(
    *options: str, command: Sequence[str] = ECHO, **environ: str
) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    return subprocess.run(
        [sys.executable, str(RUN), *options, "--", *command],
        env={**bare, **environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_without_maven_the_command_runs_and_the_gap_is_said(tmp_path: Path) -> None:
    ran = run(PATH=str(tmp_path))

    assert (ran.returncode, ran.stdout.strip()) == (0, "[]")
    assert "No real servers" in ran.stderr


def test_where_servers_are_required_a_gap_is_an_error(tmp_path: Path) -> None:
    ran = run("--require", PATH=str(tmp_path))

    assert (ran.returncode, ran.stdout) == (1, "")


def test_servers_that_are_named_already_are_used() -> None:
    ran = run(TEST_KAFKA="127.0.0.1:1", TEST_ELASTICSEARCH="http://127.0.0.1:2")

    assert ran.stdout.strip() == "['TEST_ELASTICSEARCH', 'TEST_KAFKA']"


NAMED = {"TEST_KAFKA": "127.0.0.1:1", "TEST_ELASTICSEARCH": "http://127.0.0.1:2"}


@pytest.mark.parametrize(
    ("body", "status"),
    [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)],
)
def test_status_of_the_command_is_passed_on(body: str, status: int) -> None:
    assert run(command=[sys.executable, "-c", body], **NAMED).returncode == status


def test_command_ends_in_its_own_way_where_we_are_asked_to_end() -> None:
    body = (
        "import signal, sys, threading\n"
        "asked = threading.Event()\n"
        "signal.signal(signal.SIGTERM, lambda *_: asked.set())\n"
        "print('up', flush=True)\n"
        "while not asked.wait(0.05): pass\n"
        "print('tidied up'); sys.exit(5)\n"
    )
    with subprocess.Popen(
        [sys.executable, str(RUN), "--", sys.executable, "-c", body],
        env={**os.environ, **NAMED}, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        said = running.stdout.read()

    assert (running.returncode, said) == (5, "tidied up\n")


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_free_ports_are_none_that_a_connection_may_be_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as given:
        assert max(free_ports(20)) < given.getsockname()[1]


def test_free_ports_do_not_follow_a_seed() -> None:
    random.seed(1)
    first = free_ports(20)
    random.seed(1)

    assert free_ports(20) != first


needs_java = pytest.mark.skipif(
    find_java(os.environ) is None or shutil.which("mvn") is None,
    reason="there is no JDK of 21 or newer, or no Maven",
)


@needs_java
@pytest.mark.live("kafka")
@pytest.mark.slow
def test_kafka_keeps_port_and_data_over_a_stop_and_runs_as_nobody() -> None:
    java = find_java(os.environ)
    assert java is not None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)  # the server is somebody else
        server = made_server("kafka", folder, java)
        access = KafkaAccess(bootstrap=(server.address,))
        try:
            server.start()
            server.wait()
            apply_topics(access, retention_days=1, partitions=1)
            publish(access, "before")
            server.stop()
            gone = not server.answers()
            server.start()
            server.wait()
            keys = publish(access, "after")
            owner = (folder / "data").stat().st_uid
        finally:
            server.stop()

    assert gone
    assert keys == ["before", "after"]
    assert owner != 0


def publish(access: KafkaAccess, key: str) -> list[str]:
    """Publish one; give the keys of all that is there."""
    log = KafkaLog(access)
    log.publish([Outgoing(topic=RAW, key=key, value=b"v")])
    keys = [message.key for message in log.read(RAW)]
    log.close()
    return keys
