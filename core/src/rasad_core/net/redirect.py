"""Where a redirect leads, and what of the request goes with it."""

from urllib.parse import urldefrag, urljoin

from msgspec.structs import replace

from rasad_core.net.failure import Failure, FetchFailed, Forbidden
from rasad_core.net.messages import Request
from rasad_core.net.target import Target, read_target, tidy_url

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})
# What another host may see of our headers: nothing that was meant for the first one.
_FOR_ANYBODY = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})


def leads_on(status: int, location: str) -> bool:
    """Tell whether an answer is a redirect that can be followed."""
    return status in _REDIRECTS and bool(location.strip())


def redirected(request: Request, status: int, location: str) -> Request:
    """Give the request that follows; raises `Forbidden` and `FetchFailed` (`bad_redirect`).

    The rules for addresses are still to be applied to it.
    """
    here = read_target(request.url)
    try:
        url = urldefrag(urljoin(here.url, tidy_url(location))).url
    except ValueError:
        message = f"`{here.url}` redirects to something that is no address"
        raise FetchFailed(Failure.BAD_REDIRECT, message) from None
    there = read_target(url)
    if (here.scheme, there.scheme) == ("https", "http"):
        raise Forbidden("downgrade", f"`{here.url}` redirects from https to http")
    return _carried(request, status, url, same_host=_is_same(here, there))


def _carried(request: Request, status: int, url: str, *, same_host: bool) -> Request:
    if request.method == "POST" and status in _SAME_METHOD:
        if not same_host:
            message = f"`{request.url}` wants what was sent to it sent to another host"
            raise FetchFailed(Failure.BAD_REDIRECT, message)
        return replace(request, url=url)
    headers = request.headers
    if not same_host:
        headers = {name: headers[name] for name in headers if name.lower() in _FOR_ANYBODY}
    if request.method == "POST":
        headers = {name: headers[name] for name in headers if name.lower() != "content-type"}
    return replace(request, url=url, method="GET", body=b"", headers=headers)


def _is_same(here: Target, there: Target) -> bool:
    upgraded = (here.port, there.port) == (80, 443)
    return here.host == there.host and (here.port == there.port or upgraded)
