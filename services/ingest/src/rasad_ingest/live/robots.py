"""What sites let robots read (RFC 9309), asked once a day."""

from datetime import datetime, timedelta
from threading import Event, Lock
from urllib.parse import urlsplit

from protego import Protego

from rasad_core.errors import Unavailable
from rasad_core.events import Frozen
from rasad_core.net.fetch import Failure, Fetcher, FetchFailed, Request, Response
from rasad_core.net.retry_after import retry_after_seconds
from rasad_core.ports import Clock
from rasad_ingest.live.hosts import Hosts

# The name that sites write rules for.
_NAME = "rasad"
# RFC 9309 lets rules be kept for a day, and asks that 500 KiB of them be read.
_KEPT = timedelta(days=1)
_MAX_BYTES = 500_000
# Long enough for a restart of the site, short against the hour after which a page is given up.
_AWAY = timedelta(minutes=10)
# Rules take 2 kB as a rule and 20 MB at worst; forgotten ones are asked for again.
_MAX_ORIGINS = 2000
# It leads nowhere that we may or can follow: as if there were no rules.
_NO_RULES = {Failure.FORBIDDEN, Failure.BAD_REDIRECT, Failure.TOO_MANY_REDIRECTS, Failure.TOO_LARGE}


class RobotsAway(Unavailable):
    """The site cannot say what robots may read, so that nothing of it is read."""


class _Rules(Frozen, frozen=True, kw_only=True):
    """What an origin said; `away` says why it could not be asked."""

    until: datetime
    rules: Protego | None = None
    away: str | None = None


class Robots:
    """Judges addresses by the robots.txt of their origin; for any number of threads.

    It governs pages and sitemaps. Feeds are not asked about: they are published for programs, and
    each is a subscription that a person asked for.
    """

    def __init__(self, fetcher: Fetcher, clock: Clock, hosts: Hosts) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._hosts = hosts
        self._lock = Lock()
        self._known: dict[str, _Rules] = {}

    def allowed(self, url: str, stop: Event) -> bool:
        """Say whether the address may be fetched; its host's pace follows the `Crawl-delay`.

        Waits for a turn to fetch the rules. Raises `RobotsAway` while the site cannot say them
        (5xx, 429, no answer), and `Unavailable` as `Hosts.turn` does.
        """
        origin = _origin(url)
        if origin is None:
            return True  # no address; whoever fetches it will say so
        found = self._fresh(origin) or self._ask(origin, stop)
        if found.away is not None:
            seconds = (found.until - self._clock.now()).total_seconds()
            message = f"{origin} does not say what robots may read: {found.away}"
            raise RobotsAway(message, retry_after_seconds=max(seconds, 1.0))
        return found.rules is None or _may_read(found.rules, url)

    def _fresh(self, origin: str) -> _Rules | None:
        with self._lock:
            found = self._known.get(origin)
        return found if found is not None and self._clock.now() < found.until else None

    def _ask(self, origin: str, stop: Event) -> _Rules:
        with self._hosts.turn(origin, stop):
            # Another thread may have asked while this one waited.
            found = self._fresh(origin) or self._fetch(origin)
        with self._lock:
            self._known.pop(origin, None)
            self._known[origin] = found
            if len(self._known) > _MAX_ORIGINS:
                del self._known[next(iter(self._known))]
        return found

    def _fetch(self, origin: str) -> _Rules:
        now = self._clock.now()
        try:
            response = self._fetcher.fetch(Request(url=f"{origin}/robots.txt"))
        except FetchFailed as error:
            if error.reason in _NO_RULES:
                return _Rules(until=now + _KEPT)
            return _Rules(until=now + _AWAY, away=error.message)
        if response.status == 429 or response.status >= 500:
            seconds = retry_after_seconds(response.headers, now) or 0.0
            self._hosts.hold(origin, seconds)
            return _Rules(
                until=now + max(_AWAY, timedelta(seconds=seconds)),
                away=f"status {response.status}",
            )
        return self._read(origin, response, now)

    def _read(self, origin: str, response: Response, now: datetime) -> _Rules:
        if not 200 <= response.status < 300:
            return _Rules(until=now + _KEPT)
        rules = Protego.parse(response.body[:_MAX_BYTES].decode("utf-8", "replace"))
        delay = rules.crawl_delay(_NAME)
        if delay is not None:
            self._hosts.pace(origin, delay)
        return _Rules(until=now + _KEPT, rules=rules)


def _may_read(rules: Protego, url: str) -> bool:
    return bool(rules.can_fetch(url.encode("utf-8", "replace").decode(), _NAME))


def _origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None
