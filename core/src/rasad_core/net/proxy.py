"""The outgoing proxy: its address and its password."""

from urllib.parse import unquote, urlsplit

from rasad_core.events import Frozen
from rasad_core.net.host import Ip, read_host


class Proxy(Frozen, frozen=True, kw_only=True):
    """Where the proxy is, and what it wants to hear from us."""

    host: Ip | str
    port: int
    auth: tuple[bytes, bytes] | None = None


def read_proxy(written: str) -> Proxy:
    """Read `http://user:password@host:port`; raises ValueError, and its text may hold a part."""
    parts = urlsplit(written)
    if parts.scheme != "http" or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("that is no address of a proxy")
    user, _, place = parts.netloc.rpartition("@")
    auth = None
    if user:
        name, _, password = user.partition(":")
        auth = (unquote(name).encode(), unquote(password).encode())
    host = place.removesuffix(f":{parts.port}") if parts.port else place.removesuffix(":")
    return Proxy(host=read_host(host), port=parts.port or 80, auth=auth)
