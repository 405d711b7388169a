"""Addresses of entries: guids of any form and relative paths stand where links should."""

from urllib.parse import urljoin

from rasad_core.errors import Unprocessable
from rasad_core.identity import canonical_url


def is_address(url: str) -> bool:
    """Say whether a link is an http(s) address with a host."""
    try:
        canonical_url(url)
    except Unprocessable:
        return False
    return True


def absolute(link: str, base: str | None) -> str:
    """Resolve a link against the feed's address or home page; give it as it is if it cannot be."""
    try:
        joined = urljoin(base or "", link.strip())
    except ValueError:
        return link
    return joined if is_address(joined) else link
