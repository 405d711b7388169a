"""Stories as a program of their own, on Kafka and Elasticsearch: `python -m rasad_stories`.

One process works; others stand by, for the topic has one partition.
"""

import sys

from rasad_core.adapters.stages import Running, run_stage
from rasad_core.errors import RasadError
from rasad_core.runtime.handling import Process
from rasad_core.topics import ANALYSED
from rasad_stories.publish import StateLast
from rasad_stories.run import process
from rasad_stories.sequence import Stories

STATE_NAME = "stories.db"


def main() -> int:
    """Sequence until asked to stop; gives the exit status."""
    return run_stage("stories", (ANALYSED,), _built, publishing=StateLast)


def _built(running: Running) -> Process:
    folder = running.settings.data
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RasadError(f"cannot make the folder {folder}: {error.strerror}") from error
    stories = running.opening.enter_context(Stories(folder / STATE_NAME))
    found = running.cluster
    return process(stories, found.log, found.clock)


if __name__ == "__main__":
    sys.exit(main())
