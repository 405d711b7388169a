"""Feeds and sitemaps, valid and broken: the good entries are kept, the bad ones have a reason."""

import json
from datetime import UTC, datetime

import pytest

from ingest_reader import Reader
from rasad_core.intake.items import Found, Refused

ITEM = "<item><title>T{0}</title><link>https://post.example/{0}</link></item>"


def rss(*items: str, head: str = '<?xml version="1.0"?>', channel: str = "") -> str:
    return (
        f'{head}<rss version="2.0"><channel><title>Post</title>{channel}'
        f"{''.join(items)}</channel></rss>"
    )


def item(number: int) -> str:
    return ITEM.format(number)


def test_rss_item_is_read_whole(reader: Reader) -> None:
    feed = rss(
        "<item><title>Bridge &amp;amp; tunnel</title><link>https://post.example/1</link>"
        "<pubDate>Sun, 01 Mar 2026 08:30:00 +0300</pubDate><author>a@x.example (Ada)</author>"
        "<category>city</category><description>A summary.</description></item>",
        channel="<language>en-gb</language>",
    )

    article = reader.one(feed, "x.xml")

    assert (article.form, article.title, article.text) == ("entry", "Bridge & tunnel", "A summary.")
    assert article.published == datetime(2026, 3, 1, 5, 30, tzinfo=UTC)
    assert (article.source, article.language, article.tags) == ("Post", "en-gb", ("city",))
    assert article.url == "https://post.example/1"


def test_whole_content_is_html_for_extraction(reader: Reader) -> None:
    feed = rss(
        "<item><title>T</title><link>https://post.example/1</link>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<![CDATA[<p>First.</p><p>Second.</p>]]></content:encoded></item>"
    )

    article = reader.one(feed, "x.xml")

    assert article.html is not None
    assert "<p>First.</p>" in article.html
    assert article.text is None


def test_atom_entry_and_relative_link(reader: Reader) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/news/">'
        '<title>Post</title><entry><title>T</title><link href="1"/><id>urn:x</id>'
        "<updated>2026-03-01T08:30:00Z</updated><summary>S.</summary></entry></feed>"
    )

    article = reader.one(feed, "x.xml")

    assert article.url == "https://post.example/news/1"
    assert article.published == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def test_rdf_item(reader: Reader) -> None:
    feed = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/"><channel><title>Post</title></channel>'
        "<item><title>T</title><link>https://post.example/1</link></item></rdf:RDF>"
    )

    assert reader.one(feed, "x.rdf").title == "T"


def test_json_feed_item(reader: Reader) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Post",
        "language": "tr",
        "items": [
            {"id": "1", "url": "https://post.example/1", "title": "T", "content_text": "Text.",
             "date_published": "2026-03-01T08:30:00+03:00", "authors": [{"name": "Ada"}],
             "tags": ["city"]},
            {"id": "2"},
            7,
        ],
    }  # fmt: skip

    items = reader.read(json.dumps(feed), "x.json")

    assert isinstance(items[0], Found)
    article = items[0].article
    assert (article.author, article.language, article.text, article.tags) == (
        "Ada", "tr", "Text.", ("city",),
    )  # fmt: skip
    assert [i.reason.value for i in items[1:] if isinstance(i, Refused)] == ["no_link", "no_link"]


@pytest.mark.parametrize(
    "feed",
    [
        rss(item(1), "<item><title>A & B</title><link>https://post.example/2</link></item>", item(3)),
        rss(item(1), "<item><title>A&nbsp;B</title><link>https://post.example/2</link></item>", item(3)),
        rss(item(1), "<item><title>A\x01B</title><link>https://post.example/2</link></item>", item(3)),
        rss(item(1), "<item><title>A<b>B</title><link>https://post.example/2</link></item>", item(3)),
        rss(item(1), item(2), item(3)) + "\n<script>x</script> Fatal error",
        "Warning: something\n" + rss(item(1), item(2), item(3)),
        rss(item(1), item(2), item(3), head='<?xml version="1.0" encoding="iso-8859-1"?>'),
        rss(item(1), "<item><media:title>x</media:title><link>https://post.example/2</link></item>", item(3)),
    ],
    ids=["bare-ampersand", "html-entity", "control-character", "unclosed-tag", "junk-behind",
         "junk-before", "wrong-charset", "unbound-prefix"],
)  # fmt: skip
def test_broken_feed_keeps_its_good_entries(reader: Reader, feed: str) -> None:
    urls = [article.url for article in reader.articles(feed, "x.xml")]

    assert "https://post.example/1" in urls
    assert "https://post.example/3" in urls


def test_truncated_feed_keeps_what_came(reader: Reader) -> None:
    feed = rss(item(1), item(2), item(3))

    assert len(reader.articles(feed[:-60], "x.xml")) >= 2


