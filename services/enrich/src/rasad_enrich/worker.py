"""The process that analyses: `python -m rasad_enrich.worker SECONDS`, started by the pool.

It reads articles from standard input and answers each on standard output. It ends when its
input does, so it never outlives its parent by more than the article at hand.
"""

import logging
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from rasad_core.codec import decode
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleFetched
from rasad_enrich.frames import READY, pack_result, read_frame, write_frame

Analyse = Callable[[ArticleFetched], ArticleAnalysed]
# An article of 1 MiB takes less than 200 MB beside the word lists; what needs more is an attack.
_MAX_MEMORY_BYTES = 2 << 30
# The parent is the one to notice that the time is up; the alarm is for when it is gone.
_GRACE_SECONDS = 5


def serve(analyse: Analyse, *, timeout_seconds: float) -> None:
    """Answer until the input ends. A frame in is one article, a frame out its result."""
    # Ctrl-C reaches the whole group: the parent decides what is finished and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The default action ends the process even inside C code that never returns to Python.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
    source = sys.stdin.buffer
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        # A library that prints must not end up between two frames.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            write_frame(answers, READY)
            while (payload := read_frame(source)) is not None:
                signal.setitimer(signal.ITIMER_REAL, timeout_seconds + _GRACE_SECONDS)
                result = _result(analyse, payload)
                signal.setitimer(signal.ITIMER_REAL, 0)
                write_frame(answers, pack_result(result))
        except BrokenPipeError:
            os._exit(0)  # the parent is gone; closing the stream would only fail again


def _result(analyse: Analyse, payload: bytes) -> ArticleAnalysed | Unprocessable:
    try:
        return analyse(decode(payload, ArticleFetched))
    except Unprocessable as refusal:
        return refusal
    except Exception:  # noqa: BLE001  a bug travels to the parent, the process goes on
        return Unprocessable(Reason.BUG, traceback.format_exc())


def main() -> None:
    """Load what analysis needs, then serve."""
    from rasad_enrich.pipeline import analyse

    # Whoever searches beside an import waits for an answer; analysis does not. On a free machine
    # it costs nothing.
    os.nice(10)

    # They say at length why a page is no article, which the result says as well.
    for chatty in ("trafilatura", "htmldate"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    # Word lists load on first use; better now than inside the first article's time limit.
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    text = "The first article loads the lists.\nIt is thrown away."
    analyse(ArticleFetched(trace_id="", article_id="", form="text", fetched_at=moment, text=text))
    serve(analyse, timeout_seconds=float(sys.argv[1]))


if __name__ == "__main__":
    main()
