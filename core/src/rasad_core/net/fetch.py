"""The one way out over HTTP: every hop is looked up once, checked, and connected to as checked."""

import ssl
from collections.abc import Sequence
from importlib.metadata import version

import certifi
import httpcore
from msgspec.structs import replace

from rasad_core.net.addresses import AddressRules
from rasad_core.net.connect import Deadline, Dialler, Peer, Resolve, Watch, resolve_in_time
from rasad_core.net.connect import resolve_name as ask_the_system
from rasad_core.net.exchange import exchange
from rasad_core.net.failure import Failure, FetchFailed, Forbidden
from rasad_core.net.host import Ip
from rasad_core.net.messages import Fetcher, FetchLimits, Hop, Request, Response
from rasad_core.net.proxy import read_proxy
from rasad_core.net.redirect import leads_on, redirected
from rasad_core.net.target import Target, read_target

__all__ = [
    "Failure",
    "FetchFailed",
    "FetchLimits",
    "Fetcher",
    "Hop",
    "HttpFetcher",
    "Request",
    "Response",
    "user_agent",
]


def user_agent(contact: str | None) -> str:
    """Say who asks, and whom a publisher may turn to."""
    name = f"Rasad/{version('rasad-core')}"
    return f"{name} (+{contact})" if contact else name


class HttpFetcher:
    """A `Fetcher` that speaks HTTP/1.1, one connection per request.

    With a proxy the target is looked up and checked all the same, and then asked for by name, as
    proxies judge by names; what the name leads the proxy to is the proxy's to watch. `resolve`
    looks names up, `tls` says whom to trust: the system's and certifi's roots by default.
    """

    def __init__(
        self,
        rules: AddressRules,
        limits: FetchLimits,
        *,
        user_agent: str,
        proxy: str | None = None,
        resolve: Resolve = ask_the_system,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = rules
        self._limits = limits
        self._user_agent = user_agent
        self._proxy = read_proxy(proxy) if proxy else None
        self._resolve = resolve
        self._tls = tls or _default_tls()

    def fetch(self, request: Request) -> Response:
        """See `Fetcher`."""
        deadline = Deadline(self._limits.timeout_seconds)
        try:
            return self._follow(request, deadline)
        except Forbidden as error:
            raise FetchFailed(Failure.FORBIDDEN, error.message, code=error.code) from None

    def _follow(self, request: Request, deadline: Deadline) -> Response:
        hops: list[Hop] = []
        while True:
            response = self._ask(request, deadline)
            location = response.headers.get("location", "")
            if not (request.follow_redirects and leads_on(response.status, location)):
                return replace(response, hops=tuple(hops))
            if len(hops) == self._limits.max_redirects:
                message = f"it redirects more than {self._limits.max_redirects} times"
                raise FetchFailed(Failure.TOO_MANY_REDIRECTS, message)
            hops.append(Hop(status=response.status, url=request.url))
            request = redirected(request, response.status, location)

    def _ask(self, request: Request, deadline: Deadline) -> Response:
        target = read_target(request.url)
        self._rules.check_target(target)
        found = self._addresses(target.host, deadline)
        addresses = self._rules.reachable(target, found)
        watch = Watch(deadline, self._limits.max_header_bytes)
        with self._pool(target, addresses, watch) as pool:
            response = exchange(
                pool,
                request,
                target,
                watch=watch,
                limits=self._limits,
                user_agent=self._user_agent,
            )
        if self._proxy and target.scheme == "http" and response.status == 407:
            raise FetchFailed(Failure.PROXY, "the proxy wants another password")
        return response

    def _addresses(self, host: Ip | str, deadline: Deadline) -> Sequence[Ip]:
        if not isinstance(host, str):
            return (host,)
        return resolve_in_time(self._resolve, host, deadline)

    def _pool(
        self, target: Target, addresses: Sequence[Ip], watch: Watch
    ) -> httpcore.ConnectionPool:
        if self._proxy is None:
            peer = Peer(name=target.bare_host, addresses=addresses, port=target.port)
            dialler = Dialler(peer, watch, server_name=target.bare_host, failure=Failure.REFUSED)
            return httpcore.ConnectionPool(ssl_context=self._tls, network_backend=dialler)
        peer = Peer(
            name="the proxy",
            addresses=self._addresses(self._proxy.host, watch.deadline),
            port=self._proxy.port,
        )
        return httpcore.HTTPProxy(
            # The dialler knows the way; of this address only the scheme is used.
            "http://proxy.invalid/",
            proxy_auth=self._proxy.auth,
            ssl_context=self._tls,
            network_backend=Dialler(
                peer, watch, server_name=target.bare_host, failure=Failure.PROXY
            ),
        )


def _default_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Slim systems bring no roots; where both are there, a root of either is trusted.
    context.load_verify_locations(certifi.where())
    return context
