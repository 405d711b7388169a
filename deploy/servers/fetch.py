"""Fetches both servers by their Maven coordinates, once, into a cache."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

KAFKA = "4.1.1"
ELASTICSEARCH = "9.2.0"
_ARCHIVE = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{ELASTICSEARCH}:zip"
_POM = Path(__file__).with_name("pom.xml")
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def kafka_jars(cache: Path) -> Path:
    """Give the folder of Kafka's jars."""
    folder = cache / f"kafka-{KAFKA}"
    return folder if folder.exists() else _made(folder, _fetch_kafka)


def elasticsearch_home(cache: Path) -> Path:
    """Give the folder of an unpacked Elasticsearch, which nothing is written into."""
    folder = cache / f"elasticsearch-{ELASTICSEARCH}"
    return folder if folder.exists() else _made(folder, _fetch_elasticsearch)


def _made(folder: Path, fetch: Callable[[Path], Path]) -> Path:
    """Fetch into a folder beside it, which takes its name when it is whole."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        whole = fetch(part)
        if not folder.exists():
            whole.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _fetch_kafka(part: Path) -> Path:
    target = part / "jars"
    _maven(
        "-f", str(_POM), f"{_COPY}:copy-dependencies",
        f"-DoutputDirectory={target}", "-DincludeScope=runtime",
    )  # fmt: skip
    return target


def _fetch_elasticsearch(part: Path) -> Path:
    _maven(f"{_COPY}:copy", f"-Dartifact={_ARCHIVE}", f"-DoutputDirectory={part}")
    (archive,) = part.glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = Path(opened.extract(member, part))
            # zipfile leaves the mode out, and the launcher needs it.
            if mode := member.external_attr >> 16 & 0o777:
                path.chmod(mode)
    return part / f"elasticsearch-{ELASTICSEARCH}"


def _maven(*arguments: str) -> None:
    subprocess.run(["mvn", "-q", "-B", *arguments], check=True)  # noqa: S607  wherever it is
