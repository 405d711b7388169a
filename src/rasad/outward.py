"""Wires what speaks to the world: fetching, sending, and the API's ports."""

import threading
from functools import partial

from rasad.embedded import Archive
from rasad.up.measures import read_measures
from rasad_api.ports import Ports
from rasad_api.wiring import telling_fetcher, wired
from rasad_core.intake.items import Limits
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import FetchLimits, HttpFetcher, user_agent
from rasad_core.net.loopback import is_loopback
from rasad_core.runtime.metrics import Metrics
from rasad_core.runtime.settings import Settings
from rasad_deliver.measure import counting
from rasad_deliver.send import Sender
from rasad_ingest.live.discover import discover
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.run import LiveIngest


def reading_fetcher(settings: Settings) -> HttpFetcher:
    """Give the client that reads feeds and pages."""
    return HttpFetcher(
        AddressRules(allow_networks=settings.ingest_allow_networks),
        FetchLimits(
            timeout_seconds=settings.ingest_timeout_seconds,
            max_bytes=settings.ingest_max_bytes,
            max_redirects=settings.ingest_max_redirects,
        ),
        user_agent=user_agent(settings.ingest_contact),
        proxy=settings.ingest_proxy,
    )


def sender(archive: Archive, metrics: Metrics) -> Sender:
    """Give what sends notifications."""
    settings = archive.settings
    return Sender(
        archive.store,
        telling_fetcher(settings),
        archive.clock,
        retry_seconds=settings.deliver_retry_seconds,
        observe=counting(metrics),
    )


def live_ingest(archive: Archive) -> LiveIngest:
    """Give what polls the sources."""
    settings = archive.settings
    return LiveIngest(
        fetcher=reading_fetcher(settings),
        store=archive.store,
        publisher=archive.log,
        clock=archive.clock,
        limits=Limits(max_bytes=settings.ingest_max_bytes),
    )


def api_ports(archive: Archive, stopping: threading.Event) -> Ports:
    """Give everything the API needs."""
    settings = archive.settings
    return wired(
        settings,
        index=archive.index,
        store=archive.store,
        log=archive.log,
        clock=archive.clock,
        loopback=is_loopback(settings.api_host),
        stopping=stopping,
        measures=partial(read_measures, settings.data),
        discover=partial(
            discover,
            fetcher=reading_fetcher(settings),
            hosts=Hosts(),
            stop=stopping,
            limits=Limits(max_bytes=settings.ingest_max_bytes),
        ),
    )
