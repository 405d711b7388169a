"""One reading of a URL, which the rules judge and the client sends: no second parser differs."""

import re
from ipaddress import IPv6Address
from typing import Literal
from urllib.parse import quote

from rasad_core.events import Frozen
from rasad_core.net.failure import Forbidden
from rasad_core.net.host import Ip, read_host

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PARTS = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
# All that may stand unescaped in a path or query, and the percent sign of what is escaped.
_SENT_AS_IS = "!$%&'()*+,/:;=?@[]^|~"


class Target(Frozen, frozen=True, kw_only=True):
    """Where a URL leads: `host` is an address or a name, `path` has the query with it."""

    scheme: Literal["http", "https"]
    host: Ip | str
    port: int
    path: str

    @property
    def bare_host(self) -> str:
        """The host as certificates and people name it."""
        return str(self.host)

    @property
    def url_host(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if isinstance(self.host, IPv6Address) else str(self.host)

    @property
    def has_default_port(self) -> bool:
        """Whether the port is the scheme's own, which is not written."""
        return self.port == _DEFAULT_PORTS[self.scheme]

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL and in the header `Host`."""
        return self.url_host if self.has_default_port else f"{self.url_host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL written in full, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def tidy_url(written: str) -> str:
    """Take out what browsers overlook: space around, line breaks within, slashes backwards."""
    cleaned = re.sub(r"[\t\r\n]", "", written.strip("".join(map(chr, range(33)))))
    place, mark, query = re.split(r"([?#]|$)", cleaned, maxsplit=1)
    return place.replace("\\", "/") + mark + query


def read_target(url: str) -> Target:
    """Read a URL; raises `Forbidden` for one that is not http(s), has no host, or a password."""
    found = _PARTS.match(tidy_url(url))
    if found is None:
        raise Forbidden(
            "bad_scheme", f"`{_shortened(url)}` does not begin with http:// or https://"
        )
    scheme: Literal["http", "https"] = "https" if found[1].lower() == "https" else "http"
    if "@" in found[2]:
        raise Forbidden("credentials", f"`{_shortened(url)}` has a user or password in it")
    written_host, port = _split_port(found[2], url)
    try:
        host = read_host(written_host)
    except ValueError as error:
        raise Forbidden("bad_host", f"`{_shortened(url)}`: {error}") from None
    path = quote(found[3], safe=_SENT_AS_IS, errors="replace")
    if not path.startswith("/"):
        path = f"/{path}"
    return Target(scheme=scheme, host=host, port=port or _DEFAULT_PORTS[scheme], path=path)


def _split_port(authority: str, url: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(\[.*\]|[^:]*)(?::([0-9]*))?", authority)
    if found is None:
        raise Forbidden("bad_port", f"`{_shortened(url)}` has a port that is no number")
    if not found[2]:
        return found[1], None
    digits = found[2].lstrip("0")
    if not digits or len(digits) > 5 or int(digits) > 65_535:
        raise Forbidden("bad_port", f"`{_shortened(url)}` has a port that is none")
    return found[1], int(digits)


def _shortened(url: str) -> str:
    # A password must not end in a log.
    shown = re.sub(r"//[^/?#]*@", "//…@", url)
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
