"""All that an answer holds: its own entries, or those of the sitemaps it names."""

from typing import Protocol

from rasad_core.documents.sources import FeedState
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen
from rasad_core.net.fetch import Response
from rasad_core.ports import Clock
from rasad_ingest.live.asking import Asker, charset_of
from rasad_ingest.live.documents import Answer, Document, refusal
from rasad_ingest.live.seen import distinct
from rasad_ingest.live.walking import walk


class Reader(Protocol):
    """Reads a body, wherever that is done; see `parsing.Parser`."""

    def read(self, answer: Answer) -> Document:
        """Give what a body holds; raises `Unprocessable`."""


class Gathered(Frozen, frozen=True, kw_only=True):
    """What an answer holds. Partly read, it says nothing of the entries that are missing."""

    articles: tuple[ArticleFetched, ...]
    ttl_seconds: float | None = None
    whole: bool = True
    conditional: bool = True


class Gatherer:
    """Reads answers. Safe for any threads."""

    def __init__(self, asker: Asker, parser: Reader, clock: Clock, max_entries: int) -> None:
        self._asker = asker
        self._parser = parser
        self._clock = clock
        self._max_entries = max_entries

    def gather(self, response: Response, held: FeedState) -> Gathered:
        """Read an answer, and the sitemaps it names; raises `Unprocessable` and `Unavailable`."""
        document = self._parsed(response, held)
        if (nothing := refusal(document)) is not None:
            raise nothing
        if not document.children:
            articles = tuple(distinct(document.articles))
            return Gathered(articles=articles, ttl_seconds=document.ttl_seconds)
        walked = walk(
            document,
            response.url,
            lambda url: self._child(url, held),
            self._max_entries,
        )
        if walked.missed and not walked.articles:
            raise Unprocessable(Reason.UNREADABLE, walked.missed)
        return Gathered(
            articles=tuple(distinct(walked.articles)),
            whole=walked.missed is None,
            # Its sitemaps may change while the index does not.
            conditional=False,
        )

    def _child(self, url: str, held: FeedState) -> Document:
        asked = self._asker.ask_politely(url)
        if asked.response is None:
            raise Unprocessable(Reason.UNREADABLE, asked.reason or "no answer")
        return self._parsed(asked.response, held)

    def _parsed(self, response: Response, held: FeedState) -> Document:
        return self._parser.read(
            Answer(
                data=response.body,
                kind=held.kind,
                # A page is the article of the address that was named, wherever it leads today.
                url=held.url if held.kind == "page" else response.url,
                at=self._clock.now(),
                charset=charset_of(response),
            )
        )
