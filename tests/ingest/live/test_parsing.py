"""Documents read in a process of its own: what comes back, and what a hostile one costs."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import live_feeds
from live_feeds import FEED, NOW, entry, rss
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.intake.items import Limits
from rasad_ingest.live.documents import Answer, read_document
from rasad_ingest.live.parsing import Parser, _serve


def answer(body: str) -> Answer:
    return Answer(data=body.encode(), kind="feed", url=FEED, at=NOW)


@pytest.fixture
def parser() -> Iterator[Parser]:
    with Parser(Limits()) as made:
        yield made


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_comes_back_is_what_is_read_here(parser: Parser) -> None:
    body = answer(rss(entry("a"), "<item></item>", head="<ttl>5</ttl>"))

    found = parser.read(body)
    here = read_document(body, Limits())

    assert [each.url for each in found.articles] == [each.url for each in here.articles]
    assert (found.refused, found.ttl_seconds) == (here.refused, 300.0)


def test_what_nothing_can_be_made_of_is_refused_and_the_process_stays(parser: Parser) -> None:
    parser.read(answer(rss(entry("a"))))
    pid = parser.pid
    zipped = Answer(data=b"\x1f\x8bnot gzip", kind="feed", url=FEED, at=NOW)
    with pytest.raises(Unprocessable) as caught:
        parser.read(zipped)

    assert caught.value.reason is Reason.MALFORMED
    assert parser.pid == pid


def test_no_process_before_the_first_document_nor_after_the_end() -> None:
    with Parser(Limits()) as parser:
        before = parser.pid
        parser.read(answer(rss(entry("a"))))
        during = parser.pid
        assert during is not None

    assert before is None
    assert parser.pid is None
    assert not is_there(during)
    with pytest.raises(Unavailable):
        parser.read(answer(rss(entry("a"))))


def test_a_document_that_takes_too_long_is_given_up_and_its_process_ended() -> None:
    hostile = rss(*(f"<item><title>{'<b>' * 50}{n}</title></item>" for n in range(4000)))
    with Parser(Limits(), timeout_seconds=0.05) as parser:
        with pytest.raises(Unprocessable) as caught:
            parser.read(answer(hostile))

        assert caught.value.reason is Reason.TIMED_OUT
        assert parser.pid is None


def test_a_process_that_dies_costs_one_document(parser: Parser) -> None:
    parser.read(answer(rss(entry("a"))))
    assert parser.pid is not None
    os.kill(parser.pid, signal.SIGKILL)
    with pytest.raises(Unprocessable) as caught:
        parser.read(answer(rss(entry("a"))))

    assert caught.value.reason is Reason.CRASHED
    assert len(parser.read(answer(rss(entry("b")))).articles) == 1


@pytest.mark.slow
def test_a_killed_program_leaves_no_process_in_the_middle_of_a_document() -> None:
    # Quadratic in the parser: it takes minutes.
    program = """
import threading
from rasad_core.intake.items import Limits
from rasad_ingest.live.documents import Answer
from rasad_ingest.live.parsing import Parser, _serve
from live_feeds import FEED, NOW, entry, rss

if __name__ == "__main__":
    parser = Parser(Limits(), timeout_seconds=600)
    parser.read(Answer(data=rss(entry("a")).encode(), kind="feed", url=FEED, at=NOW))
    body = "<rss><channel><item " + " ".join(f'a{n}="1"' for n in range(150_000)) + ">"
    answer = Answer(data=body.encode(), kind="feed", url=FEED, at=NOW)
    threading.Thread(target=parser.read, args=(answer,), daemon=True).start()
    print(parser.pid, flush=True)
    threading.Event().wait()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(live_feeds.__file__).parent)},
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        parent.kill()
        # Both hold its other end: this returns when both are gone.
        rest = parent.stdout.read()

    assert rest == b""


def test_process_whose_asker_is_gone_ends_without_a_traceback() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, Limits()))
    child.start()
    theirs.close()
    # Closed with something unread, as by a kill, the pipe is reset; read out, it would just end.
    assert ours.poll(10)
    ours.close()
    child.join(10)

    assert child.exitcode == 0
