"""Where a command finds log and store: in the folder of one machine, or in a cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rasad import options
from rasad_core.ports import Clock, LogReader, Publisher, Store
from rasad_core.runtime.settings import Settings, read_settings


class Log(Publisher, LogReader, Protocol):
    """An event log to read and to write."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Log and store of one set of data."""

    log: Log
    store: Store
    clock: Clock


def cluster_settings(data: Path | None, api: str | None) -> Settings | None:
    """Give the settings where the environment names a cluster, and no option something else."""
    if data is not None or api is not None:
        return None
    found = read_settings(os.environ)
    return found if found.cluster.kafka_bootstrap else None


@contextmanager
def reading(data: Path | None, api: str | None) -> Iterator[Place]:
    """Open what is there, to read."""
    if settings := cluster_settings(data, api):
        with _cluster(settings) as place:
            yield place
        return
    from rasad.embedded import opened

    with opened(options.folder_settings(data, api)) as archive:
        yield Place(log=archive.log, store=archive.store, clock=archive.clock)


@contextmanager
def writing(data: Path | None, api: str | None) -> Iterator[Place]:
    """Open what is there, to write documents and events.

    In a folder in which nobody else works, what was written is worked through at the end.
    """
    if settings := cluster_settings(data, api):
        with _cluster(settings) as place:
            yield place
        return
    from rasad.embedded import beside
    from rasad.pipeline import unfinished, work_through

    with beside(options.folder_settings(data, api)) as (archive, alone):
        yield Place(log=archive.log, store=archive.store, clock=archive.clock)
        if alone and unfinished(archive):
            work_through(archive)


@contextmanager
def _cluster(settings: Settings) -> Iterator[Place]:
    from rasad_core.adapters.cluster import opened

    with opened(settings) as found:
        yield Place(log=found.log, store=found.store, clock=found.clock)
