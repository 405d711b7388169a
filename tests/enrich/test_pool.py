"""The pool, with a worker that hangs, crashes or fails on the articles that say so."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rasad_core.codec import encode
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleFetched
from rasad_core.runtime.handling import Stopped
from rasad_enrich.frames import Analysed
from rasad_enrich.pool import AnalysisFailed, AnalysisPool

Fetch = Callable[..., ArticleFetched]
WORKER = """
import os, sys, time
from rasad_core.events import ArticleAnalysed
from rasad_enrich.worker import serve

def analyse(fetched):
    match fetched.title:
        case "hang":
            while True: pass
        case "crash":
            os.kill(os.getpid(), 9)
        case "crash once":
            try:
                os.mkdir(fetched.text)
            except FileExistsError:
                pass
            else:
                os._exit(1)
        case "bug":
            raise ZeroDivisionError
        case "print":
            print("noise from a library")
    return ArticleAnalysed(trace_id=fetched.trace_id, article_id=fetched.article_id,
        form=fetched.form, fetched_at=fetched.fetched_at, published=fetched.fetched_at,
        title=str(os.getpid()), text=fetched.text or "")

serve(analyse, timeout_seconds=float(sys.argv[1]))
"""


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, str]:
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    return sys.executable, str(script)


def reasons(results: object) -> list[Reason | str]:
    assert isinstance(results, list)
    return [
        result.reason if isinstance(result, Unprocessable) else result.trace_id
        for result in results
    ]


def test_results_come_in_the_order_of_the_articles(fetch: Fetch, command: tuple[str, str]) -> None:
    events = [fetch("x", trace_id=f"trace-{number}") for number in range(50)]

    with AnalysisPool(2, 10, command=command) as pool:
        results = pool.analyse_many(events)

    assert reasons(results) == [event.trace_id for event in events]


def test_an_article_that_hangs_or_kills_costs_no_other(
    fetch: Fetch, command: tuple[str, str]
) -> None:
    titles = ["good", "hang", "good", "crash", "good", "bug", "print"]
    events = [fetch("x", title=title, trace_id=title) for title in titles]

    with AnalysisPool(2, 0.3, command=command) as pool:
        results = pool.analyse_many(events)
        again = pool.analyse_many(events[:1])

    assert reasons(results) == [
        "good", Reason.TIMED_OUT, "good", Reason.CRASHED, "good", Reason.BUG, "print",
    ]  # fmt: skip
    assert reasons(again) == ["good"]


def test_an_article_whose_process_was_killed_once_is_tried_again(
    fetch: Fetch, command: tuple[str, str], tmp_path: Path
) -> None:
    event = fetch(str(tmp_path / "been here"), title="crash once", trace_id="second")

    with AnalysisPool(1, 10, command=command) as pool:
        assert reasons(pool.analyse_many([event])) == ["second"]


def test_large_articles_pass_through(fetch: Fetch, command: tuple[str, str]) -> None:
    text = "ا" * 500_000

    with AnalysisPool(2, 10, command=command) as pool:
        results = pool.analyse_many([fetch(text), fetch(text), fetch(text)])

    assert [len(one.text) for one in results if isinstance(one, ArticleAnalysed)] == [500_000] * 3


def test_work_at_hand_ends_when_the_pool_is_asked_to_stop(
    fetch: Fetch, command: tuple[str, str]
) -> None:
    answers = itertools.chain([False], itertools.repeat(True))

    with (
        AnalysisPool(1, 60, command=command, stopping=lambda: next(answers)) as pool,
        pytest.raises(Stopped),
    ):
        pool.analyse_many([fetch("x", title="hang")])


def test_bytes_that_are_no_event_are_refused_and_the_next_is_not(
    fetch: Fetch, command: tuple[str, str]
) -> None:
    with AnalysisPool(1, 10, command=command) as pool:
        refused, empty, good = pool.analyse_encoded([b"\xff\x00", b"", encode(fetch("x"))])

    assert isinstance(refused, Unprocessable)
    assert isinstance(empty, Unprocessable)
    assert (refused.reason, empty.reason) == (Reason.MALFORMED, Reason.MALFORMED)
    assert isinstance(good, Analysed)
    assert (good.article_id, good.trace_id) == ("article-1", "trace-1")
    assert pool.finished == 3


def test_processes_that_do_not_start_are_reported(fetch: Fetch) -> None:
    command = (sys.executable, "-c", "raise SystemExit(3)")

    with (
        AnalysisPool(1, 1, command=command) as pool,
        pytest.raises(AnalysisFailed, match="did not start"),
    ):
        pool.analyse_many([fetch("x")])


def test_closing_takes_less_than_a_second_even_in_the_middle_of_work(
    fetch: Fetch, command: tuple[str, str]
) -> None:
    pool = AnalysisPool(2, 60, command=command)
    pool.analyse_many([fetch("x"), fetch("x")])
    started = time.monotonic()

    pool.close()

    assert time.monotonic() - started < 1
    assert reasons(AnalysisPool(1, 1, command=command).analyse_many([])) == []


def test_children_end_when_their_parent_is_killed(command: tuple[str, str]) -> None:
    parent = f"""
import datetime, sys
from rasad_core.events import ArticleFetched
from rasad_enrich.pool import AnalysisPool
now = datetime.datetime(2024, 5, 9, tzinfo=datetime.timezone.utc)
pool = AnalysisPool(2, 60, command={command!r})
pool.analyse_many([ArticleFetched(trace_id="", article_id="", form="record", fetched_at=now)] * 9)
print("ready", flush=True)
sys.stdin.read()
"""
    # Its children inherit the error stream, which therefore ends when the last of them has.
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n"

        os.kill(process.pid, signal.SIGKILL)

        assert process.stderr.read() == b""


def test_the_real_worker_analyses(fetch: Fetch) -> None:
    event = fetch("The council met in Leeds, in the United Kingdom.", title="Council meets")

    with AnalysisPool(1, 30) as pool:
        (article,) = pool.analyse_many([event])

    assert isinstance(article, ArticleAnalysed)
    assert "iso:GB" in [entity.id for entity in article.entities]
    assert encode(article)
