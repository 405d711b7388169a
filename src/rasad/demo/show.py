"""Sets a folder up for the demonstration and serves its newsrooms beside `rasad up`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from rasad import screen
from rasad.demo import script
from rasad.demo.server import HOST, Demonstration, serving
from rasad.embedded import Archive, made
from rasad_core.documents.alerts import Alert
from rasad_core.documents.sources import Source
from rasad_core.documents.table import Table
from rasad_core.errors import RasadError
from rasad_core.events import Frozen
from rasad_core.kinds import ALERTS, SOURCES
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.settings import Settings

_FILE_NAME = "demo.json"
# The newsrooms' own address and nothing else: no other program's page on this machine is read.
NETWORK = f"{HOST}/32"
# The news is dated from its first start. After a day it would look old, so it begins again: the
# same articles, under the addresses of a new start.
_FRESH = timedelta(days=1)


class Staged(Frozen, frozen=True, kw_only=True):
    """What makes a second start show the same news as the first: its port and its time."""

    port: int
    started_at: datetime


@contextmanager
def showing(settings: Settings, address: str) -> Iterator[Callable[[], None]]:
    """Serve the newsrooms while the block lasts; gives what to call when the program serves.

    The folder, which the caller holds, gets sources and alerts unless it has them: what a viewer
    changed stays changed.
    """
    with _served(settings.data / _FILE_NAME) as demonstration:
        with made(settings) as archive:
            _set_up(archive, demonstration)

        def greet() -> None:
            screen.print_line(
                script.what_to_look_at(address, demonstration.address, demonstration.newsroom)
            )
            screen.flush()

        yield greet


@contextmanager
def _served(file: Path) -> Iterator[Demonstration]:
    clock = SystemClock()
    staged = _staged(file)
    if staged is not None and clock.now() - staged.started_at > _FRESH:
        staged = None
    port, started_at = (staged.port, staged.started_at) if staged else (0, None)
    with serving(clock, port=port, started_at=started_at) as demonstration:
        taken = int(demonstration.address.rpartition(":")[2])
        kept = Staged(port=taken, started_at=demonstration.newsroom.started_at)
        file.write_bytes(msgspec.json.encode(kept))
        yield demonstration


def _staged(file: Path) -> Staged | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Staged)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise RasadError(f"{file} is damaged ({error}); remove it to start anew") from error


def _set_up(archive: Archive, demonstration: Demonstration) -> None:
    now = archive.clock.now()
    sources = Table(archive.store, SOURCES, Source)
    for row in sources.all():
        # Rows of an earlier start, whose newsrooms nobody serves any more.
        if row.value.url.startswith(f"http://{HOST}:"):
            sources.delete(row.key)
    for source in script.sources(demonstration.newsroom.news, demonstration.address, now=now):
        sources.create(source.source_id, source, team_id=source.team_id)
    alerts = Table(archive.store, ALERTS, Alert)
    for alert in script.alerts(demonstration.address, now=now):
        alerts.create(alert.alert_id, alert, team_id=alert.team_id)
