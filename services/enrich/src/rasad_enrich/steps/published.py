"""When an article was published, and whether that can be true."""

import email.utils
import re
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from rasad_core.events import Problem, utc
from rasad_enrich.draft import Draft

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_FUTURE = timedelta(hours=24)
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?Z?")


def read_time(written: str) -> datetime | None:
    """Read a time as pages and feeds write it: ISO 8601 in all its laxness, or RFC 2822.

    Without an offset it counts as UTC. None for what is no time, also for an impossible one.
    """
    written = written.strip()
    iso = _ISO.match(written) or _COMPACT.fullmatch(written)
    try:
        if iso is None:
            moment = email.utils.parsedate_to_datetime(written)
            return utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        year, month, day, hour, minute, second = (int(part or 0) for part in iso.groups()[:6])
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return moment - _offset(iso.group(7) if iso.re is _ISO else None)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _offset(written: str | None) -> timedelta:
    if written is None or written[0] not in "+-":
        return timedelta()
    digits = written[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return -offset if written[0] == "-" else offset


def settle_published(draft: Draft) -> Draft:
    """Make sure there is a believable time: else the time of fetching stands, and is noted.

    Later than a day after the fetch, or before 1990, is not believable.
    """
    fetched_at = draft.fetched.fetched_at
    published = draft.published
    if published is None:
        reason = "no time of publication is given; the time of fetching stands"
    elif published > fetched_at + _FUTURE:
        reason = f"{published.isoformat()} is after the fetch; the time of fetching stands"
    elif published < EARLIEST:
        reason = f"{published.isoformat()} is before 1990; the time of fetching stands"
    else:
        return replace(draft, published=published)
    problem = Problem(step="published", reason=reason)
    return replace(draft, published=fetched_at, problems=(*draft.problems, problem))