def test_entry_without_anything_is_refused_by_its_number(reader: Reader) -> None:
    items = reader.read(rss(item(1), "<item></item>", item(3)), "x.xml")

    (refusal,) = [each for each in items if isinstance(each, Refused)]
    assert refusal.reason.value == "no_link"
    assert "entry 2" in refusal.message
    assert len(items) == 3


def test_guid_that_is_no_address_is_no_link(reader: Reader) -> None:
    feed = rss('<item><title>T</title><guid isPermaLink="false">abc123</guid></item>')

    article = reader.one(feed, "x.xml")

    assert article.url is None


def test_entity_bomb_and_outside_entities_are_not_expanded(reader: Reader) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
        '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e SYSTEM "file:///etc/hostname">]>'
    )
    feed = bomb + rss("<item><title>&d;&e;x</title></item>", item(2), head="")

    articles = reader.articles(feed, "x.xml")

    assert all(len(article.title or "") < 2000 for article in articles)


def test_what_is_no_feed_is_refused(reader: Reader) -> None:
    assert reader.reason("<note><to>you</to></note>", "x.xml") == "malformed"


def test_feed_without_entries_is_empty(reader: Reader) -> None:
    assert reader.reason(rss(), "x.xml") == "empty"


def test_entry_with_a_wrong_date_is_kept_with_a_problem(reader: Reader) -> None:
    feed = rss("<item><title>T</title><pubDate>yesterday-ish</pubDate></item>")

    article = reader.one(feed, "x.xml")

    assert article.published is None
    assert [problem.step for problem in article.problems] == ["published"]


NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url>'
    "<loc>https://post.example/1</loc><n:news><n:publication><n:name>Post</n:name>"
    "<n:language>tr</n:language></n:publication>"
    "<n:publication_date>2026-03-01T08:30:00Z</n:publication_date><n:title>T</n:title></n:news>"
    "</url><url><lastmod>2026-03-01</lastmod></url></urlset>"
)


def test_news_sitemap_gives_title_and_time(reader: Reader) -> None:
    items = reader.read(NEWS, "x.xml")

    assert isinstance(items[0], Found)
    article = items[0].article
    assert (article.url, article.title, article.source, article.language) == (
        "https://post.example/1", "T", "Post", "tr",
    )  # fmt: skip
    assert article.published == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert isinstance(items[1], Refused)
    assert items[1].reason.value == "no_link"


def test_sitemap_index_names_each_sitemap(reader: Reader) -> None:
    data = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>https://post.example/a.xml</loc></sitemap></sitemapindex>"
    )

    (refusal,) = reader.refusals(data, "x.xml")

    assert (refusal.reason.value, refusal.url) == ("unsupported", "https://post.example/a.xml")


def test_entry_that_the_end_of_the_file_cuts_is_refused(reader: Reader) -> None:
    items = reader.read(rss(item(1), item(2), item(3))[:-50], "x.xml")

    assert [type(each) for each in items] == [Found, Found, Refused]
    assert isinstance(items[2], Refused)
    assert (items[2].reason.value, "entry 3" in items[2].message) == ("malformed", True)


def test_feed_that_ends_between_entries_says_so(reader: Reader) -> None:
    items = reader.read(rss(item(1), item(2)).removesuffix("</channel></rss>"), "x.xml")

    assert [type(each) for each in items] == [Found, Found, Refused]


def test_thousands_of_open_elements_are_too_deep(reader: Reader) -> None:
    assert reader.reason(rss("<item><title>" + "<x>" * 300_000), "x.xml") == "too_deep"


def test_unclosed_breaks_in_many_entries_are_not_deep(reader: Reader) -> None:
    entry = "<item><title>T</title><description>" + "line<br>" * 90 + "</description></item>"

    assert len(reader.articles(rss(*[entry] * 30), "x.xml")) == 30


@pytest.mark.parametrize("part", ["<!DOCTYPE [", "<![CDATA[", "<!--", "<x", "&#", "</item"])
def test_time_for_a_hostile_feed_grows_with_its_size_only(reader: Reader, part: str) -> None:
    data = f'{part * 40_000}<rss version="2.0"><channel><item><title>{part * 40_000}'

    assert reader.read(data, "x.xml", form="feed")


def test_relative_link_is_that_of_the_feeds_home_page(reader: Reader) -> None:
    feed = rss(
        "<item><title>T</title><link>/news/1</link></item>",
        channel="<link>https://post.example/home</link>",
    )

    assert reader.one(feed, "x.xml").url == "https://post.example/news/1"
    assert reader.one(feed, "x.xml", url="https://feeds.example/rss").url == (
        "https://feeds.example/news/1"
    )


