"""Delivery as a program of its own, on Kafka and Elasticsearch: `python -m rasad_deliver`.

Every process records matches of its partitions; one of them sends.
"""

import sys

from rasad_core.adapters.stages import Running, run_stage
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import FetchLimits, HttpFetcher, user_agent
from rasad_core.runtime.handling import Process
from rasad_core.runtime.lease import Lease, run_leased
from rasad_core.runtime.settings import Settings
from rasad_core.topics import MATCHED
from rasad_deliver.measure import counting
from rasad_deliver.run import process
from rasad_deliver.send import Sender


def main() -> int:
    """Deliver until asked to stop; gives the exit status."""
    return run_stage("deliver", (MATCHED,), _built)


def _built(running: Running) -> Process:
    found = running.cluster

    sender = Sender(
        found.store,
        _fetcher(running.settings),
        found.clock,
        retry_seconds=running.settings.deliver_retry_seconds,
        observe=counting(running.metrics),
    )
    lease = Lease(found.store, "sender")
    running.in_thread("sender", lambda: run_leased(lease, sender.run, running.stop))
    return process(found.store, found.clock, sender.wake)


def _fetcher(settings: Settings) -> HttpFetcher:
    return HttpFetcher(
        AddressRules(allow_networks=settings.deliver_allow_networks),
        FetchLimits(timeout_seconds=settings.deliver_timeout_seconds, max_redirects=0),
        user_agent=user_agent(settings.ingest_contact),
    )


if __name__ == "__main__":
    sys.exit(main())
