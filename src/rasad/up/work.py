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
from rasad_core.runtime.logs import start_logging
from rasad_core.runtime.outcomes import OutcomeRecorder
from rasad_core.runtime.settings import read_settings

# Outcomes of pushed articles are written so often; the log is trimmed so often.
_RECORD_SECONDS = 0.2
_TRIM_SECONDS = 600.0


def main(reading: int) -> int:
    """Work until asked to stop; gives the exit status."""
    settings = read_settings(os.environ)
    start_logging(settings.log_level, settings.log_format)
    with stop_with_parent(reading) as stop, made(settings) as archive:
        recorder = OutcomeRecorder(archive.store)
        sender = outward.sender(archive)
        pipeline = Pipeline(
            archive, recorder.observe, stop, patience_seconds=math.inf, wake=sender.wake
        )
        with ExitStack() as threads:
            threads.callback(recorder.flush)
            threads.enter_context(pipeline)
            _start(threads, stop, "sender", lambda: sender.run(stop))
            ingest = outward.live_ingest(archive)
            _start(threads, stop, "ingest", lambda: ingest.run(stop))
            _keep_house(archive, recorder, stop)
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


def _keep_house(archive: Archive, recorder: OutcomeRecorder, stop: threading.Event) -> None:
    left_seconds = _TRIM_SECONDS
    while not stop.wait(_RECORD_SECONDS):
        recorder.flush()
        left_seconds -= _RECORD_SECONDS
        if left_seconds < 0:
            archive.log.trim(retention_days=archive.settings.log_retention_days)
            left_seconds = _TRIM_SECONDS


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
