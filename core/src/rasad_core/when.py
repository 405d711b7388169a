"""The times that people write to say since when: `rasad search --since`, and the API's `since`."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO = re.compile(r"-([0-9]{1,6})([mhdw])")


def read_when(written: str, now: datetime) -> datetime:
    """Read RFC 3339, a date, `now`, `today`, or `-7d` (m, h, d, w); UTC unless it says.

    Raises ValueError with a sentence for anything else.
    """
    if written in {"now", "today"}:
        return now if written == "now" else now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        if ago := _AGO.fullmatch(written):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"`{written}` is no time: write 2026-01-31, 2026-01-31T09:30:00Z, today or -7d"
        ) from None
