"""News sites, a place for webhooks and `rasad up` between them, all on loopback."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from loopback import Server, Visit, reply, serving
from up_program import Program, running, until

# Hosts are paced apart from each other, so every site has an address of its own.
ENVIRON = {
    "RASAD_INGEST_ALLOW_NETWORKS": "127.0.0.1/32,127.0.1.0/24",
    "RASAD_DELIVER_ALLOW_NETWORKS": "127.0.0.1/32",
    "RASAD_DELIVER_RETRY_SECONDS": "0.2,0.2,0.2",
}
NOT_HERE = reply(b"not here", status=404)
Answer = bytes | Callable[[Visit], None]


@dataclass(frozen=True)
class Asked:
    """A request that a site met."""

    path: str
    headers: Mapping[str, str]


class Site:
    """What a site answers by path, and what it was asked for, in order."""

    def __init__(self) -> None:
        self.server: Server
        self.address = ""
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []

    def url(self, path: str) -> str:
        return self.server.url(path, self.address)

    def paths(self) -> list[str]:
        """Give what was asked for, without robots.txt."""
        return [each.path for each in self.asked if each.path != "/robots.txt"]

    def answer(self, visit: Visit) -> None:
        self.asked.append(Asked(visit.path, visit.headers))
        given = self.answers.get(visit.path, NOT_HERE)
        if callable(given):
            given(visit)
        else:
            visit.send(given)


@dataclass(frozen=True)
class Told:
    """One attempt of a webhook as it came."""

    path: str
    at: float
    sent_id: str
    data: Any = field(repr=False)

    def urls(self) -> list[str]:
        return [match["article"]["url"] for match in self.data["matches"]]


class Target:
    """Takes webhooks: 204, or what a path is to answer first."""

    def __init__(self) -> None:
        self.server: Server
        self.first: dict[str, list[Answer]] = {}
        self.told: list[Told] = []

    def answer(self, visit: Visit) -> None:
        data = json.loads(visit.body)["data"]
        self.told.append(
            Told(visit.path, time.monotonic(), visit.headers.get("webhook-id", ""), data)
        )
        waiting = self.first.get(visit.path)
        given = waiting.pop(0) if waiting else reply(status=204)
        if callable(given):
            given(visit)
        else:
            visit.send(given)

    def at(self, path: str) -> list[Told]:
        return [each for each in self.told if each.path == path]


@dataclass
class Desk:
    """A running program and the world around it."""

    program: Program
    target: Target
    stack: ExitStack
    sites: int = 0

    def site(self) -> Site:
        """Open a site on the next address."""
        site = Site()
        self.sites += 1
        site.address = f"127.0.1.{self.sites}"
        site.server = self.stack.enter_context(serving(site.answer, address=site.address))
        return site

    def alert(self, query: str, path: str | None = None, **fields: object) -> str:
        """Make an alert that tells the target at a path, by default `/` and the query."""
        url = self.target.server.url(path or f"/{query}")
        channels = [{"type": "webhook", "url": url}]
        draft = {"name": f"About {query}", "query": query, "channels": channels, **fields}
        made: str = self.program.post("/v1/alerts", draft)["alert_id"]
        return made

    def watch(self, url: str, kind: str = "feed") -> str:
        made: str = self.program.post("/v1/sources", {"url": url, "kind": kind})["source_id"]
        return made

    def health(self, source_id: str) -> Any:
        return self.program.get(f"/v1/sources/{source_id}")["health"]

    def poll(self, source_id: str) -> None:
        """Ask for a poll, whenever the source was to be polled."""
        answer = self.program.client.post(f"/v1/sources/{source_id}/poll")
        assert answer.status_code == 202, answer.text

    def until_health(self, source_id: str, *states: str) -> Any:
        """Wait until a source is in one of some states, and give its health."""
        return until(lambda: (told := self.health(source_id))["state"] in states and told)

    def hits(self, query: str) -> list[Any]:
        found: list[Any] = self.program.get(f"/v1/search?q={query}&limit=200")["hits"]
        return found

    def until_told(self, path: str, count: int = 1) -> list[Told]:
        """Wait until a path of the target was told so often, and give all it was told."""
        until(lambda: len(self.target.at(path)) >= count)
        return self.target.at(path)


@contextmanager
def desk(folder: Path, **environ: str) -> Iterator[Desk]:
    """Run the program on a folder, with a place for its webhooks."""
    target = Target()
    with ExitStack() as stack:
        target.server = stack.enter_context(serving(target.answer))
        program = stack.enter_context(running(folder, environ={**ENVIRON, **environ}))
        yield Desk(program, target, stack)


def silence(given_up: Event) -> Callable[[Visit], None]:
    """Never answer; set the event once who asked has given up."""

    def answer(visit: Visit) -> None:
        visit.connection.settimeout(0.05)
        while not visit.stopping.is_set():
            with suppress(TimeoutError):
                if not visit.connection.recv(1):
                    given_up.set()
                    return

    return answer


def page(title: str, text: str) -> bytes:
    """Write a page with an article, as answered."""
    paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n"))
    html = (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body>"
        f"<article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    return reply(html.encode(), "Content-Type: text/html; charset=utf-8")


def feed(document: str | bytes, *headers: str) -> bytes:
    """Write a feed as answered."""
    data = document.encode() if isinstance(document, str) else document
    return reply(data, "Content-Type: application/rss+xml; charset=utf-8", *headers)
