"""The servers that tests run on: how they are found, and what is said where they cannot be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from java import find_java, major

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


def run(*options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    return subprocess.run(
        [sys.executable, str(RUN), *options, "--", *ECHO],
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
