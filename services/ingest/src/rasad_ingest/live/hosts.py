"""Whose turn it is at a host: no site sees more of us than a reader who opens a few tabs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock
from urllib.parse import urlsplit

from rasad_core.errors import Unavailable

# A browser opens six connections to a host and nobody minds; two are enough for one slow answer
# not to hold up the host's other feeds.
_AT_ONCE = 2
# Between two starts. Media Cloud waits 5 s, for a crawl of whole sites; Miniflux not at all. The
# largest outlet we know of has 40 feeds: they are through in 20 s, well within a poll's interval.
_PAUSE_SECONDS = 0.5
# Crawl-delays beyond are meant for crawlers of whole sites; we come for single pages.
_LONGEST_PAUSE_SECONDS = 60.0
# Longer waits would keep a thread from other hosts; the caller comes again instead.
_PATIENCE_SECONDS = 60.0
# While all places are taken nobody knows for how long. Well below the pause, so nothing is lost.
_LOOK_AGAIN_SECONDS = 0.1


class Hosts:
    """Paces what is fetched, host by host, for all threads. Ports and schemes are one host.

    Who waits is served in any order. `monotonic` and `wait` are there for tests.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[Event, float], bool] = Event.wait,
    ) -> None:
        self._monotonic = monotonic
        self._wait = wait
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, url: str, stop: Event) -> Iterator[None]:
        """Wait for the host, then hold one of its places until left.

        Raises `Unavailable` as soon as `stop` is set, and when a minute would not be enough, with
        the time after which to come again.
        """
        host = self._host(url)
        self._enter(host, stop)
        try:
            yield
        finally:
            self._leave(host)

    def hold(self, url: str, seconds: float) -> None:
        """Leave the host alone for a while, as its `Retry-After` asks; never shortens a hold."""
        host = self._host(url)
        with self._lock:
            host.not_before = max(host.not_before, self._monotonic() + seconds)

    def pace(self, url: str, pause_seconds: float) -> None:
        """Set the pause between two starts from now on: 0 to 60 s; what is more counts as 60."""
        host = self._host(url)
        with self._lock:
            host.pause = min(max(pause_seconds, 0.0), _LONGEST_PAUSE_SECONDS)

    def _host(self, url: str) -> "_Host":
        name = _name(url)
        with self._lock:
            return self._hosts.setdefault(name, _Host(name))

    def _enter(self, host: "_Host", stop: Event) -> None:
        patient_until = self._monotonic() + _PATIENCE_SECONDS
        while not stop.is_set():
            seconds = self._take(host)
            if seconds <= 0:
                return
            if self._monotonic() + seconds > patient_until:
                message = f"`{host.name}` is not to be asked yet"
                raise Unavailable(message, retry_after_seconds=seconds)
            self._wait(stop, seconds)
        raise Unavailable("the program is stopping")

    def _take(self, host: "_Host") -> float:
        """Take a place and give 0, or give the seconds after which to try again."""
        with self._lock:
            now = self._monotonic()
            if now < host.not_before:
                return host.not_before - now
            if host.open == _AT_ONCE:
                return _LOOK_AGAIN_SECONDS
            host.open += 1
            host.not_before = now + host.pause
            return 0.0

    def _leave(self, host: "_Host") -> None:
        with self._lock:
            host.open -= 1


class _Host:
    def __init__(self, name: str) -> None:
        self.name = name
        self.open = 0
        self.pause = _PAUSE_SECONDS
        self.not_before = float("-inf")


def _name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # no address; whoever fetches it will say so
        return ""
