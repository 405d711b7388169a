"""The clock of the tests of the API."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class MovableClock:
    """Stands at `NOW` until somebody moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def advance(self, **amount: float) -> None:
        self.at += timedelta(**amount)
