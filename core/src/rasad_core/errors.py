"""The three outcomes a handler may signal, and the closed list of reasons.

`Unprocessable` puts the event into `<stage>.dead`; `Unavailable` waits and tries again with
the order kept; any other exception is a bug: retried once, then a dead letter `bug`.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why an event or an input was refused, dropped or withheld. Closed: add here or not at all."""

    EMPTY = "empty"  # none of title, text, html, url, or nothing left after cleaning
    MALFORMED = "malformed"  # not the format it claims to be: JSON, XML, HTML, gzip
    UNSUPPORTED = "unsupported"  # a file or media type we do not read
    TOO_LARGE = "too_large"  # over a size limit, before or after decompression
    TOO_DEEP = "too_deep"  # nested deeper than the reader follows
    BAD_FIELD = "bad_field"  # one field has the wrong type or an impossible value
    BAD_URL = "bad_url"  # no http(s) address, or no host in it
    NO_LINK = "no_link"  # a feed or sitemap entry without link, title and text
    BAD_ENCODING = "bad_encoding"  # bytes that no declared or detected charset decodes
    NOT_FOUND = "not_found"  # a file or address that is not there
    UNREADABLE = "unreadable"  # it is there, and may not be read
    FETCH_FAILED = "fetch_failed"  # an address that could not be fetched, or not with success
    FORBIDDEN = "forbidden"  # an address that may not be fetched: by the rules, or by robots.txt
    UNKNOWN_SCHEMA = "unknown_schema"  # an event newer than this program, or of another topic
    TIMED_OUT = "timed_out"  # analysis took longer than its limit, twice
    CRASHED = "crashed"  # analysis killed its process, twice
    BUG = "bug"  # an exception nobody foresaw; the dead letter holds the traceback
    UNCHANGED = "unchanged"  # the same content again
    STALE = "stale"  # older than a revision already kept
    DELETED = "deleted"  # a tombstone stands for this article
    EXPIRED = "expired"  # past the retention of the archive
    REJECTED = "rejected"  # the store or index refused this one document


class RasadError(Exception):
    """Root of what Rasad raises on purpose."""


class Unprocessable(RasadError):
    """This input can never succeed: it becomes a dead letter, or a refused item at the door."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Unavailable(RasadError):
    """Something we depend on is away; try the same input again after `retry_after_seconds`."""

    def __init__(self, message: str, *, retry_after_seconds: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Conflict(RasadError):
    """A conditional write lost: the document is not at the version the writer expected."""


class InUse(RasadError):
    """Another program holds the data folder; `pid` and `address` are what its lock says."""

    def __init__(self, message: str, *, pid: int, address: str | None) -> None:
        super().__init__(message)
        self.pid = pid
        self.address = address
