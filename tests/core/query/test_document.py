from datetime import UTC, datetime

import pytest

from rasad_core.events import ArticleAnalysed, ArticleEnriched, Entity, Mention, Topic
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ARTICLE = ArticleEnriched(
    trace_id="t",
    article_id="a",
    form="record",
    fetched_at=NOW,
    published=datetime(2026, 3, 9, 23, 30, tzinfo=UTC),
    origin="backfill",
    url="http://www.news.example.com/Sport/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1?utm_source=x&id=5",
    domain="news.example.com",
    title="Harbour budget",
    text="The council met. It voted at night.",
    lead="The council met.",
    language="en",
    source="The Harbour Post",
    author="Ada Kaya",
    country="TR",
    section="Local  News",
    tags=("state budget", "tax", "صحيفة الميزانية"),
    entities=(
        Entity(
            id="gn:323786",
            type="place",
            name="Ankara",
            names={"ar": "أنقرة", "tr": "Ankara"},
            mentions=(Mention(field="text", start=0, end=3, text="Angora"),),
        ),
    ),
    topics=(Topic(id="medtop:04000000", name="economy, business and finance", score=0.9),),
    revision=1,
    seq=1,
    story_id="0123ABCD",
    month="2026.03",
)


@pytest.mark.parametrize(
    "query",
    [
        "source:post", 'source:"harbour post"', "source:HARB*", "author:kaya", 'author:"ada kaya"',
        "tags:budget", 'tags:"state budget"', "tags:tax", "tags:الميزانية", "tags:ميزانية",
        "tags:(budget AND tax)", "domain:news.example.com", "domain:example.com", "domain:com",
        "domain:www.example.com", "url:news.example.com/sport", "url:https://www.news.example.com",
        "url:news.example.com/Sport/أخبار", "url:news.example.com/sport/%D8%A3%D8%AE",
        "url:news.example.com/sport/أخبار?id=5", "lang:en", "country:tr", 'section:"local news"',
        "origin:backfill", "story:0123abcd", "entity:gn:323786", "entity:ankara", "entity:أنقرة",
        "entity:انقره", "entity:Angora", "topic:medtop:04000000", "topic:04000000", "topic:economy",
        "topic:اقتصاد", "topic:ekonomi", 'topic:"économie, affaires et finances"', "length:9",
        "length:>8", "published:2026-03-09", "published:2026-03-10+03:00", "published:2026-03",
        "published:-1d", "published:2026-03-09T23:30",
    ],
)  # fmt: skip
def test_an_article_is_found_by_its_metadata(query: str) -> None:
    assert matches(parse(query).node, search_document(ARTICLE), now=NOW)


@pytest.mark.parametrize(
    "query",
    [
        "post", "kaya", "tax", "ankara", "economy", "source:harbor", 'source:"post harbour"',
        'tags:"budget tax"', 'tags:"tax صحيفة"', "domain:ample.com", "domain:other.example.com",
        "url:example.com", "url:news.example.com/news", "lang:e", "lang:en-gb", "country:t",
        "section:news", "section:local", "origin:live", "story:0123", "entity:gn:3237", "entity:Ank",
        "entity:iso:TR", "topic:politics", "topic:medtop", "length:8", "length:<9",
        "published:2026-03-10", "published:<2026-03-09", "published:today", "published:-12h",
    ],
)  # fmt: skip
def test_an_article_is_not_found_by_what_it_is_not(query: str) -> None:
    assert not matches(parse(query).node, search_document(ARTICLE), now=NOW)


def test_the_lead_ends_at_a_token_of_the_text() -> None:
    document = search_document(ARTICLE)
    assert document.text.folded[: document.lead_tokens] == ["the", "council", "met"]
    assert document.length == 9


def test_an_article_without_metadata_is_a_document_too() -> None:
    bare = ArticleAnalysed(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, text="bank"
    )
    document = search_document(bare)
    assert matches(parse("bank AND lang:und").node, document, now=NOW)
    for query in ("source:x1", "domain:com", "url:x", "entity:x", "topic:x", "story:x", "tags:x1"):
        assert not matches(parse(query).node, document, now=NOW)


def test_an_address_that_is_none_matches_nothing() -> None:
    odd = ArticleAnalysed(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, url="nowhere"
    )
    assert search_document(odd).url == ""


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://news.example.com/sport/", "url:news.example.com/sport/"),
        ("https://news.example.com/sport/?utm_source=x", "url:https://news.example.com/sport/"),
        ("https://news.example.com", "url:news.example.com/"),
        ("https://news.example.com/sport/cup", "url:news.example.com/sport/"),
        ("https://news.example.com/sports/", "NOT url:news.example.com/sport/ AND length:0"),
    ],
)
def test_address_with_its_last_slash_is_found_as_it_is_pasted(address: str, asked: str) -> None:
    article = ArticleAnalysed(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, url=address
    )
    assert matches(parse(asked).node, search_document(article), now=NOW)


@pytest.mark.parametrize("letter", ["w", "م", "é"])
@pytest.mark.parametrize("written", ["{}", '"{}"', "={}", "x AND {}", '"x {}"', "{}*", "~{}"])
def test_word_longer_than_a_token_may_be_finds_itself(letter: str, written: str) -> None:
    word = letter * 241
    article = ArticleAnalysed(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW,
        text=f"x {word}", language="en",
    )  # fmt: skip
    assert matches(parse(written.format(word)).node, search_document(article), now=NOW)
