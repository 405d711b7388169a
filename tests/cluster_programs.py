"""Every service as a program of its own on real servers: started, asked, killed, stopped by tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from kafka import KafkaAdminClient

import live_servers
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.topics import apply_topics
from server import free_ports
from up_program import until

ADMIN_KEY = "the-first-key-of-a-test"
SERVICES = ("ingest", "enrich", "stories", "index", "alerts", "deliver", "api")
# CONTRACT 3: SIGTERM ends every program within 25 s.
END_SECONDS = 25.0


@dataclass
class Service:
    """One running process of a service."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10.0, trust_env=False)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"{self.name} ended: {self.said()}"
        with suppress(httpx.HTTPError):
            return self.get("/readyz").status_code == 200
        return False

    def metrics(self, name: str) -> dict[str, float]:
        """Give the samples of a metric: labels as written → value."""
        found: dict[str, float] = {}
        for line in self.get("/metrics").text.splitlines():
            sample, _, value = line.rpartition(" ")
            if sample == name or sample.startswith(f"{name}{{"):
                found[sample.removeprefix(name)] = float(value)
        return found

    def rss_mb(self) -> float:
        """Give the resident memory of the process and its children."""
        return sum(_rss_kb(pid) for pid in [self.process.pid, *_children(self.process.pid)]) / 1024

    def cpu_seconds(self) -> float:
        """Give the processor time of the process and its living children."""
        ticks = sum(_ticks(pid) for pid in [self.process.pid, *_children(self.process.pid)])
        return ticks / os.sysconf("SC_CLK_TCK")

    def said(self) -> str:
        return self.log.read_text()[-3000:]

    def kill(self) -> None:
        """End it with SIGKILL, as a machine that loses power would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end; it must, in time and with 0."""
        self.process.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        status = self.process.wait(timeout=END_SECONDS + 15)
        took = time.monotonic() - asked

        assert status == 0, f"{self.name} ended with {status}: {self.said()}"
        assert took < END_SECONDS, f"{self.name} took {took:.1f} s to end"


@dataclass
class Cluster:
    """A set of names on the servers, and the services that run on it."""

    folder: Path
    kafka: str
    elasticsearch: str
    prefix: str
    environ: Mapping[str, str]
    running: list[Service] = field(default_factory=list)

    def start(self, name: str, **environ: str) -> Service:
        """Start one more process of a service."""
        [port], number = free_ports(1), len(list(self.folder.glob("*.log")))
        log = self.folder / f"{number:03d}-{name}.log"
        given = {
            "RASAD_KAFKA_BOOTSTRAP": self.kafka,
            "RASAD_KAFKA_PREFIX": self.prefix,
            "RASAD_ELASTICSEARCH_URL": self.elasticsearch,
            "RASAD_ELASTICSEARCH_PREFIX": self.prefix,
            "RASAD_API_ADMIN_KEY": ADMIN_KEY,
            "RASAD_DATA": str(self.folder / "data"),
            "RASAD_DELIVER_ALLOW_NETWORKS": "127.0.0.1/32",
            "RASAD_INGEST_ALLOW_NETWORKS": "127.0.0.1/32",
            "RASAD_ENRICH_WORKERS": "1",
            f"RASAD_{name.upper()}_PORT": str(port),
            **self.environ,
            **environ,
        }
        (self.folder / "data").mkdir(exist_ok=True)
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", f"rasad_{name}"],
                env={**os.environ, **given},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        service = Service(name, process, port, log)
        self.running.append(service)
        return service

    def start_all(self, names: Sequence[str] = SERVICES) -> None:
        """Start one of each, and wait until all are ready."""
        for name in names:
            self.start(name)
        self.wait_ready()

    def wait_ready(self) -> None:
        for service in self.running:
            until(service.is_ready)

    def one(self, name: str) -> Service:
        """Give the running process of a service."""
        return next(service for service in self.running if service.name == name)

    def kill(self, service: Service) -> None:
        service.kill()
        self.running.remove(service)

    def stop(self, service: Service) -> None:
        service.stop()
        self.running.remove(service)

    def api(self) -> httpx.Client:
        """Give a client with the first key."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.one('api').port}",
            headers={"authorization": f"Bearer {ADMIN_KEY}"},
            timeout=30.0,
            trust_env=False,
        )

    def apply_topics(self) -> None:
        apply_topics(KafkaAccess(bootstrap=(self.kafka,), prefix=self.prefix), retention_days=3)

    def remove(self) -> None:
        """Take away what is on the servers."""
        admin = KafkaAdminClient(bootstrap_servers=self.kafka)
        admin.delete_topics([name for name in admin.list_topics() if name.startswith(self.prefix)])
        admin.close()
        client = connect(ElasticsearchAccess(urls=(self.elasticsearch,)))
        names = client.cat.indices(index=f"{self.prefix}*", format="json").body
        for index in names:
            assert isinstance(index, dict)
            client.indices.delete(index=str(index["index"]))
        client.options(ignore_status=404).indices.delete_index_template(name=f"{self.prefix}*")
        client.close()


@contextmanager
def cluster(
    folder: Path,
    *,
    kafka: str | None = None,
    elasticsearch: str | None = None,
    environ: Mapping[str, str] = {},
) -> Iterator[Cluster]:
    """Give a cluster with its topics; what still runs at the end must end when asked."""
    made = Cluster(
        folder=folder,
        kafka=kafka or live_servers.kafka(),
        elasticsearch=elasticsearch or live_servers.elasticsearch(),
        prefix=live_servers.new_prefix(),
        environ={"RASAD_LOG_LEVEL": "info", **environ},
    )
    made.apply_topics()
    try:
        yield made
        for service in list(made.running):
            made.stop(service)
    finally:
        for service in made.running:
            service.kill()
        made.remove()


def accepted(answer: httpx.Response) -> list[str]:
    """Give the ids of what a push took."""
    assert answer.status_code == 202, answer.text
    return [each["article_id"] for each in answer.json()["accepted"]]


def pushed(client: httpx.Client, *records: Mapping[str, Any], origin: str = "live") -> list[str]:
    """Push articles that must be accepted."""
    body = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return accepted(
        client.post(
            f"/v1/articles?origin={origin}",
            content=body.encode(),
            headers={"content-type": "application/x-ndjson"},
        )
    )


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    # Processes of a thread other than the main one are listed under that thread.
    found = [int(one) for task in listed.parent.parent.iterdir() for one in _words(task)]
    return found + [grand for child in found for grand in _children(child)]


def _words(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def _rss_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((each for each in status.splitlines() if each.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1])


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    # utime and stime, and those of children that ended.
    return sum(map(int, fields[11:15]))
