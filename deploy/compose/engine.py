"""A Docker engine and Compose: those that are there, or, on Debian as root, ones made for a while.

Made ones come from packages: the engine from Debian, Compose from its Go module. They stay in a
folder, so that a second check starts at once.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from command import CheckFailed, said, timed

_COMPOSE_VERSION = "v2.40.3"
_PACKAGES = {"dockerd": "docker.io", "debootstrap": "debootstrap", "iptables": "iptables"}
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_MODULE = f"""\
module scratch

go 1.24

require github.com/docker/compose/v2 {_COMPOSE_VERSION}
"""
# Importing the command makes `go mod tidy` keep what it needs.
_IMPORT = """\
package scratch

import _ "github.com/docker/compose/v2/cmd/compose"
"""


class Engine:
    """How to speak to an engine. `made`: started here, where no registry is reached."""

    def __init__(self, environ: Mapping[str, str], compose: tuple[str, ...], *, made: bool) -> None:
        self.environ = environ
        self.compose = compose
        self.made = made

    def docker(self, *arguments: str, timeout_seconds: float = 1800.0) -> str:
        """Run the client and give what it said."""
        return said("docker", *arguments, environ=self.environ, timeout_seconds=timeout_seconds)

    def has(self, image: str) -> bool:
        """Say whether there is an image of that name."""
        return bool(self.docker("images", "--quiet", image).strip())


@contextmanager
def engine(cache: Path) -> Iterator[Engine]:
    """Lend the engine that answers, or one that ends with the block."""
    if _works("docker", "info"):
        yield Engine({}, _compose(cache), made=False)
        return
    _install()
    compose = _compose(cache)
    with _started(cache / "engine") as socket:
        yield Engine({"DOCKER_HOST": socket, "DOCKER_BUILDKIT": "0"}, compose, made=True)


def _install() -> None:
    missing = [package for program, package in _PACKAGES.items() if not shutil.which(program)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise CheckFailed(
            "no Docker engine answers, and one can only be made on Debian as root: "
            "start one, or point DOCKER_HOST at one"
        )
    with timed(f"installed {', '.join(missing)}"):
        said("apt-get", "update", "-q")
        said(
            "apt-get", "install", "-y", "-q", "--no-install-recommends", *missing,
            environ={"DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip


def _compose(cache: Path) -> tuple[str, ...]:
    """Give the command that is Compose."""
    if _works("docker", "compose", "version"):
        return ("docker", "compose")
    program = cache / f"docker-compose-{_COMPOSE_VERSION}"
    if program.exists():
        return (str(program),)
    if not shutil.which("go"):
        raise CheckFailed("there is no Docker Compose v2, and no Go to build it: install either")
    with timed(f"built Compose {_COMPOSE_VERSION}"):
        source = cache / "compose-source"
        source.mkdir(parents=True, exist_ok=True)
        (source / "go.mod").write_text(_MODULE)
        (source / "scratch.go").write_text(_IMPORT)
        said("go", "mod", "tidy", folder=source)
        part = program.with_suffix(".part")
        said(
            "nice", "go", "build", "-o", str(part), "github.com/docker/compose/v2/cmd",
            folder=source,
        )  # fmt: skip
        part.rename(program)
        shutil.rmtree(source)
    return (str(program),)


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    """Run an engine whose files are all in a folder; gives its address."""
    folder.mkdir(parents=True, exist_ok=True)
    socket = f"unix://{folder}/docker.sock"
    (folder / "pid").unlink(missing_ok=True)
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(
            [
                *("dockerd", "--host", socket, "--pidfile", str(folder / "pid")),
                *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C ends the check, which ends the engine after its use
        )
    try:
        _wait(daemon, socket, folder / "log")
        yield socket
    finally:
        daemon.terminate()
        daemon.wait(_STOP_SECONDS)


def _wait(daemon: subprocess.Popen[bytes], socket: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _works("docker", "--host", socket, "info"):
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise CheckFailed(f"the engine did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.2)


def _works(*command: str) -> bool:
    try:
        said(*command, timeout_seconds=30)
    except (CheckFailed, OSError, subprocess.TimeoutExpired):
        return False
    return True
