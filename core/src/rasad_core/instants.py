"""Points in time as whole numbers: microseconds since 1970, without the rounding of a float."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Count microseconds since 1970, exactly; raises TypeError for a naive time."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(counted: int) -> datetime:
    """Give the moment that `microseconds` counted."""
    return _EPOCH + timedelta(microseconds=counted)
