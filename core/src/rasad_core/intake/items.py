"""What reading an input gives: articles found, and items refused with a reason."""

from typing import Literal

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Frozen

As = Literal["auto", "feed", "sitemap", "page", "text", "jsonl"]


class Limits(Frozen, frozen=True, kw_only=True):
    """How much of an input is read; beyond, it is refused as `too_large`."""

    # A page or feed after decompression. The largest real feed we saw has 4 MB.
    max_bytes: int = 20_000_000
    # One line of JSONL: a text of 1 MiB, and its escapes.
    max_line_bytes: int = 8_000_000
    # The text: CONTRACT 4 allows 1 MiB.
    max_field_bytes: int = 1_048_576
    # Every other field: a title, an author, all tags together. Eight times the longest we saw.
    max_name_bytes: int = 16_384
    # What is kept unread; the event has to stay under the 2 MiB that a broker takes.
    max_extra_bytes: int = 262_144
    # An event is at most 1 MiB after slimming, and its other fields need room.
    max_html_bytes: int = 900_000
    max_entries: int = 50_000


class Found(Frozen, frozen=True, kw_only=True):
    """An article, and the line of the input it began on where lines mean something."""

    article: ArticleFetched
    line: int | None = None


class Refused(Frozen, frozen=True, kw_only=True):
    """An item that is no article; `message` names the place and the remedy."""

    reason: Reason
    message: str
    line: int | None = None
    url: str | None = None


Item = Found | Refused


def refused(error: Unprocessable, *, line: int | None = None, url: str | None = None) -> Refused:
    """Turn what a reader raised into an item of the result."""
    return Refused(reason=error.reason, message=error.message, line=line, url=url)
