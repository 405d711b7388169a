"""`Retry-After` in its two forms."""

from datetime import UTC, datetime

import pytest

from rasad_core.net.retry_after import retry_after_seconds

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("9" * 500, 86_400.0),
        ("Tue, 10 Mar 2026 12:05:00 GMT", 300.0),
        ("Tue, 10 Mar 2026 13:05:00 +0100", 300.0),
        ("Tue, 10 Mar 2026 12:05:00 -0000", 300.0),
        ("Tue, 10 Mar 2026 11:00:00 GMT", 0.0),
        ("Wed, 10 Mar 2027 12:00:00 GMT", 86_400.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("١٢", None),
        ("Tue, 99 Mar 2026 12:05:00 GMT", None),
        ("Tue, 10 Mar 99999999999 12:05:00 GMT", None),
    ],
)
def test_pause_is_read_and_kept_within_a_day(written: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": written}, NOW) == seconds


def test_without_the_header_there_is_no_pause() -> None:
    assert retry_after_seconds({}, NOW) is None
