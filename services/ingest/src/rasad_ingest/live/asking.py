"""One polite request for an address, and what its answer means, in words where it has none."""

import re
from contextlib import AbstractContextManager
from http import HTTPStatus
from threading import Event
from typing import Literal, Protocol

from rasad_core.documents.sources import FeedState
from rasad_core.errors import Unavailable
from rasad_core.events import Frozen
from rasad_core.net.fetch import Fetcher, FetchFailed, Request, Response
from rasad_core.net.retry_after import retry_after_seconds
from rasad_core.ports import Clock

# What a feed is called by those who serve one; some servers answer 406 to a client that wants none.
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
# Too many requests, and unavailable: said of the server, not of one address.
_WHOLE_SERVER = frozenset({429, 503})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


class Hosts(Protocol):
    """Keeps one host's requests apart from each other."""

    def turn(self, url: str, stop: Event) -> AbstractContextManager[None]:
        """Wait until the address's host may be asked, and hold it while asking.

        Raises `Unavailable` when that takes too long, and as soon as `stop` is set.
        """

    def hold(self, url: str, seconds: float) -> None:
        """Ask nothing of the address's host for so long."""


class Robots(Protocol):
    """Knows what sites let programs read; see `robots.Robots`."""

    def allowed(self, url: str, stop: Event) -> bool:
        """Say whether an address may be fetched; raises `Unavailable` while nobody knows."""


class Asked(Frozen, frozen=True, kw_only=True):
    """What became of a request. `response` is there for `document` and `unchanged` alone."""

    what: Literal["document", "unchanged", "gone", "failed"]
    response: Response | None = None
    reason: str | None = None
    retry_after_seconds: float | None = None


class Asker:
    """Asks for addresses, each when its host's turn comes."""

    def __init__(
        self, fetcher: Fetcher, hosts: Hosts, robots: Robots, clock: Clock, stop: Event
    ) -> None:
        self._fetcher = fetcher
        self._robots = robots
        self._stop = stop
        self._hosts = hosts
        self._clock = clock

    def ask_politely(self, url: str, held: FeedState | None = None) -> Asked:
        """Ask for a page or sitemap, if robots may: feeds are made for them, these are not."""
        try:
            if not self._robots.allowed(url, self._stop):
                return Asked(what="failed", reason="the site's robots.txt does not let it be read")
        except Unavailable as error:
            if self._stop.is_set():
                raise
            return Asked(
                what="failed",
                reason=str(error),
                retry_after_seconds=error.retry_after_seconds,
            )
        return self.ask(url, held)

    def ask(self, url: str, held: FeedState | None = None) -> Asked:
        """Ask for an address; what is `held` of it is not sent again by a server that can tell.

        Raises `Unavailable` when the host's turn does not come, and when the program stops.
        """
        request = Request(url=url, headers={"accept": _ACCEPT, **_conditions(held)})
        try:
            with self._hosts.turn(url, self._stop):
                response = self._fetcher.fetch(request)
        except FetchFailed as error:
            return Asked(what="failed", reason=error.message)
        if self._stop.is_set():
            raise Unavailable("the program is stopping")
        return self._judged(url, response, conditional=len(request.headers) > 1)

    def _judged(self, url: str, response: Response, *, conditional: bool) -> Asked:
        status = response.status
        if 200 <= status < 300:
            return Asked(what="document", response=response)
        if status == HTTPStatus.NOT_MODIFIED and conditional:
            return Asked(what="unchanged", response=response)
        pause = retry_after_seconds(response.headers, self._clock.now())
        if status in _WHOLE_SERVER and pause:
            self._hosts.hold(url, pause)
        return Asked(
            what="gone" if status == HTTPStatus.GONE else "failed",
            reason=f"it answers {_named(status)}",
            retry_after_seconds=pause,
        )


def charset_of(response: Response) -> str | None:
    """Give the charset that a server declares."""
    found = _CHARSET.search(response.headers.get("content-type", ""))
    return found[1] if found else None


def _conditions(held: FeedState | None) -> dict[str, str]:
    if held is None:
        return {}
    named = {"if-none-match": held.etag, "if-modified-since": held.last_modified}
    return {name: value for name, value in named.items() if value}


def _named(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return str(status)
