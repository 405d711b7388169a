from collections import defaultdict
from collections.abc import Mapping

import pytest

from demo_room import (
    NEWSROOM,
    after,
    analysed_page,
    entries,
    key_of,
    outlet,
    printed,
)  # fmt: skip
from rasad_core.events import ArticleAnalysed
from rasad_enrich.pipeline import analyse
from rasad_stories.sequence import Stories


@pytest.mark.slow
def test_copies_and_nothing_else_share_a_story(analysed: Mapping[str, ArticleAnalysed]) -> None:
    expected = defaultdict(set)
    for written in NEWSROOM.news.articles:
        expected[written.copy_of or written.key].add(written.key)

    stories = defaultdict(set)
    with Stories(None) as memory:
        for key, article in analysed.items():
            placed = memory.place(article)
            assert placed.event is not None
            stories[placed.event.story_id].add(key)

    assert sorted(map(sorted, stories.values())) == sorted(map(sorted, expected.values()))


def entry_of(slug: str, seconds: float) -> ArticleAnalysed:
    publisher, _, name = slug.partition("/")
    found = entries(outlet(publisher), after(seconds))
    (entry,) = (each for each in found if each.url and f"/{name}.html" in each.url)
    return analyse(entry)


def test_a_corrected_article_is_a_second_revision() -> None:
    key = "meridian/mersin-mediator"
    with Stories(None) as memory:
        first = memory.place(entry_of(key, 1))
        page = memory.place(analysed_page(printed(key, after(2)), after(2)))
        corrected = memory.place(entry_of(key, 91))
        again = memory.place(analysed_page(printed(key, after(92)), after(92)))

    assert (first.detail, page.detail) == ("new", "unchanged")
    assert corrected.detail == "revised"
    assert corrected.event is not None
    assert (corrected.event.revision, corrected.event.change) == (2, "corrected")
    assert "2,140 containers" in corrected.event.text
    assert again.detail == "unchanged"


def test_a_summary_is_completed_by_its_page() -> None:
    article = printed("korfez/kupa-izmirde")
    with Stories(None) as memory:
        memory.place(entry_of(key_of(article), 36))
        page = memory.place(analysed_page(article, after(37)))

    assert page.event is not None
    assert (page.event.change, page.event.text) == ("completed", "\n\n".join(article.paragraphs))


@pytest.mark.parametrize(
    ("original", "copy", "seconds"),
    [
        ("meridian/mersin-mediator", "straitcourier/mersin-mediator-arrives", 1),
        ("meridian/mersin-strike-ends", "straitcourier/dockers-end-strike", 76),
        ("difaf/million-doses", "fanar/million-doses", 111),
    ],
)
def test_a_copy_that_alerts_see_is_known_by_its_summary(
    original: str, copy: str, seconds: float
) -> None:
    with Stories(None) as memory:
        first = memory.place(entry_of(original, seconds))
        second = memory.place(entry_of(copy, seconds))

    assert first.event is not None
    assert second.event is not None
    assert (second.detail, second.event.story_id) == ("copy", first.event.story_id)
