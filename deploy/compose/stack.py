"""One run of compose.yaml under a name, key and port of its own."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from command import refused, said
from engine import Engine
from server import free_ports

ROOT = Path(__file__).parents[2]
PROJECT = "rasad-check"
SERVICES = (
    "ingest", "enrich", "enrich-backfill", "stories", "index", "alerts", "deliver", "api",
)  # fmt: skip
SERVERS = ("kafka", "elasticsearch")
RECEIVER = "receiver"
# Beyond the bar of 180 s, so that a machine that is slower tells how slow.
_READY_SECONDS = 420


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container as the engine tells of it."""

    id: str
    service: str
    state: str
    exit_code: int
    read_only: bool


class Stack:
    """The services of compose.yaml, and one more that webhooks are sent to."""

    def __init__(self, engine: Engine, folder: Path, images: Mapping[str, str], key: str) -> None:
        self.key = key
        [self.port] = free_ports(1)
        self._engine = engine
        self._override = folder / "override.json"
        self._override.write_text(json.dumps(_override(engine)))
        self._key_file = folder / "admin_key"
        self._key_file.write_text(key)
        self._environ = {
            **engine.environ,
            **images,
            "COMPOSE_PARALLEL_LIMIT": "1",
            "TAG": "check",
            "PUBLISH": f"127.0.0.1:{self.port}",
            "ADMIN_KEY_FILE": str(self._key_file),
            # The receiver is on a network of the engine's own choosing.
            "RASAD_DELIVER_ALLOW_NETWORKS": "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        }

    def compose(self, *arguments: str) -> str:
        """Run Compose on the project."""
        return said(*self._command(arguments), environ=self._environ)

    def without_key(self) -> str:
        """Give what Compose says where no key was made."""
        return refused(*self._command(["config"]), environ={**self._environ, "ADMIN_KEY_FILE": ""})

    def up(self, *options: str) -> None:
        """Start what does not run, and return when all of it is healthy."""
        # `topics` ends when it is done, which `--wait` for everything takes for a failure.
        names = [*SERVERS, *SERVICES, RECEIVER]
        limit = str(_READY_SECONDS)
        self.compose("up", "--detach", "--wait", "--wait-timeout", limit, *options, *names)

    def containers(self, *services: str) -> Sequence[Container]:
        """Give those of some services, or of all, ended ones too."""
        ids = self.compose("ps", "--all", "--quiet", *services).split()
        return [_container(each) for each in json.loads(self._engine.docker("inspect", *ids))]

    def docker(self, *arguments: str) -> str:
        """Run the engine's client."""
        return self._engine.docker(*arguments)

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [
            *self._engine.compose,
            *("--project-name", PROJECT, "--project-directory", str(ROOT)),
            *("--file", str(ROOT / "compose.yaml"), "--file", str(self._override)),
            *arguments,
        ]


@contextmanager
def removed_after(stack: Stack) -> Iterator[None]:
    """Take away its containers, networks and volumes when the block ends, and before."""
    stack.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
    try:
        yield
    finally:
        stack.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")


def _override(engine: Engine) -> Mapping[str, Any]:
    """Give what the check adds to compose.yaml."""
    receiver = {
        "image": "rasad/operate:check",
        "entrypoint": ["python", "-u", "/receiver.py"],
        "volumes": [f"{Path(__file__).with_name('receiver.py')}:/receiver.py:ro"],
        "networks": ["outside"],
        "read_only": True,
        "healthcheck": {
            "test": ["CMD", "python", "/opt/rasad/image/ready.py", "8080", "/"],
            "interval": "5s",
        },
    }
    # An engine made here has no way out of its own networks while it builds.
    build = {"build": {"network": "host"}} if engine.made else {}
    return {"services": {**dict.fromkeys(("topics", *SERVICES), build), RECEIVER: receiver}}


def _container(told: Mapping[str, Any]) -> Container:
    return Container(
        id=told["Id"],
        service=told["Config"]["Labels"]["com.docker.compose.service"],
        state=told["State"]["Status"],
        exit_code=told["State"]["ExitCode"],
        read_only=told["HostConfig"]["ReadonlyRootfs"],
    )


def half_of_memory_gb() -> float:
    """Give how much of this machine's memory the check may take."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**31
