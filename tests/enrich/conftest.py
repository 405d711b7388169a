"""Articles for the tests of enrich: written for this project, by outlets that do not exist."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from rasad_core.events import ArticleFetched

FETCHED_AT = datetime(2024, 5, 9, 12, tzinfo=UTC)  # a Thursday
Fetch = Callable[..., ArticleFetched]


@pytest.fixture
def fetch() -> Fetch:
    def make(text: str | None = None, **given: object) -> ArticleFetched:
        fields = {
            "trace_id": "trace-1",
            "article_id": "article-1",
            "form": "record",
            "fetched_at": FETCHED_AT,
            "published": FETCHED_AT,
        }
        return ArticleFetched(text=text, **{**fields, **given})  # type: ignore[arg-type]

    return make
