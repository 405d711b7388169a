"""Indexing as a program of its own, on Kafka and Elasticsearch: `python -m rasad_index`."""

import sys
from contextlib import suppress

import structlog

from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.stages import Running, run_stage
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleEnriched
from rasad_core.runtime.handling import Process
from rasad_core.topics import ENRICHED
from rasad_index.run import process

# Months pass slowly.
_HOUSEKEEPING_SECONDS = 3600.0


def main() -> int:
    """Index until asked to stop; gives the exit status."""
    return run_stage("index", (ENRICHED,), _built)


def _built(running: Running) -> Process:
    found, metrics = running.cluster, running.metrics
    running.in_thread("retention", lambda: _keep_house(running))

    def searchable(article: ArticleEnriched) -> None:
        if article.origin == "live":
            metrics.searchable(article.published, found.clock.now())

    return process(
        found.index,
        found.store,
        clock=found.clock,
        retention_days=running.settings.retention_days,
        written=searchable,
    )


def _keep_house(running: Running) -> None:
    """Drop the months that are past retention, all of them; say when to rebuild."""
    found, settings = running.cluster, running.settings
    client, prefix = found.client, settings.cluster.elasticsearch_prefix
    while True:
        with suppress(Unavailable):  # the next hour does it
            if lifecycle.outdated(client, prefix):
                structlog.get_logger().warning(
                    "articles are indexed as an older program did, and some queries miss them:"
                    " run `rasad index rebuild`"
                )
            lifecycle.drop_expired(
                client, prefix, now=found.clock.now(), retention_days=settings.retention_days
            )
        if running.stop.wait(_HOUSEKEEPING_SECONDS):
            return


if __name__ == "__main__":
    sys.exit(main())
