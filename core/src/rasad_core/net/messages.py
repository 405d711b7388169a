"""The words of a fetch: what is asked, what comes, what it may cost, and the port that does it."""

from collections.abc import Mapping
from typing import Literal, Protocol

from rasad_core.events import Frozen

_PERMANENT = frozenset({301, 308})


class FetchLimits(Frozen, frozen=True, kw_only=True):
    """What one fetch may cost. The time is for all of it: names, connections, redirects, body.

    `max_bytes` holds for the body as it comes and again for what it decompresses to.
    """

    timeout_seconds: float = 20.0
    max_bytes: int = 20_000_000
    max_redirects: int = 5
    # Servers themselves stop at 8 to 64 KB; a page with more cookies than this is an attack.
    max_header_bytes: int = 65_536


class Request(Frozen, frozen=True, kw_only=True):
    """What to ask for. `headers` win over ours, but for those that frame the message.

    Without `wants_body` the status and headers are all that is waited for: an endpoint that takes
    what it is sent may answer with as much, and as slowly, as it likes.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = {}
    body: bytes = b""
    follow_redirects: bool = True
    wants_body: bool = True


class Hop(Frozen, frozen=True, kw_only=True):
    """A redirect that was followed: the address that gave it, and its status."""

    status: int
    url: str


class Response(Frozen, frozen=True, kw_only=True):
    """What came. Names of headers are in lower case; repeated ones are joined by `, `.

    `url` is where the body came from; as asked, when nothing led elsewhere.
    """

    url: str
    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""
    hops: tuple[Hop, ...] = ()

    @property
    def permanent_url(self) -> str | None:
        """Where the asked address has moved for good: through 301 and 308 only, up to another."""
        moved = None
        addresses = [*(hop.url for hop in self.hops), self.url]
        for hop, target in zip(self.hops, addresses[1:], strict=True):
            if hop.status not in _PERMANENT:
                break
            moved = target
        return moved


class Fetcher(Protocol):
    """Asks the world. Blocks; safe to use from several threads at once."""

    def fetch(self, request: Request) -> Response:
        """Give the response, whatever its status; raises `FetchFailed` when there is none."""
