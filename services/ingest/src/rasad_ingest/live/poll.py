"""One poll of one address for everybody who reads it: ask, read, send what is new, remember."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Event

from msgspec.structs import replace

from rasad_core.documents.sources import FeedState, Health, Source, feed_id
from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.intake.items import Limits
from rasad_core.net.fetch import Fetcher, Response
from rasad_core.ports import Clock, Publisher, Store
from rasad_ingest.live import schedule
from rasad_ingest.live.asking import Asked, Asker, Hosts, Robots
from rasad_ingest.live.gathering import Gathered, Gatherer, Reader
from rasad_ingest.live.health import Happened, judge
from rasad_ingest.live.seen import OLDER, changed, entry_hash, remembered
from rasad_ingest.live.sending import Reading, send

# What a source already held when it was added is no news; what it published within the hour is.
_FRESH = timedelta(hours=1)


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
        self._gatherer = Gatherer(self._asker, parser, clock, limits.max_entries)
        self._max_entries = limits.max_entries
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
            gathered = self._gatherer.gather(asked.response, held)
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

    def _sent(
        self, rows: tuple[Source, ...], held: FeedState, gathered: Gathered, response: Response
    ) -> FeedState:
        present = {each.article_id: entry_hash(each) for each in gathered.articles}
        fresh = changed(gathered.articles, present, held.seen)
        now = self._clock.now()
        reading = Reading(
            feed_id=held.feed_id, rows=rows, live_since=_live_since(held, now), now=now
        )
        send(fresh, reading, self._store, self._publisher)
        held = replace(
            held,
            # What a missing sitemap holds has not left.
            seen=remembered(present, held.seen, OLDER if gathered.whole else self._max_entries),
            recent=_recent(held, gathered.articles, fresh, now),
            etag=response.headers.get("etag") if gathered.conditional else None,
            last_modified=response.headers.get("last-modified") if gathered.conditional else None,
            last_new_at=_last_new(held, fresh, now),
        )
        if gathered.articles and gathered.whole:
            held = replace(held, first_success_at=held.first_success_at or now)
        what = Happened(what="new" if fresh else "unchanged")
        if not gathered.articles:
            what = Happened(what="empty", reason="it has no entries")
        return self._settled(held, what, response, gathered.ttl_seconds)

    def _settled(
        self, held: FeedState, happened: Happened, response: Response, ttl: float | None
    ) -> FeedState:
        now = self._clock.now()
        stated = schedule.stated_seconds(response.headers, ttl)
        if stated is None and response.status == HTTPStatus.NOT_MODIFIED:
            # An answer without a document says nothing new of how long it holds.
            interval = held.interval_seconds
        else:
            interval = schedule.interval_seconds(held.recent, stated)
        if stated is None:
            interval = schedule.slowed(interval, _quiet_seconds(held, now))
        return replace(
            held,
            failures=0,
            last_success_at=now,
            interval_seconds=interval,
            next_poll_at=schedule.after(now, interval),
            health=judge(held, happened, now),
        )


def _quiet_seconds(held: FeedState, now: datetime) -> float:
    """Give how long nothing new was seen; what was before we looked was not seen by us."""
    seen = [each for each in (held.last_new_at, held.first_success_at) if each is not None]
    return (now - max(seen, default=now)).total_seconds()


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


def _live_since(held: FeedState, now: datetime) -> datetime | None:
    """Give the time from which entries are news; None when all are.

    They all are once the whole address has been read. Until then, what it already held when it was
    added is none, but for the last hour; nor is it after a poll that was empty, or read in part.
    """
    if held.first_success_at is not None:
        return None
    return (held.last_success_at or now) - _FRESH


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