def test_link_that_is_no_address_is_a_problem(reader: Reader) -> None:
    article = reader.one(rss("<item><title>T</title><link>http://[bad</link></item>"), "x.xml")

    assert article.url is None
    assert [problem.step for problem in article.problems] == ["url"]


def test_entry_taken_from_another_outlet_is_of_that_outlet(reader: Reader) -> None:
    feed = rss(
        "<item><title>T</title><link>https://post.example/1</link>"
        '<source url="https://wire.example/rss">The Wire</source></item>'
    )

    assert reader.one(feed, "x.xml").source == "The Wire"


def test_author_of_an_atom_feed_is_that_of_its_entries(reader: Reader) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><author><name>Ada</name>'
        "</author><entry><title>T</title></entry></feed>"
    )

    assert reader.one(feed, "x.xml").author == "Ada"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Ista&lt;b&gt;n&lt;/b&gt;bul", "Istanbul"),
        ("5 &lt; 6 and 7 &gt; 3", "5 < 6 and 7 > 3"),
        ("One&lt;br/&gt;two", "One two"),
        ("<![CDATA[Bread &amp; <em>roses</em>]]>", "Bread & roses"),
    ],
)
def test_title_is_plain_text(reader: Reader, written: str, title: str) -> None:
    assert reader.one(rss(f"<item><title>{written}</title></item>"), "x.xml").title == title


def test_body_too_large_as_html_leaves_title_and_words(reader: Reader) -> None:
    body = f"<item><title>T</title><description><![CDATA[{'<p>word</p>' * 90_000}]]></description></item>"

    article = reader.one(rss(body), "x.xml")

    assert (article.title, article.html) == ("T", None)
    assert article.text is not None
    assert [problem.reason for problem in article.problems] == ["too_large"]


@pytest.mark.parametrize("date", ["", "<pubDate></pubDate>", "<pubDate> </pubDate>"])
def test_entry_without_a_date_is_kept_without_warnings(reader: Reader, date: str) -> None:
    article = reader.one(rss(f"<item><title>T</title>{date}</item>"), "x.xml")

    assert (article.published, article.problems) == (None, ())


def test_json_feed_with_fields_of_wrong_types_keeps_its_items(reader: Reader) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Post",
        "home_page_url": "https://post.example/",
        "items": [
            {"url": "/1", "title": "T", "authors": 5, "tags": 5, "date_published": 5},
            {"external_url": "https://wire.example/2", "title": ["T"]},
        ],
    }

    urls = [article.url for article in reader.articles(json.dumps(feed))]

    assert urls == ["https://post.example/1", "https://wire.example/2"]


def test_picture_of_a_sitemap_entry_is_no_article(reader: Reader) -> None:
    data = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="urn:image">'
        "<url><i:image><i:loc>https://post.example/a.jpg</i:loc><i:title>P</i:title></i:image></url>"
        "<url><loc>https://post.example/1</loc><i:image><i:title>P</i:title></i:image></url></urlset>"
    )

    items = reader.read(data, "x.xml")

    assert [type(each) for each in items] == [Refused, Found]
    assert isinstance(items[1], Found)
    assert items[1].article.title is None


def test_wrong_date_in_a_sitemap_is_a_problem(reader: Reader) -> None:
    data = "<urlset><url><loc>https://post.example/1</loc><lastmod>soon</lastmod></url></urlset>"

    assert [problem.step for problem in reader.one(data, "x.xml").problems] == ["published"]


def test_sitemap_without_entries_is_empty(reader: Reader) -> None:
    assert reader.reason("<urlset></urlset>", "x.xml") == "empty"


def test_entry_that_trips_the_parser_costs_itself_only(reader: Reader) -> None:
    crossed = "<item><link>https://post.example/2</link><category>x</item></category>"

    items = reader.read(rss(item(1), crossed, item(3)), "x.xml")

    urls = [each.article.url for each in items if isinstance(each, Found)]
    assert "https://post.example/1" in urls
    assert "https://post.example/3" in urls
    assert len(items) == 3


@pytest.mark.parametrize(
    "entry",
    [
        "<url><loc>https://post.example/1</loc><n:news><n:title>T</n:title></n:news></url>",
        "<url><loc>https://post.example/&#xD800;1</loc><!-- x --></url>",
        "<url><loc>https://post.example/1</loc><http:></url>",
    ],
    ids=["undeclared-prefix", "half-a-surrogate-pair", "name-that-ends-in-a-colon"],
)
def test_broken_sitemap_keeps_its_entries(reader: Reader, entry: str) -> None:
    article = reader.one(f"<urlset>{entry}</urlset>", "x.xml")

    assert article.url == "https://post.example/1"
