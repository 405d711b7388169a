"""Who is due, second by second, and the threads that see to them."""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog

from rasad_core.documents.sources import PageTask
from rasad_core.documents.table import Table
from rasad_core.errors import Unavailable
from rasad_core.kinds import PAGE_TASKS
from rasad_core.ports import Clock, Store
from rasad_ingest.live.crew import Crew, Job
from rasad_ingest.live.feeds_due import Feeds, Rows
from rasad_ingest.live.poll import Poller

# Threads wait for answers nearly all the time; 16 fetch 50 pages a second at 0.3 s each.
_THREADS = 16
# Kept free of pages: a sitemap just added brings thousands, and feeds are not to wait for them.
_FOR_FEEDS = 4
# How soon a thread that is done gets its next job.
_TICK_SECONDS = 0.05
# Reading all page tasks may take this part of the time: 50,000 of them take 0.2 s.
_TASKS_SHARE = 0.05
# What one look takes of the due tasks; more would be stale by the time their turn comes.
_TASKS_AT_ONCE = 1000
# A write in progress ends within milliseconds; a fetch may take 20 s and is given up.
_LAST_SECONDS = 1.0
# Each try asks the publisher again, who is not to suffer for a log of ours that is away.
_AFTER_AWAY = timedelta(seconds=10)
# A page that meets a mistake of ours meets it again; a new version begins with a new process.
_AFTER_BUG = timedelta(hours=1)

_log = structlog.get_logger()


class Rounds:
    """Who is due, and the threads that see to them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        poller: Poller,
        complete: Callable[[PageTask], None],
    ) -> None:
        self._feeds = Feeds(store)
        self._tasks = Table(store, PAGE_TASKS, PageTask)
        self._clock = clock
        self._poller = poller
        self._complete = complete
        self._crew = Crew(_THREADS)
        self._polls: deque[Job] = deque()
        self._pages: deque[Job] = deque()
        # What is not to be tried before a time, by key of the job; forgotten by a restart.
        self._put_off: dict[str, datetime] = {}
        self._tasks_at = 0.0

    def run(self, stop: threading.Event, look_every_seconds: float) -> None:
        """Begin what is due until `stop` is set, then wait a second for what is being done."""
        looked = float("-inf")
        try:
            while not stop.is_set():
                if time.monotonic() - looked >= look_every_seconds:
                    self._look()
                    looked = time.monotonic()
                _begin(self._polls, self._crew, leave=0)
                _begin(self._pages, self._crew, leave=_FOR_FEEDS)
                stop.wait(_TICK_SECONDS)
        finally:
            self._crew.end(within_seconds=_LAST_SECONDS)

    def _look(self) -> None:
        """See what is due; what the store does not tell now is seen in a second."""
        now = self._clock.now()
        for key in [key for key, at in list(self._put_off.items()) if at <= now]:
            del self._put_off[key]
        try:
            self._feeds.refresh()
            self._polls = deque(self._due_polls(now))
            if (began := time.monotonic()) >= self._tasks_at:
                self._pages = deque(self._due_pages(now))
                ended = time.monotonic()
                self._tasks_at = ended + (ended - began) / _TASKS_SHARE
        except Unavailable as error:
            _log.warning("store_unavailable", error=str(error))

    def _due_polls(self, now: datetime) -> Iterator[Job]:
        for key, rows in self._feeds.due(now):
            name = f"feed:{key}"
            if name not in self._put_off and not self._crew.busy(name):
                do = partial(self._guarded, name, partial(self._poll, key, rows))
                yield Job(key=name, host=_host(rows[0].url), do=do)

    def _due_pages(self, now: datetime) -> list[Job]:
        due = [held.value for held in self._tasks.all() if held.value.due_at <= now]
        due.sort(key=lambda task: (task.origin != "live", task.due_at))
        jobs: list[Job] = []
        for task in due:
            name = f"page:{task.article_id}"
            if name not in self._put_off and not self._crew.busy(name):
                do = partial(self._guarded, name, partial(self._page, task.article_id))
                jobs.append(Job(key=name, host=_host(task.url), do=do))
            if len(jobs) == _TASKS_AT_ONCE:
                break
        return jobs

    def _guarded(self, name: str, do: Callable[[], None]) -> None:
        """Do it; whatever it raises is this one's trouble, not that of the loop."""
        try:
            do()
        except Unavailable as error:
            pause = timedelta(seconds=error.retry_after_seconds)
            self._put_off[name] = self._clock.now() + max(pause, _AFTER_AWAY)
        except Exception as error:  # noqa: BLE001  the one place where a bug becomes a pause
            _log.error("live_ingest_bug", job=name, **_of_bug(error))
            self._put_off[name] = self._clock.now() + _AFTER_BUG

    def _poll(self, key: str, rows: Rows) -> None:
        state = self._feeds.state(key)
        try:
            after = self._poller.poll(rows, state)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  one source's bug is that source's health
            _log.error("poll_bug", feed_id=key, url=rows[0].url, **_of_bug(error))
            after = self._poller.broken(rows, state)
        self._feeds.keep(after)

    def _page(self, article_id: str) -> None:
        # As it is now: the list that named it may be a second old, and the task done since.
        held = self._tasks.get(article_id)
        if held is not None and held.value.due_at <= self._clock.now():
            self._complete(held.value)


def _of_bug(error: Exception) -> dict[str, str]:
    """Tell where a bug is, without its message: that may hold what a stranger wrote."""
    places = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{each.name}:{each.lineno}" for each in reversed(places))
    return {"error": type(error).__name__, "where": where}


def _begin(jobs: deque[Job], crew: Crew, *, leave: int) -> None:
    """Begin what can be, in order; what cannot, as its host has enough, stays in line."""
    waiting: list[Job] = []
    while jobs and crew.free > leave:
        job = jobs.popleft()
        if not crew.begin(job):
            waiting.append(job)
    jobs.extendleft(reversed(waiting))


def _host(url: str) -> str:
    with suppress(ValueError):
        return urlsplit(url).hostname or ""
    return ""
