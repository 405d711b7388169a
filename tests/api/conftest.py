"""The API over memory: no server, no file, a clock that stands until it is moved."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import httpx
import pytest

from api_clock import NOW, MovableClock
from api_peers import Peers
from in_process import client_of
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import DEFAULT_TEAM
from rasad_core.documents.keys import Key, Role, hash_of, new_key
from rasad_core.documents.table import Table
from rasad_core.kinds import KEYS
from rasad_core.net.addresses import AddressRules

MakeClient = Callable[..., httpx.Client]
KeyFor = Callable[..., dict[str, str]]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def index() -> MemoryArticleIndex:
    return MemoryArticleIndex()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def log(clock: MovableClock) -> MemoryLog:
    return MemoryLog(clock)


@pytest.fixture
def peers() -> Peers:
    return Peers()


@pytest.fixture
def ports(
    index: MemoryArticleIndex,
    store: MemoryStore,
    log: MemoryLog,
    clock: MovableClock,
    peers: Peers,
) -> Iterator[Ports]:
    stopping = threading.Event()
    yield Ports(
        index=index,
        store=store,
        publisher=log,
        reader=log,
        clock=clock,
        fetcher=peers,
        loopback=True,
        admin_key=None,
        target_rules=AddressRules(),
        source_rules=AddressRules(),
        publish_timeout_seconds=5.0,
        stopping=stopping,
    )
    stopping.set()


@pytest.fixture
def make_client(ports: Ports) -> MakeClient:
    """Make a client of an application whose ports differ in what is named."""

    def make(**changes: object) -> httpx.Client:
        app = create_app(replace(ports, **changes))  # type: ignore[arg-type]
        return client_of(app)

    return make


@pytest.fixture
def client(make_client: MakeClient) -> httpx.Client:
    """A client that needs no key: the default team's admin on loopback."""
    return make_client()


@pytest.fixture
def key_for(store: MemoryStore) -> KeyFor:
    """Store a key and give the header that shows it; from then on every request needs one."""

    def make(
        role: Role = "admin", team_id: str = DEFAULT_TEAM, expires_at: datetime | None = None
    ) -> dict[str, str]:
        key_id, key = new_key()
        held = Key(
            key_id=key_id, name=role, team_id=team_id, role=role, key_hash=hash_of(key),
            created_at=NOW, expires_at=expires_at,
        )  # fmt: skip
        Table(store, KEYS, Key).create(key_id, held, team_id=team_id)
        return {"authorization": f"Bearer {key}"}

    return make
