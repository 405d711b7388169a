"""One page, fetched as its site wants it: robots asked and a turn taken at every hop."""

from threading import Event

from rasad_core.errors import Reason, Unprocessable
from rasad_core.net.failure import Forbidden
from rasad_core.net.fetch import Failure, Fetcher, FetchFailed, Request, Response
from rasad_core.net.redirect import leads_on, redirected
from rasad_ingest.live.hosts import Hosts
from rasad_ingest.live.robots import Robots

# What browsers and the fetcher of feeds follow at most is 20 and 5; honest pages need two.
_MAX_REDIRECTS = 5


class Visits:
    """Fetches pages and sitemaps; for any number of threads."""

    def __init__(self, fetcher: Fetcher, hosts: Hosts, robots: Robots) -> None:
        self._fetcher = fetcher
        self._hosts = hosts
        self._robots = robots

    def visit(self, url: str, stop: Event) -> Response:
        """Give the answer, whatever its status.

        Raises `Unprocessable(forbidden)` where the address rules or robots say no, `FetchFailed`
        where there is no answer, `RobotsAway` and `Unavailable` as robots and hosts do.
        """
        request = Request(url=url, follow_redirects=False)
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                response = self._ask(request, stop)
                location = response.headers.get("location", "")
                if not leads_on(response.status, location):
                    return response
                request = redirected(request, response.status, location)
        except Forbidden as error:
            raise Unprocessable(Reason.FORBIDDEN, error.message) from None
        except FetchFailed as error:
            if error.reason is not Failure.FORBIDDEN:
                raise
            raise Unprocessable(Reason.FORBIDDEN, error.message) from None
        message = f"it redirects more than {_MAX_REDIRECTS} times"
        raise FetchFailed(Failure.TOO_MANY_REDIRECTS, message)

    def _ask(self, request: Request, stop: Event) -> Response:
        if not self._robots.allowed(request.url, stop):
            message = f"the site's robots.txt does not let `{request.url}` be fetched"
            raise Unprocessable(Reason.FORBIDDEN, message)
        with self._hosts.turn(request.url, stop):
            return self._fetcher.fetch(request)
