from xml.etree import ElementTree as ET

import pytest

from demo_room import (
    ADDRESS,
    END,
    NEWSROOM,
    START,
    after,
    entries,
    feed,
    feed_items,
    outlet,
    publishing,
)  # fmt: skip
from rasad.demo.feeds import link
from rasad.demo.manuscripts import Outlet
from rasad.demo.newsroom import Printed
from rasad_core.identity import canonical_url
from rasad_core.intake.items import Refused
from rasad_enrich.pipeline import analyse

WELL_FORMED = [each for each in publishing() if each.feed not in ("broken", "json")]
WHOLE = [each for each in publishing() if each.feed in ("rss-full", "atom-full", "json")]


def released(publisher: Outlet) -> tuple[Printed, ...]:
    return NEWSROOM.released(publisher, END)


@pytest.mark.parametrize("publisher", publishing(), ids=lambda each: each.slug)
def test_a_feed_is_read_to_exactly_what_is_released(publisher: Outlet) -> None:
    read = {each.title: each for each in entries(publisher)}
    articles = released(publisher)

    assert [each.title for each in articles] == list(read)
    for article in articles:
        entry = read[article.title]
        assert entry.source == publisher.name
        assert entry.language == publisher.language
        if article.defect != "linkless":
            assert entry.url is not None
            assert canonical_url(entry.url) == canonical_url(link(ADDRESS, article))
        if article.defect != "wrong-date":
            assert entry.published == article.published
        if publisher.feed not in ("broken", "sitemap"):
            assert entry.author == (article.author or None)
        if publisher.feed != "broken":
            assert entry.tags == article.tags


@pytest.mark.parametrize("publisher", publishing(), ids=lambda each: each.slug)
def test_a_feed_grows_by_what_is_released(publisher: Outlet) -> None:
    assert len(entries(publisher, START)) == len(NEWSROOM.released(publisher, START))


@pytest.mark.parametrize("publisher", WELL_FORMED, ids=lambda each: each.slug)
def test_a_feed_is_well_formed(publisher: Outlet) -> None:
    assert ET.fromstring(feed(publisher)) is not None


@pytest.mark.parametrize("publisher", WHOLE, ids=lambda each: each.slug)
def test_a_feed_of_whole_texts_carries_every_paragraph(publisher: Outlet) -> None:
    texts = [analyse(each).text for each in entries(publisher)]

    assert texts == ["\n\n".join(each.paragraphs) for each in released(publisher)]


@pytest.mark.parametrize("slug", ["fanar", "korfez", "straitcourier", "traboule"])
def test_a_feed_of_summaries_carries_the_first_paragraph(slug: str) -> None:
    publisher = outlet(slug)

    texts = [each.text for each in entries(publisher)]

    assert texts == [each.paragraphs[0] for each in released(publisher)]


def test_the_broken_feed_is_broken_and_its_good_entries_are_kept() -> None:
    pierhead = outlet("pierhead")
    refused = [item for item in feed_items(pierhead) if isinstance(item, Refused)]
    read = {each.title: each for each in entries(pierhead)}

    with pytest.raises(ET.ParseError):
        ET.fromstring(feed(pierhead))
    assert [each.reason.value for each in refused] == ["no_link"]
    assert {each.defect for each in released(pierhead) if each.defect} == {
        "unclosed", "ampersand", "wrong-date", "linkless"
    }  # fmt: skip
    for article in released(pierhead):
        assert read[str(article.title)].text == article.summary
    assert "Saint Columb & Sons" in str(
        read["Ferry bell that fell into the Mersey rings again"].text
    )
    assert read["Dock library opens with more cranes than books"].url is None
    undated = read["School robot of Bootle learns to wait for the slow ones"]
    assert undated.published is None
    assert [each.step for each in undated.problems] == ["published"]


def test_a_feed_changes_only_when_its_news_does() -> None:
    meridian = outlet("meridian")

    assert feed(meridian, after(9)) == feed(meridian, after(60))
    assert feed(meridian, after(89)) != feed(meridian, after(90))


def test_a_tracked_outlet_marks_its_links() -> None:
    (entry, *_) = entries(outlet("fanar"))

    assert entry.url is not None
    assert entry.url.endswith("?utm_source=rss&utm_medium=feed")


def test_a_feed_in_an_old_encoding_says_so() -> None:
    written = feed(outlet("korfez"))

    assert written.startswith(b'<?xml version="1.0" encoding="windows-1254"?>')
    assert "İzmir".encode("cp1254") in written
