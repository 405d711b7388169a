"""Finds a Java that both servers run on."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

# Elasticsearch 9 asks for 21; Kafka 4 for 17.
OLDEST = 21


def find_java(environ: Mapping[str, str]) -> Path | None:
    """Give the home of the newest JDK there is, None where none is new enough."""
    homes = dict.fromkeys(_homes(environ))
    found = [(version, home) for home in homes if (version := version_of(home)) >= OLDEST]
    return max(found)[1] if found else None


def version_of(home: Path) -> int:
    """Ask a Java for its major version; 0 where there is none that answers."""
    java = home / "bin" / "java"
    if not os.access(java, os.X_OK):
        return 0
    try:
        said = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return major(said.stderr)


def major(said: str) -> int:
    """Read what `java -version` says: `openjdk version "25.0.1" …`, and `"1.8.0_292"` before 9."""
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else 0


def _homes(environ: Mapping[str, str]) -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if environ.get(name):
            yield Path(environ[name])
    if java := shutil.which("java", path=environ.get("PATH")):
        yield Path(java).resolve().parent.parent
    yield from _installed(Path("/usr/lib/jvm"), Path("/opt"), Path("/Library/Java"))


def _installed(*folders: Path) -> Iterable[Path]:
    return [
        java.resolve().parent.parent
        for folder in folders
        for pattern in ("*/bin/java", "*/*/Contents/Home/bin/java")
        for java in sorted(folder.glob(pattern))
    ]
