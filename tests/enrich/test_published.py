from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rasad_core.events import ArticleFetched
from rasad_enrich.pipeline import analyse
from rasad_enrich.steps.published import read_time

Fetch = Callable[..., ArticleFetched]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-09T10:30:00+03:00", datetime(2024, 5, 9, 7, 30, tzinfo=UTC)),
        ("2024-05-09T10:30:00.123Z", datetime(2024, 5, 9, 10, 30, tzinfo=UTC)),
        ("2024-05-09 10:30", datetime(2024, 5, 9, 10, 30, tzinfo=UTC)),
        ("2024-5-9", datetime(2024, 5, 9, tzinfo=UTC)),
        ("20240509T1030", datetime(2024, 5, 9, 10, 30, tzinfo=UTC)),
        ("Thu, 09 May 2024 10:30:00 -0500", datetime(2024, 5, 9, 15, 30, tzinfo=UTC)),
        ("2024-13-45", None),
        ("0000-00-00T00:00:00", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_read_as_pages_write_them(written: str, moment: datetime | None) -> None:
    assert read_time(written) == moment


def test_a_time_far_ahead_gives_way_to_the_fetch_with_a_note(fetch: Fetch) -> None:
    fetched = fetch("It rained.")
    ahead = fetched.fetched_at + timedelta(hours=25)

    article = analyse(fetch("It rained.", published=ahead))

    assert article.published == fetched.fetched_at
    assert [problem.step for problem in article.problems] == ["published"]


def test_a_time_a_little_ahead_stands(fetch: Fetch) -> None:
    ahead = fetch("").fetched_at + timedelta(hours=23)

    article = analyse(fetch("It rained.", published=ahead))

    assert article.published == ahead
    assert article.problems == ()


@pytest.mark.parametrize("published", [None, datetime(1989, 12, 31, tzinfo=UTC)])
def test_no_time_or_one_before_1990_gives_way_too(fetch: Fetch, published: datetime | None) -> None:
    article = analyse(fetch("It rained.", published=published))

    assert article.published == article.fetched_at
    assert [problem.step for problem in article.problems] == ["published"]
