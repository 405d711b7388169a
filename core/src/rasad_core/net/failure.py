"""What can go wrong on the way out: one error and its closed list of reasons."""

from enum import StrEnum
from typing import Literal

from rasad_core.errors import RasadError

# Why an address may not be asked for; see `addresses.AddressRules`.
ForbiddenCode = Literal[
    "bad_scheme", "credentials", "bad_port", "bad_host", "not_public", "downgrade"
]


class Forbidden(RasadError):
    """The rules do not let this address be reached; `message` names the address as written."""

    def __init__(self, code: ForbiddenCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Failure(StrEnum):
    """Why no response came. Closed: add here or not at all."""

    FORBIDDEN = "forbidden"  # the address rules say no, at the start or at a redirect
    BAD_REQUEST = "bad_request"  # our own request holds what HTTP cannot carry
    UNRESOLVED = "unresolved"  # the name leads to no address
    REFUSED = "refused"  # nothing answers at any of the name's addresses
    TLS = "tls"  # no trust: certificate, name or protocol
    TIMED_OUT = "timed_out"  # the time for all of it was over
    RESET = "reset"  # the connection ended before the answer did
    MALFORMED = "malformed"  # not HTTP, or a body that is not what its headers say
    TOO_LARGE = "too_large"  # headers or body, before or after decompression
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_REDIRECT = "bad_redirect"  # to something that is no address, or with a body elsewhere
    PROXY = "proxy"  # the proxy would not pass it on


class FetchFailed(RasadError):
    """No response. `message` is for people and holds nothing that the peer sent.

    `code` says which rule it was when `reason` is `forbidden`.
    """

    def __init__(self, reason: Failure, message: str, *, code: ForbiddenCode | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.code = code
