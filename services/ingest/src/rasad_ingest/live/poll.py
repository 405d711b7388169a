"""One poll of one address for everybody who reads it: ask, read, send what is new, remember."""

import random
from collections.abc import Sequence
from datetime import datetime
from threading import Event
from typing import Protocol

from msgspec.structs import replace

from rasad_core.documents.sources import FeedState, Health, Source, feed_id
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen
from rasad_core.intake.items import Limits
from rasad_core.net.fetch import Fetcher, Response
from rasad_core.ports import Clock, Publisher, Store
from rasad_ingest.live import schedule
from rasad_ingest.live.asking import Asked, Asker, Hosts, Robots, charset_of
from rasad_ingest.live.documents import Answer, Document, refusal
from rasad_ingest.live.health import Happened, judge
from rasad_ingest.live.seen import OLDER, distinct, entry_hash, remembered
from rasad_ingest.live.sending import Reading, changed, send
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


class Poller:
    """Polls addresses. Safe for any threads, each with another address."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        store: Store,
        publisher: Publisher,
        clock: Clock,
        parser: Reader,
        hosts: Hosts,
        robots: Robots,
        limits: Limits,
        chance: random.Random,
        stop: Event,
    ) -> None:
        self._asker = Asker(fetcher, hosts, robots, clock, stop)
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._parser = parser
        self._limits = limits
        self._chance = chance

    def poll(self, rows: Sequence[Source], state: FeedState | None) -> FeedState:
        """Read an address once and give its state after that, for the caller to write.

        What is new is durable by then: an entry may be sent twice, never lost. `rows` are those of
        this address, of all teams. Raises `Unavailable` when log, store or parser are away.
        """
        now = self._clock.now()
        held = state or _unread(rows[0], now)
        # An address moved to by mistake must not hide the one that the source names for ever.
        url = held.url if held.failures % 2 else held.address
        ask = self._asker.ask if held.kind == "feed" else self._asker.ask_politely
        asked = ask(url, held if url == held.address else None)
        held = replace(held, polled_at=now)
        if asked.response is None:
            return self._without_answer(held, asked, now)
        held = replace(held, address=asked.response.permanent_url or url)
        if asked.what == "unchanged":
            return self._settled(held, Happened(what="unchanged"), asked.response, None)
        try:
            gathered = self._gathered(asked.response, held)
        except Unprocessable as error:
            return self.failed(held, error.message)
        return self._sent(tuple(rows), held, gathered, asked.response)

    def failed(
        self, state: FeedState, reason: str, retry_after_seconds: float | None = None
    ) -> FeedState:
        """Give the state after a poll that gave nothing, to be tried again later and later."""
        now = self._clock.now()
        failures = state.failures + 1
        pause = schedule.back_off_seconds(failures, retry_after_seconds, self._chance)
        return replace(
            state,
            polled_at=state.polled_at or now,
            failures=failures,
            next_poll_at=schedule.after(now, pause),
            health=judge(state, Happened(what="failed", reason=reason), now),
        )

    def broken(self, rows: Sequence[Source], state: FeedState | None) -> FeedState:
        """Give the state after a poll that met a mistake of ours."""
        now = self._clock.now()
        held = replace(state or _unread(rows[0], now), polled_at=now)
        return self.failed(held, "bug: reading it meets a mistake in Rasad; the log has it")

    def _without_answer(self, held: FeedState, asked: Asked, now: datetime) -> FeedState:
        reason = asked.reason or "no answer"
        if asked.what == "gone":
            return replace(
                held, health=judge(held, Happened(what="gone", reason=reason), now), failures=0
            )
        return self.failed(held, reason, asked.retry_after_seconds)

    def _gathered(self, response: Response, held: FeedState) -> Gathered:
        """Read an answer, and the sitemaps it names; raises `Unprocessable`."""
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
            self._limits.max_entries,
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

    def _sent(
        self, rows: tuple[Source, ...], held: FeedState, gathered: Gathered, response: Response
    ) -> FeedState:
        present = {each.article_id: entry_hash(each) for each in gathered.articles}
        fresh = changed(gathered.articles, present, held.seen)
        now = self._clock.now()
        first = held.first_success_at is None
        reading = Reading(feed_id=held.feed_id, rows=rows, first=first, now=now)
        send(fresh, reading, self._store, self._publisher)
        held = replace(
            held,
            # What a missing sitemap holds has not left.
            seen=remembered(
                present, held.seen, OLDER if gathered.whole else self._limits.max_entries
            ),
            recent=_recent(held, gathered.articles, fresh, now),
            etag=response.headers.get("etag") if gathered.conditional else None,
            last_modified=response.headers.get("last-modified") if gathered.conditional else None,
            last_new_at=_last_new(held, fresh, now),
        )
        what = Happened(what="new" if fresh else "unchanged")
        if not gathered.articles:
            what = Happened(what="empty", reason="it has no entries")
        return self._settled(held, what, response, gathered.ttl_seconds)

    def _settled(
        self, held: FeedState, happened: Happened, response: Response, ttl: float | None
    ) -> FeedState:
        now = self._clock.now()
        stated = schedule.stated_seconds(response.headers, ttl)
        if stated is None and happened.what == "unchanged" and held.last_success_at:
            # An answer without a document says nothing new of how long it holds.
            interval = held.interval_seconds
        else:
            interval = schedule.interval_seconds(held.recent, stated)
        return replace(
            held,
            failures=0,
            first_success_at=held.first_success_at or now,
            last_success_at=now,
            interval_seconds=interval,
            next_poll_at=schedule.after(now, interval),
            health=judge(held, happened, now),
        )


def _unread(row: Source, now: datetime) -> FeedState:
    return FeedState(
        feed_id=feed_id(row.url, row.kind),
        url=row.url.strip(),
        kind=row.kind,
        address=row.url.strip(),
        health=Health(state="new", since=now),
        next_poll_at=now,
        interval_seconds=schedule.interval_seconds((), None),
    )


def _recent(
    held: FeedState,
    articles: Sequence[ArticleFetched],
    fresh: Sequence[ArticleFetched],
    now: datetime,
) -> tuple[datetime, ...]:
    """Give the times of the newest entries; undated ones count from when they were found."""
    dated = [each.published for each in articles if each.published]
    if dated:
        return schedule.newest(dated, now)
    found = [now] if fresh and held.first_success_at else []
    return schedule.newest([*found, *held.recent], now)


def _last_new(held: FeedState, fresh: Sequence[ArticleFetched], now: datetime) -> datetime | None:
    """Give when something last came; a source just added may have been silent for years."""
    if not fresh:
        return held.last_new_at
    dated = [each.published for each in fresh if each.published and each.published <= now]
    return max(dated, default=now) if held.first_success_at is None else now
