"""Live ingest: what teams ask for is polled, and what was found is completed, until told."""

import random
from threading import Event

from rasad_core.intake.items import Limits
from rasad_core.net.fetch import Fetcher
from rasad_core.ports import Clock, Publisher, Store
from rasad_ingest.live.completion import Completion
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.parsing import Parser
from rasad_ingest.live.poll import Poller
from rasad_ingest.live.robots import Robots
from rasad_ingest.live.rounds import Rounds

# How soon a row added or changed counts.
_LOOK_EVERY_SECONDS = 1.0


class LiveIngest:
    """Reads what teams ask for. One per data set: nobody else may write its states and tasks."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        store: Store,
        publisher: Publisher,
        clock: Clock,
        limits: Limits,
        look_every_seconds: float = _LOOK_EVERY_SECONDS,
    ) -> None:
        self._look_every_seconds = look_every_seconds
        self._fetcher = fetcher
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._limits = limits

    def run(self, stop: Event) -> None:
        """Poll and complete until `stop` is set; returns within 2 s of it, leaving no process.

        Killed at any time, it loses nothing: what was not remembered is read and sent again.
        """
        hosts = Hosts()
        robots = Robots(self._fetcher, self._clock, hosts)
        with Parser(self._limits) as parser:
            poller = Poller(
                fetcher=self._fetcher,
                store=self._store,
                publisher=self._publisher,
                clock=self._clock,
                parser=parser,
                hosts=hosts,
                robots=robots,
                limits=self._limits,
                chance=random.Random(),  # noqa: S311  spreads retries, guards nothing
                stop=stop,
            )
            completion = Completion(
                fetcher=self._fetcher,
                store=self._store,
                publisher=self._publisher,
                clock=self._clock,
                hosts=hosts,
                robots=robots,
                reader=parser,
                stop=stop,
            )
            rounds = Rounds(self._store, self._clock, poller, completion.complete)
            rounds.run(stop, self._look_every_seconds)
