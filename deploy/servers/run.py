"""Runs a command beside a real Kafka and a real Elasticsearch, and stops them after it.

    python deploy/servers/run.py [--require] [--only kafka|elasticsearch] -- COMMAND…

The command finds them by `TEST_KAFKA` (host:port) and `TEST_ELASTICSEARCH` (URL); where both are
set already, it uses what they name. Without a JDK of 21 or newer and Maven the command runs all the
same, after a loud word; `--require` makes that an error.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fetch import elasticsearch_home, kafka_jars
from java import OLDEST, find_java
from server import Elasticsearch, Kafka, Server

CACHE = Path(__file__).with_name(".cache")
_BOTH = ("kafka", "elasticsearch")


def main(arguments: Sequence[str]) -> int:
    """Give the exit status of the command."""
    own, command = _parted(arguments)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--require", action="store_true", help="fail where they cannot be run")
    parser.add_argument("--only", choices=_BOTH, help="run one of them")
    asked = parser.parse_args(own)
    if not command:
        parser.error("there is no command after --")
    if "TEST_KAFKA" in os.environ and "TEST_ELASTICSEARCH" in os.environ:
        return _run(command, {})
    missing = _missing()
    if missing:
        sys.stderr.write(f"\n*** No real servers: {missing}. What needs them is left out. ***\n\n")
        return 1 if asked.require else _run(command, {})
    with _signalled(), started([asked.only] if asked.only else _BOTH) as environ:
        return _run(command, environ)


@contextmanager
def started(names: Sequence[str] = _BOTH) -> Iterator[dict[str, str]]:
    """Run the servers until the block ends; gives the variables that name them."""
    java = find_java(os.environ)
    assert java is not None
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="servers-") as temporary:
        Path(temporary).chmod(0o755)  # the servers run as somebody else
        servers: dict[str, Server] = {}
        for name in names:
            folder = Path(temporary) / name
            folder.mkdir()
            made = made_server(name, folder, java)
            stack.callback(made.stop)
            made.start()
            servers[name] = made
        for made in servers.values():
            made.wait()
        yield {f"TEST_{name.upper()}": made.address for name, made in servers.items()}
        stack.close()


def made_server(name: str, folder: Path, java: Path) -> Server:
    """Make a server that is not started yet."""
    if name == "kafka":
        return Kafka(folder, java=java, jars=_reachable(kafka_jars(CACHE), folder))
    home = _reachable(elasticsearch_home(CACHE), folder)
    return Elasticsearch(folder, java=java, home=home)


def _reachable(program: Path, folder: Path) -> Path:
    """Give a program where the servers' user finds it: copied, from a checkout closed to others."""
    if os.geteuid() != 0 or all(each.stat().st_mode & 0o001 for each in program.parents):
        return program
    return Path(shutil.copytree(program, folder / "program"))


def _parted(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    if "--" not in arguments:
        return arguments, []
    at = list(arguments).index("--")
    return arguments[:at], arguments[at + 1 :]


def _missing() -> str:
    """Say what is not there, nothing if all is."""
    if find_java(os.environ) is None:
        return f"there is no JDK of {OLDEST} or newer"
    return "" if shutil.which("mvn") else "there is no Maven (mvn)"


def _run(command: Sequence[str], environ: dict[str, str]) -> int:
    """Give its exit status, as a shell does. Who asks us to end asks it, and we wait for it."""
    process = subprocess.Popen(command, env={**os.environ, **environ})

    def pass_on(number: int, _: object) -> None:
        process.send_signal(number)
        signal.signal(signal.SIGTERM, before)  # asked again, we leave

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        try:
            status = process.wait()
        except KeyboardInterrupt:  # it heard it too, from the terminal
            status = process.wait()
    finally:
        process.kill()
        process.wait()
        signal.signal(signal.SIGTERM, before)
    return status if status >= 0 else 128 - status


@contextmanager
def _signalled() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that what was started is stopped."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
