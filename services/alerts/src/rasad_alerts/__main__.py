"""Matching as a program of its own, on Kafka and Elasticsearch: `python -m rasad_alerts`."""

import sys

from rasad_alerts import snapshot
from rasad_alerts.definitions import Definitions
from rasad_alerts.run import process
from rasad_core.adapters.stages import Running, run_stage
from rasad_core.runtime.handling import Process
from rasad_core.topics import ENRICHED


def main() -> int:
    """Match until asked to stop; gives the exit status."""
    return run_stage("alerts", (ENRICHED,), _built)


def _built(running: Running) -> Process:
    found = running.cluster
    folder = running.settings.data
    armed = snapshot.load(folder)
    running.opening.callback(snapshot.save, armed, folder)
    definitions = Definitions(found.store, found.log, found.clock, armed)
    return process(definitions, found.clock, running.metrics)


if __name__ == "__main__":
    sys.exit(main())
