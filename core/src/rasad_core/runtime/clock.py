"""The real clock."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time; a `ports.Clock`."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
        return datetime.now(UTC)
