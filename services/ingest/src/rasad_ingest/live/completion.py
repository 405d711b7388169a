"""An entry becomes an article: its page is fetched and published under the entry's id."""

from datetime import timedelta
from threading import Event
from urllib.parse import urlsplit

import structlog
from msgspec.structs import replace

from rasad_core.documents.sources import PageTask
from rasad_core.documents.table import Table
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.intake.publish import to_message
from rasad_core.kinds import PAGE_TASKS
from rasad_core.net.fetch import Fetcher, FetchFailed, Response
from rasad_core.net.retry_after import retry_after_seconds
from rasad_core.ports import Clock, Publisher, Store
from rasad_ingest.detect import refuse_binary
from rasad_ingest.live.asking import charset_of
from rasad_ingest.live.documents import Answer, refusal
from rasad_ingest.live.gathering import Reader
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.robots import Robots, RobotsAway
from rasad_ingest.live.visit import Visits

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
        reader: Reader,
        stop: Event,
    ) -> None:
        self._visits = Visits(fetcher, hosts, robots)
        self._tasks = Table(store, PAGE_TASKS, PageTask)
        self._publisher = publisher
        self._clock = clock
        self._hosts = hosts
        self._reader = reader
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
        _must_be_no_front_page(task, response)
        page = self._read(task, response)
        return replace(
            page,
            article_id=task.article_id,
            origin=task.origin,
            links=() if response.url == task.url else (response.url,),
            title=page.title or task.title,
            published=task.published,
            source=task.source,
            country=task.country,
            language=task.language,
            tags=task.tags,
        )

    def _read(self, task: PageTask, response: Response) -> ArticleFetched:
        """Read a page where a hostile one does no harm; raises `Unprocessable` for what is none."""
        _must_be_html(response)
        answer = Answer(
            data=response.body,
            kind="page",
            url=task.url,
            at=self._clock.now(),
            charset=charset_of(response),
        )
        document = self._reader.read(answer)
        if document.articles:
            return document.articles[0]
        raise refusal(document) or Unprocessable(Reason.EMPTY, "the page is empty")

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


def _must_be_no_front_page(task: PageTask, response: Response) -> None:
    """Refuse where a site sends whoever asks for an article that it took down: to its front."""
    if _is_front(response.url) and not _is_front(task.url):
        message = "it leads to the front page of a site, which is not the article"
        raise Unprocessable(Reason.NOT_FOUND, message)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


def _must_be_html(response: Response) -> None:
    refuse_binary(response.body)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind not in _HTML:
        raise Unprocessable(Reason.UNSUPPORTED, f"it is no page but `{kind[:100]}`")
    if not kind and not response.body.lstrip().startswith(b"<"):
        raise Unprocessable(Reason.UNSUPPORTED, "it is no page, and does not say what it is")
