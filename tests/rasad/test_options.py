"""How times are written on the command line."""

from datetime import UTC, datetime

import pytest
import typer

from rasad.options import moment

NOW = datetime(2026, 3, 10, 14, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01T09:30:00+03:00", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("2026-03-01T09:30", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("now", NOW),
        ("today", datetime(2026, 3, 10, tzinfo=UTC)),
        ("-7d", datetime(2026, 3, 3, 14, 30, 5, tzinfo=UTC)),
        ("-90m", datetime(2026, 3, 10, 13, 0, 5, tzinfo=UTC)),
        ("-2w", datetime(2026, 2, 24, 14, 30, 5, tzinfo=UTC)),
    ],
)
def test_moments(written: str, meant: datetime) -> None:
    assert moment(written, "--since", NOW) == meant


@pytest.mark.parametrize(
    "written", ["", "soon", "7d", "2026-13-01", "0001-01-01T00:00:00+05:00", "-999999w"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        moment(written, "--since", NOW)


def test_unset_stays_unset() -> None:
    assert moment(None, "--since", NOW) is None
