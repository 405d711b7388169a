"""A Kafka and an Elasticsearch of one node each, on free ports of loopback, without privileges."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from random import SystemRandom

# Root leaves its rights behind: Elasticsearch refuses to run with them, and Kafka needs none.
_USER = 65_534 if os.geteuid() == 0 else None
# Elasticsearch takes 15 to 25 s on two idle cores; a busy machine takes several times as long.
_START_SECONDS = 180.0
_STOP_SECONDS = 20.0
# Short lives of small heaps: the simple collector, and the first compiler only, start fastest.
_JAVA = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_PR_SET_PDEATHSIG = 1
# Below what systems give to connections that go out: a port of those, let go for a server to take a
# second later, was another's by then. Seeds that tests set must not make two processes draw alike.
_PORTS = range(20_000, 32_768)
_DRAW = SystemRandom()


class DidNotStart(Exception):
    """A server ended, or did not answer in time; the text is the end of what it said."""


class Server:
    """One server with a folder of its own; it may be stopped, killed and started again."""

    address: str

    def __init__(self, folder: Path, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._command = command
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; `wait` says when it answers."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the command; these are stopped after it
                preexec_fn=_end_with_parent,  # noqa: PLW1509  no threads run here
                user=_USER,
                group=_USER,
                extra_groups=None if _USER is None else [],
            )

    def wait(self) -> None:
        """Return when it answers; raises `DidNotStart`."""
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self._process is None or self._process.poll() is not None:
                raise DidNotStart(self.said())
            if time.monotonic() > deadline:
                raise DidNotStart(f"no answer after {_START_SECONDS:g} s: {self.said()}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Say whether it can be used."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ask it to end, and end it where it does not."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a loss of power would."""
        self._end(signal.SIGKILL)

    def said(self) -> str:
        """Give the end of its log."""
        return (self._folder / "server.log").read_text(errors="replace")[-4000:]

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        # The launcher of Elasticsearch has the server for a child: the whole group is told.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


class Kafka(Server):
    """Apache Kafka in KRaft mode, broker and controller in one."""

    def __init__(self, folder: Path, *, java: Path, jars: Path) -> None:
        self.port, controller = free_ports(2)
        self.address = f"127.0.0.1:{self.port}"
        properties = folder / "server.properties"
        properties.write_text(_kafka_properties(folder / "data", self.port, controller))
        run = [str(java / "bin" / "java"), *_JAVA, "-cp", f"{jars}/*"]
        super().__init__(
            folder,
            [*run, "-Xms384m", "-Xmx384m", "kafka.Kafka", str(properties)],
            {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
        own(folder)
        tool = [*run, "kafka.tools.StorageTool"]
        name = _said([*tool, "random-uuid"]).split()[-1]
        _said([*tool, "format", "--standalone", "-t", name, "-c", str(properties)])

    def answers(self) -> bool:
        """Say whether it takes connections, which it does once it can serve."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


class Elasticsearch(Server):
    """Elasticsearch with what every distribution has."""

    def __init__(self, folder: Path, *, java: Path, home: Path) -> None:
        self.port, transport = free_ports(2)
        self.address = f"http://127.0.0.1:{self.port}"
        config = folder / "config"
        shutil.copytree(home / "config", config)
        (config / "elasticsearch.yml").write_text(
            _elasticsearch_settings(folder, self.port, transport)
        )
        # Its own writes logs of the collector beside the program, where we may not write.
        options = ["-Xms512m", "-Xmx512m", *_JAVA, f"-Djava.io.tmpdir={folder}/temporary", ""]
        (config / "jvm.options").write_text("\n".join(options))
        for name in ("data", "logs", "snapshots", "temporary"):
            (folder / name).mkdir()
        super().__init__(
            folder,
            [str(home / "bin" / "elasticsearch")],
            {
                "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8",
                "ES_JAVA_HOME": str(java),
                "ES_PATH_CONF": str(config),
                "ES_TMPDIR": str(folder / "temporary"),
            },
        )
        own(folder)

    def answers(self) -> bool:
        """Say whether it has a master, and so can make an index."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")
            return connection.getresponse().status == 200
        return False


def own(folder: Path) -> None:
    """Let the unprivileged user write in a folder."""
    if _USER is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _USER, _USER)


def free_ports(count: int) -> list[int]:
    """Give ports of loopback that nobody listens on, and that no connection is given meanwhile."""
    drawn = _DRAW.sample(_PORTS, len(_PORTS))
    return list(islice(filter(_is_free, drawn), count))


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


def _said(command: Sequence[str]) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, user=_USER)
    if ran.returncode:
        raise DidNotStart(ran.stdout + ran.stderr)
    return ran.stdout


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kafka_properties(data: Path, port: int, controller: int) -> str:
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
message.max.bytes=2097152
replica.fetch.max.bytes=2097152
"""


def _elasticsearch_settings(folder: Path, port: int, transport: int) -> str:
    # The simple collector lets garbage lie until the heap is full; the breaker for real memory took
    # that for use, and refused a small request with 429.
    return f"""\
discovery.type: single-node
xpack.security.enabled: false
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
path.repo: ["{folder}/snapshots"]
cluster.routing.allocation.disk.threshold_enabled: false
indices.breaker.total.use_real_memory: false
"""
