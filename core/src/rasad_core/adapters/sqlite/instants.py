"""Times as whole numbers: microseconds in rows, and the places of articles by their second."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Below a second of publication there is room for 2^20 articles.
PLACE_BITS = 20


def microseconds(moment: datetime) -> int:
    """Count microseconds since 1970, without the rounding of a float."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(counted: int) -> datetime:
    """Give the moment that `microseconds` counted."""
    return _EPOCH + timedelta(microseconds=counted)


def first_place(moment: datetime) -> int:
    """Give the first place of the second that a moment is in."""
    return (moment - _EPOCH) // timedelta(seconds=1) << PLACE_BITS
