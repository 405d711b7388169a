"""Times as publishers write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.times import parse_time


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("2026-03-01T08:30:00Z", (2026, 3, 1, 8, 30)),
        ("2026-03-01T08:30:00+03:00", (2026, 3, 1, 5, 30)),
        ("2026-03-01T08:30:00.123+0300", (2026, 3, 1, 5, 30)),
        ("2026-03-01 08:30", (2026, 3, 1, 8, 30)),
        ("2026-03-01", (2026, 3, 1, 0, 0)),
        ("Sun, 01 Mar 2026 08:30:00 GMT", (2026, 3, 1, 8, 30)),
        ("Sun, 1 Mar 2026 08:30:00 +0300", (2026, 3, 1, 5, 30)),
        ("02/05/2016", (2016, 5, 2, 0, 0)),
        ("2016/05/02 10:15", (2016, 5, 2, 10, 15)),
        ("1 مارس 2026", (2026, 3, 1, 0, 0)),
        ("الأحد 1 آذار 2026 - 08:30", (2026, 3, 1, 8, 30)),
        ("٢٠٢٦-٠٣-٠١", (2026, 3, 1, 0, 0)),
        ("13 جويلية 2017", (2017, 7, 13, 0, 0)),
        ("1 Mart 2026 Pazar 08:30", (2026, 3, 1, 8, 30)),
        ("1er février 2026", (2026, 2, 1, 0, 0)),
        ("March 1, 2026 8:30 PM", (2026, 3, 1, 20, 30)),
        ("March 1, 2026, 8:30 p.m.", (2026, 3, 1, 20, 30)),
        ("1 مارس 2026 08:30 مساء", (2026, 3, 1, 20, 30)),
        ("1 مارس 2026 - 8:30 ص", (2026, 3, 1, 8, 30)),
        ("الأحد، 1 آذار/مارس 2026", (2026, 3, 1, 0, 0)),
        ("15 غشت 2025", (2025, 8, 15, 0, 0)),
        ("\u200f01/03/2026 - 08:30", (2026, 3, 1, 8, 30)),
        ("le 1er mars 2026 à 8h30", (2026, 3, 1, 8, 30)),
        ("20260301083000", (2026, 3, 1, 8, 30)),
        ("20260301", (2026, 3, 1, 0, 0)),
        ("2026-03-01T083000", (2026, 3, 1, 8, 30)),
        ("03/25/2026", (2026, 3, 25, 0, 0)),
        ("Sun, 01 Mar 2026 08:30:00 EST", (2026, 3, 1, 13, 30)),
        ("Sun, 01 Mar 2026 08:30:00 EET", (2026, 3, 1, 6, 30)),
        ("Sun, 01 Mar 2026 08:30:00 XYZ", (2026, 3, 1, 8, 30)),
        ("2026-03", (2026, 3, 1, 0, 0)),
    ],
)
def test_time_is_read(written: str, wanted: tuple[int, int, int, int, int]) -> None:
    year, month, day, hour, minute = wanted
    at = parse_time(written)

    assert at is not None
    assert at.replace(second=0, microsecond=0) == datetime(
        year, month, day, hour, minute, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "written",
    ["", "soon", "08:30", "Monday", "99/99/2026", "x" * 5000, "2026-03-01 25:00",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00"],
)  # fmt: skip
def test_what_names_no_day_is_no_time(written: str) -> None:
    assert parse_time(written) is None


@given(st.text(alphabet="0123456789:/-. TZ+ أمارسMay,", max_size=30))
def test_any_text_is_a_time_in_utc_or_none(written: str) -> None:
    at = parse_time(written)

    assert at is None or at.tzinfo is UTC


@pytest.mark.parametrize(
    "written", ["2024-13-45", "0000-00-00T00:00:00", "9999-12-31T23:59:59-23:00"]
)
def test_impossible_time_is_none(written: str) -> None:
    assert parse_time(written) is None


def test_parts_of_a_second_are_kept() -> None:
    at = parse_time("2024-05-09T10:30:00.123Z")

    assert at == datetime(2024, 5, 9, 10, 30, 0, 123_000, tzinfo=UTC)
