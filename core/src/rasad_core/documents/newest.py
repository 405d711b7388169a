"""Keys that list newest first, in a store that lists in the order of keys."""

from datetime import datetime

from rasad_core.instants import microseconds, moment_of

# Above every microsecond until the year 5138; all keys have the same number of digits.
_TOP = 10**17 - 1


def newest_first(at: datetime) -> str:
    """Give 17 digits that fall as time rises."""
    return f"{_TOP - microseconds(at):017d}"


def oldest_first(at: datetime) -> str:
    """Give 17 digits that rise with time."""
    return f"{microseconds(at):017d}"


def time_of(digits: str) -> datetime:
    """Give the moment that `oldest_first` wrote."""
    return moment_of(int(digits))
