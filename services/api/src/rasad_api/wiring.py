"""From settings to ports, the same in every program that runs the API."""

import threading
from collections.abc import Callable

from rasad_api.ports import Discover, Log, Ports
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import FetchLimits, HttpFetcher, user_agent
from rasad_core.ports import ArticleIndex, Clock, Store
from rasad_core.runtime.readiness import Dependency
from rasad_core.runtime.settings import Settings


def wired(
    settings: Settings,
    *,
    index: ArticleIndex,
    store: Store,
    log: Log,
    clock: Clock,
    loopback: bool,
    stopping: threading.Event,
    discover: Discover | None = None,
    dependencies: tuple[Dependency, ...] = (),
    measures: Callable[[], bytes] = bytes,
) -> Ports:
    """Give everything the API needs; nothing is asked by it."""
    return Ports(
        index=index,
        store=store,
        publisher=log,
        reader=log,
        clock=clock,
        fetcher=telling_fetcher(settings),
        loopback=loopback,
        admin_key=settings.api_admin_key,
        target_rules=AddressRules(allow_networks=settings.deliver_allow_networks),
        source_rules=AddressRules(allow_networks=settings.ingest_allow_networks),
        publish_timeout_seconds=settings.api_publish_timeout_seconds,
        stopping=stopping,
        discover=discover,
        dependencies=dependencies,
        measures=measures,
    )


def telling_fetcher(settings: Settings) -> HttpFetcher:
    """Give the client that calls webhooks; it follows no redirect."""
    return HttpFetcher(
        AddressRules(allow_networks=settings.deliver_allow_networks),
        FetchLimits(timeout_seconds=settings.deliver_timeout_seconds, max_redirects=0),
        user_agent=user_agent(settings.ingest_contact),
    )
