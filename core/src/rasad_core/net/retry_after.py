"""When to come again, as a server says it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Longer pauses are mistakes, or ways to be rid of us for good; the next try is asked again.
_MAX_SECONDS = 86_400.0


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read `retry-after` (seconds or a date): 0 to a day; None where there is none to be read."""
    written = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", written):
        return min(float(written), _MAX_SECONDS)
    try:
        at = parsedate_to_datetime(written)
        if at.tzinfo is None:  # "-0000": a time of UTC whose place is not told
            at = at.replace(tzinfo=UTC)
        seconds = (at - now).total_seconds()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return min(max(seconds, 0.0), _MAX_SECONDS)
