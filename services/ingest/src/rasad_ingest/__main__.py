"""Live ingest as a program of its own, on Kafka and Elasticsearch: `python -m rasad_ingest`.

One process reads the sources; others stand by, for a publisher is asked once.
"""

import sys
import threading
from contextlib import suppress

from rasad_core.adapters.stages import Running, opened, prepared
from rasad_core.documents.sources import states_of
from rasad_core.errors import Unavailable
from rasad_core.intake.items import Limits
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import FetchLimits, HttpFetcher, user_agent
from rasad_core.runtime.lease import Lease, run_leased
from rasad_core.runtime.program import run_program
from rasad_core.runtime.settings import Settings
from rasad_core.topics import RAW, RAW_BACKFILL
from rasad_ingest.live.run import LiveIngest

_COUNT_SECONDS = 30.0


def main() -> int:
    """Read the sources until asked to stop; gives the exit status."""
    return run_program("ingest", _run)


def _run(settings: Settings, stop: threading.Event) -> None:
    with opened("ingest", settings, stop) as running:
        if not prepared(running, (RAW, RAW_BACKFILL)):
            return
        ingest = _ingest(running)
        running.running.set()
        running.in_thread("sources", lambda: _count_sources(running))
        run_leased(Lease(running.cluster.store, "ingest"), ingest.run, stop)


def _count_sources(running: Running) -> None:
    """Keep the number of sources in each state of health in the metrics."""
    while not running.stop.wait(_COUNT_SECONDS):
        with suppress(Unavailable):  # the numbers of before stay
            running.metrics.sources(states_of(running.cluster.store))


def _ingest(running: Running) -> LiveIngest:
    settings, found = running.settings, running.cluster
    fetcher = HttpFetcher(
        AddressRules(allow_networks=settings.ingest_allow_networks),
        FetchLimits(
            timeout_seconds=settings.ingest_timeout_seconds,
            max_bytes=settings.ingest_max_bytes,
            max_redirects=settings.ingest_max_redirects,
        ),
        user_agent=user_agent(settings.ingest_contact),
        proxy=settings.ingest_proxy,
    )
    return LiveIngest(
        fetcher=fetcher,
        store=found.store,
        publisher=found.log,
        clock=found.clock,
        limits=Limits(max_bytes=settings.ingest_max_bytes),
    )


if __name__ == "__main__":
    sys.exit(main())
