"""Every page of the demonstration, analysed once for all tests that look at it."""

from collections.abc import Mapping

import pytest

from demo_room import analysed_page, everything, key_of
from rasad_core.events import ArticleAnalysed


@pytest.fixture(scope="session")
def analysed() -> Mapping[str, ArticleAnalysed]:
    """By `outlet/slug`, in the order of publication."""
    articles = sorted(everything(), key=lambda each: each.published)
    return {key_of(each): analysed_page(each) for each in articles}
