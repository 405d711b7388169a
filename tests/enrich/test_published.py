from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rasad_core.events import ArticleFetched
from rasad_enrich.pipeline import analyse

Fetch = Callable[..., ArticleFetched]


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
