"""What `published:` takes, as a range of moments: its low end included, its high end not."""

import re
from datetime import UTC, datetime, timedelta, timezone

from rasad_core.query.ast import Moment

Period = tuple[Moment | None, Moment | None]

_NAMED = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[Tt ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
    r"(?P<zone>[Zz]|[+-]\d\d:?\d\d)?)?)?"
)
_AGO = re.compile(r"-(\d{1,5})([hdw])", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SIGN = re.compile(r"[<>]=?")


def read_period(typed: str) -> Period:
    """Read a day, month, year, time, range, comparison, `today` or `-7d`.

    Raises ValueError or OverflowError for anything else, and for a range that ends before it
    begins.
    """
    first, dots, last = typed.partition("..")
    sign = _SIGN.match(typed)
    if dots:
        low = _named(first.strip())[0] if first.strip() else None
        high = _named(last.strip())[1] if last.strip() else None
    elif sign:
        begin, after = _named(typed[sign.end() :].strip())
        low = {">=": begin, ">": after}.get(sign[0])
        high = {"<": begin, "<=": after}.get(sign[0])
    else:
        low, high = _named(typed)
        # -7d alone is the time since then, not an instant.
        high = None if _AGO.fullmatch(typed) else high
    if (low is None and high is None) or _reversed(low, high):
        raise ValueError(typed)
    return low, high


def _reversed(low: Moment | None, high: Moment | None) -> bool:
    if low is None or high is None:
        return False
    if low.at is not None and high.at is not None:
        return low.at >= high.at
    if low.before_now is not None and high.before_now is not None:
        return low.before_now < high.before_now
    return False


def _named(typed: str) -> tuple[Moment, Moment]:
    """Give the first moment of what is named, and the first one after it."""
    if typed.casefold() == "today":
        return (
            Moment(before_now=timedelta(), whole_day=True),
            Moment(before_now=timedelta(days=-1), whole_day=True),
        )
    if ago := _AGO.fullmatch(typed):
        moment = Moment(before_now=int(ago[1]) * _UNITS[ago[2].lower()])
        return moment, moment
    found = _NAMED.fullmatch(typed)
    if found is None:
        raise ValueError(typed)
    begin, after = _calendar(found)
    return Moment(at=begin.astimezone(UTC)), Moment(at=after.astimezone(UTC))


def _calendar(found: "re.Match[str]") -> tuple[datetime, datetime]:
    year, month = int(found["year"]), int(found["month"] or 1)
    if found["day"] is None:
        begin = datetime(year, month, 1, tzinfo=UTC)
        if found["month"] is None:
            return begin, begin.replace(year=year + 1)
        return begin, begin.replace(year=year + month // 12, month=month % 12 + 1)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    begin = datetime(
        year, month, int(found["day"]), hour, minute, second, tzinfo=_zone(found["zone"])
    )
    if found["hour"] is None:
        return begin, begin + timedelta(days=1)
    return begin, begin + timedelta(seconds=60 if found["second"] is None else 1)


def _zone(typed: str | None) -> timezone:
    if typed is None or typed in "Zz":
        return UTC
    digits = typed.replace(":", "")
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-offset if typed[0] == "-" else offset)
