"""The numbers of articles' rows: by the second of publication, so newest first is their order."""

from datetime import datetime

from rasad_core.instants import microseconds, moment_of

_MICROSECONDS = 1_000_000
# Below a second of publication there is room for 2^20 articles.
PLACE_BITS = 20


def first_place(moment: datetime) -> int:
    """Give the first place of the second that a moment is in."""
    return microseconds(moment) // _MICROSECONDS << PLACE_BITS


def second_of(place: int) -> datetime:
    """Give the second of publication that a place stands for."""
    return moment_of((place >> PLACE_BITS) * _MICROSECONDS)
