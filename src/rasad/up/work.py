"""The process that does the work: fetching, every stage, and sending. `python -m rasad.up.work`."""

import math
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack

import structlog

from rasad import outward
from rasad.embedded import Archive, made
from rasad.pipeline import Pipeline
from rasad.up.child import stop_with_parent
from rasad.up.measures import Measures
from rasad_core.runtime.handling import Outcome
from rasad_core.runtime.logs import start_logging
from rasad_core.runtime.outcomes import OutcomeRecorder
from rasad_core.runtime.settings import read_settings

# Outcomes of pushed articles are written so often; measures every 5 s, and the log is trimmed every
# 10 minutes.
_RECORD_SECONDS = 0.2
_MEASURE_EVERY, _TRIM_EVERY = 25, 3000


def main(reading: int) -> int:
    """Work until asked to stop; gives the exit status."""
    settings = read_settings(os.environ)
    start_logging(settings.log_level, settings.log_format)
    with stop_with_parent(reading) as stop, made(settings) as archive:
        recorder = OutcomeRecorder(archive.store)
        measures = Measures(archive)
        sender = outward.sender(archive, measures.metrics)

        def observe(outcome: Outcome) -> None:
            recorder.observe(outcome)
            measures.metrics.observe(outcome)

        pipeline = Pipeline(
            archive,
            observe,
            stop,
            patience_seconds=math.inf,
            wake=sender.wake,
            written=measures.searchable,
            measures=measures.metrics,
        )
        with ExitStack() as threads:
            threads.callback(recorder.flush)
            threads.enter_context(pipeline)
            _start(threads, stop, "sender", lambda: sender.run(stop))
            ingest = outward.live_ingest(archive)
            _start(threads, stop, "ingest", lambda: ingest.run(stop))
            _keep_house(archive, recorder, measures, stop)
    return 0


def _start(threads: ExitStack, stop: threading.Event, name: str, run: Callable[[], None]) -> None:
    """Run in a thread that ends the program when it fails: the parent starts it again."""

    def guarded() -> None:
        try:
            run()
        except Exception:  # noqa: BLE001  the parent starts the process again, with a log line
            structlog.get_logger().exception("thread failed", thread=name)
            os._exit(1)  # nothing here needs closing; the parent starts the process again
        finally:
            stop.set()

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    threads.callback(thread.join)


def _keep_house(
    archive: Archive, recorder: OutcomeRecorder, measures: Measures, stop: threading.Event
) -> None:
    """Write down outcomes and measures, and trim the log, each in its time."""
    rounds = 0
    while not stop.wait(_RECORD_SECONDS):
        recorder.flush()
        if rounds % _MEASURE_EVERY == 0:
            measures.write()
        if rounds % _TRIM_EVERY == _TRIM_EVERY - 1:
            archive.log.trim(retention_days=archive.settings.log_retention_days)
        rounds += 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
