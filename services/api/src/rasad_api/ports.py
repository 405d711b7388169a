"""What the API is given by the program that runs it: ports, and the settings it acts by."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from rasad_api.fuse import Fuse
from rasad_core.documents.sources import SourceKind
from rasad_core.net.addresses import AddressRules
from rasad_core.net.messages import Fetcher
from rasad_core.ports import ArticleIndex, Clock, LogReader, Publisher, Store
from rasad_core.runtime.readiness import Dependency


class Discovered(Protocol):
    """A source behind an address, and what the page there calls it."""

    @property
    def url(self) -> str:
        """Where it is."""

    @property
    def kind(self) -> SourceKind:
        """What it is."""

    @property
    def title(self) -> str | None:
        """What it is called."""


# Fetches a page by ingest's rules; raises `Unprocessable` and `Unavailable`.
Discover = Callable[[str], Sequence[Discovered]]


class Log(Publisher, LogReader, Protocol):
    """Both sides of the event log, as every adapter has them."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Everything outside. All ports are called from many threads at once.

    `loopback`: the program listens on a loopback address, so it may answer without keys.
    `target_rules` are deliver's, for addresses that are told; `source_rules` ingest's, for those
    that are read. `fetcher` tells, by the former. `discover` is None where the program
    reads no pages. `measures` gives what other parts of the program count, as Prometheus text.
    `stopping` ends the streams, which would otherwise outlive the program.
    `dependencies` are what `/readyz` names; store and index where nothing is said. `fuse` is for
    looking up keys.
    """

    index: ArticleIndex
    store: Store
    publisher: Publisher
    reader: LogReader
    clock: Clock
    fetcher: Fetcher
    loopback: bool
    admin_key: str | None
    target_rules: AddressRules
    source_rules: AddressRules
    publish_timeout_seconds: float
    stopping: threading.Event
    discover: Discover | None = None
    dependencies: tuple[Dependency, ...] = ()
    fuse: Fuse = field(default_factory=Fuse)
    measures: Callable[[], bytes] = bytes


async def ports_of(request: Request) -> Ports:
    """Give the ports of the application that a request came to."""
    ports = request.app.state.ports
    assert isinstance(ports, Ports)
    return ports


PortsDep = Annotated[Ports, Depends(ports_of)]
