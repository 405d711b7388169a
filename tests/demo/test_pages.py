import json
import re
from collections.abc import Mapping
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from demo_room import (
    ADDRESS,
    END,
    NEWSROOM,
    after,
    analysed_page,
    everything,
    key_of,
    outlet,
    page,
    printed,
    publishing,
)  # fmt: skip
from rasad.demo.feeds import link
from rasad.demo.manuscripts import Outlet
from rasad.demo.newsroom import Printed
from rasad.demo.pages import render_front
from rasad_core.events import ArticleAnalysed

# Of the text of the scraped page that this project began with, 11 % was no article.
SCRAPED_BOILERPLATE = 0.11


def text(article: Printed) -> str:
    return "\n\n".join(article.paragraphs)


def boilerplate(article: Printed) -> float:
    """Give the share of a page's visible letters that are neither its title nor its text."""
    tree = LexborHTMLParser(page(article).decode(article.outlet.encoding))
    for node in tree.css("script, style, head"):
        node.decompose()
    assert tree.root is not None
    seen = len("".join(tree.root.text().split()))
    own = len("".join((article.title + text(article)).split()))
    return 1 - own / seen


@pytest.mark.parametrize("publisher", publishing(), ids=lambda each: each.slug)
def test_a_page_is_read_to_what_was_written(publisher: Outlet) -> None:
    article = NEWSROOM.released(publisher, END)[0]

    read = analysed_page(article)

    assert read.title == article.title
    assert read.text == text(article)
    assert read.published == article.published
    assert read.source == publisher.name
    assert read.author == (article.author or None)
    assert read.section == article.section
    assert read.tags == article.tags
    assert read.problems == ()


@pytest.mark.slow
def test_every_page_is_read_to_what_was_written(analysed: Mapping[str, ArticleAnalysed]) -> None:
    for article in everything():
        read = analysed[key_of(article)]

        assert (read.title, read.text) == (article.title, text(article)), key_of(article)
        assert read.language == article.outlet.language


def test_one_outlet_has_far_more_around_its_articles_than_the_first_page_had() -> None:
    shares = [boilerplate(each) for each in NEWSROOM.released(outlet("fanar"), END)]

    assert min(shares) > 5 * SCRAPED_BOILERPLATE


@pytest.mark.parametrize("publisher", publishing(), ids=lambda each: each.slug)
def test_every_page_has_something_around_its_article(publisher: Outlet) -> None:
    assert boilerplate(NEWSROOM.released(publisher, END)[0]) > SCRAPED_BOILERPLATE


def test_pages_of_two_outlets_look_different() -> None:
    looks = set()
    for publisher in publishing():
        markup = page(NEWSROOM.released(publisher, END)[0]).decode(publisher.encoding)
        looks.add(tuple(re.findall(r"<(\w+)", markup.partition("<body")[2])[:30]))

    assert len(looks) == len(publishing())


@pytest.mark.parametrize("publisher", publishing(), ids=lambda each: each.slug)
def test_a_page_says_what_it_is(publisher: Outlet) -> None:
    article = NEWSROOM.released(publisher, END)[0]
    url = link(ADDRESS, article)
    tree = LexborHTMLParser(page(article).decode(publisher.encoding))

    (script,) = tree.css('script[type="application/ld+json"]')
    addresses = [
        *(node.attributes["href"] for node in tree.css('link[rel="canonical"]')),
        *(node.attributes["content"] for node in tree.css('meta[property="og:url"]')),
    ]
    linked = json.loads(script.text())

    assert (linked["@type"], linked["headline"]) == ("NewsArticle", article.title)
    assert addresses == [url, url]


def test_a_page_links_to_others_of_its_outlet() -> None:
    article = printed("difaf/tunis-flood")
    others = NEWSROOM.released(article.outlet, END)[:3]

    markup = page(article).decode()

    assert all(quote(each.path) in markup for each in others)


def test_a_page_is_corrected_with_its_article() -> None:
    before, corrected = after(89), after(91)

    assert b"1,240 containers" in page(printed("meridian/mersin-mediator", before), before)
    assert b"2,140 containers" in page(printed("meridian/mersin-mediator", corrected), corrected)


@pytest.mark.parametrize("publisher", publishing(), ids=lambda each: each.slug)
def test_a_front_page_says_where_the_feed_is(publisher: Outlet) -> None:
    released = NEWSROOM.released(publisher, END)
    tree = LexborHTMLParser(render_front(publisher, released).decode(publisher.encoding))

    feeds = tree.css('link[rel="alternate"]')
    links = [node.attributes["href"] for node in tree.css("main a")]

    assert len(feeds) == (0 if publisher.feed == "sitemap" else 1)
    assert links == [quote(each.path) for each in released]
