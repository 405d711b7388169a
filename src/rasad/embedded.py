"""One data folder opened: log, store and index in one SQLite file, under one lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.adapters.sqlite.log import SqliteLog
from rasad_core.adapters.sqlite.store import SqliteStore
from rasad_core.errors import RasadError
from rasad_core.runtime import lock
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.settings import Settings

DATABASE_NAME = "rasad.db"
STORIES_NAME = "stories.db"


@dataclass(frozen=True, kw_only=True)
class Archive:
    """The adapters over one folder."""

    settings: Settings
    database: Database
    log: SqliteLog
    store: SqliteStore
    index: SqliteArticleIndex
    clock: SystemClock

    @property
    def stories_path(self) -> Path:
        """Where the stories stage keeps its state."""
        return self.settings.data / STORIES_NAME


@contextmanager
def opened(settings: Settings) -> Iterator[Archive]:
    """Open what is there, to read beside whoever works in it; raises `RasadError` if nothing is.

    Reading never waits for a writer and needs no lock.
    """
    path = settings.data / DATABASE_NAME
    if not path.exists():
        raise RasadError(f"there is no archive in {settings.data}; `rasad ingest` makes one")
    clock = SystemClock()
    database = Database(path)
    try:
        yield Archive(
            settings=settings,
            database=database,
            log=SqliteLog(database, clock),
            store=SqliteStore(database),
            index=SqliteArticleIndex(database),
            clock=clock,
        )
    finally:
        database.close()


@contextmanager
def working(settings: Settings) -> Iterator[Archive]:
    """Open the folder to work in, made if need be; raises `InUse` while another program does."""
    make_folder(settings.data)
    with lock.hold(settings.data), made(settings) as archive:
        yield archive


@contextmanager
def made(settings: Settings) -> Iterator[Archive]:
    """Open the folder, its files made if need be, under a lock that the caller sees to."""
    Database(settings.data / DATABASE_NAME).close()
    with opened(settings) as archive:
        yield archive


@contextmanager
def beside(settings: Settings) -> Iterator[tuple[Archive, bool]]:
    """Open the folder to write documents and events; True where nobody else works in it.

    Beside `rasad up`, which takes up what is written; under the lock where there is none. Raises
    `InUse` while a command works in the folder.
    """
    holder = lock.holder(settings.data)
    if holder is not None and holder.address is not None:
        with opened(settings) as archive:
            yield archive, False
    else:
        with working(settings) as archive:
            yield archive, True


def make_folder(folder: Path) -> None:
    """Make the folder and those above it; raises `RasadError` where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RasadError(f"cannot make the folder {folder}: {error.strerror}") from error
