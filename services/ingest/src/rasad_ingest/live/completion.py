"""An entry becomes an article: its page is fetched and published under the entry's id."""

import uuid
from datetime import timedelta
from threading import Event

import structlog
from msgspec.structs import replace

from rasad_core.documents.sources import PageTask
from rasad_core.documents.table import Table
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.intake.articles import Context
from rasad_core.intake.items import Limits
from rasad_core.intake.publish import to_message
from rasad_core.kinds import PAGE_TASKS
from rasad_core.net.fetch import Fetcher, FetchFailed, Response
from rasad_core.net.retry_after import retry_after_seconds
from rasad_core.ports import Clock, Publisher, Store
from rasad_ingest.charset import decode
from rasad_ingest.detect import HEAD_CHARACTERS, detect, refuse_binary
from rasad_ingest.live.asking import charset_of
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.robots import Robots, RobotsAway
from rasad_ingest.live.visit import Visits
from rasad_ingest.pages import read_page

# A hiccup, a restart, an outage. Whoever reads news wants the text within the hour or not at all.
_RETRIES_SECONDS = (60.0, 600.0, 3600.0)
_GONE = (404, 410)
_BUSY = (429, 503)
# What a host that is busy and does not say for how long is given.
_BUSY_SECONDS = 60.0
_HTML = ("text/html", "application/xhtml+xml")


class _Failed(Exception):
    """The page may come at another time; `seconds` is how long its site asks to wait."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class Completion:
    """Completes entries, one task at a time in each of any number of threads."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        store: Store,
        publisher: Publisher,
        clock: Clock,
        hosts: Hosts,
        robots: Robots,
        limits: Limits,
        stop: Event,
    ) -> None:
        self._visits = Visits(fetcher, hosts, robots)
        self._tasks = Table(store, PAGE_TASKS, PageTask)
        self._publisher = publisher
        self._clock = clock
        self._hosts = hosts
        self._limits = limits
        self._stop = stop

    def complete(self, task: PageTask) -> None:
        """Fetch the page, publish it, and delete the task; or put it off, or give it up.

        At least once: the same page published again changes nothing downstream. Raises
        `Unavailable` only when the log or the store is away; the task is then as it was.
        """
        try:
            article = self._article(task)
        except Unprocessable as error:
            self._give_up(task, error.reason.value, error.message)
        except (FetchFailed, _Failed) as error:
            self._again(task, str(error), 0.0 if isinstance(error, FetchFailed) else error.seconds)
        except RobotsAway as error:
            self._again(task, str(error), error.retry_after_seconds)
        except Unavailable as error:
            # Not its turn yet, and no fault of the page.
            self._put_off(task, error.retry_after_seconds)
        else:
            self._publisher.publish([to_message(article)])
            self._tasks.delete(task.article_id)

    def _article(self, task: PageTask) -> ArticleFetched:
        response = self._visits.visit(task.url, self._stop)
        self._judge(response)
        context = Context(
            now=self._clock.now(),
            origin=task.origin,
            limits=self._limits,
            new_trace_id=lambda: uuid.uuid4().hex,
            url=task.url,
        )
        page = read_page(_html(response), context).article
        return replace(
            page,
            article_id=task.article_id,
            links=() if response.url == task.url else (response.url,),
            title=page.title or task.title,
            published=task.published,
            source=task.source,
            country=task.country,
            language=task.language,
            tags=task.tags,
        )

    def _judge(self, response: Response) -> None:
        """Go on with a page; raise what became of it otherwise."""
        status = response.status
        if 200 <= status < 300:
            return
        why = f"it answers {status}"
        if status in _GONE:
            raise Unprocessable(Reason.NOT_FOUND, why)
        seconds = retry_after_seconds(response.headers, self._clock.now()) or 0.0
        if status in _BUSY:
            seconds = seconds or _BUSY_SECONDS
            self._hosts.hold(response.url, seconds)
        raise _Failed(why, seconds)

    def _again(self, task: PageTask, why: str, seconds: float) -> None:
        """Try later, as often as it makes sense, and no sooner than the site asks for."""
        if task.attempts >= len(_RETRIES_SECONDS):
            self._give_up(task, Reason.FETCH_FAILED.value, why)
            return
        pause = max(seconds, _RETRIES_SECONDS[task.attempts])
        self._put_off(replace(task, attempts=task.attempts + 1), pause)

    def _put_off(self, task: PageTask, seconds: float) -> None:
        due_at = self._clock.now() + timedelta(seconds=seconds)
        self._tasks.put(task.article_id, replace(task, due_at=due_at))

    def _give_up(self, task: PageTask, reason: str, message: str) -> None:
        structlog.get_logger().info(
            "page given up",
            article_id=task.article_id,
            url=task.url,
            reason=reason,
            message=message,
            attempts=task.attempts,
        )
        self._tasks.delete(task.article_id)


def _html(response: Response) -> str:
    """Give the page as text; raises `Unprocessable` for what is none."""
    refuse_binary(response.body)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind not in _HTML:
        raise Unprocessable(Reason.UNSUPPORTED, f"it is no page but `{kind[:100]}`")
    text = decode(response.body, declared=charset_of(response))
    if not kind and detect(text[:HEAD_CHARACTERS], "") != "page":
        raise Unprocessable(Reason.UNSUPPORTED, "it is no page, and does not say what it is")
    return text
