from collections.abc import Callable
from datetime import UTC, datetime

from rasad_core.events import ArticleFetched
from rasad_enrich.pipeline import analyse

Fetch = Callable[..., ArticleFetched]
BODY = (
    "The town council of Lower Marden voted on Tuesday to plant four hundred trees along the river"
    " before the summer, after two years of argument about who would pay for them."
)
MORE = (
    "Mayor Ada Kaya said the trees would shade the path to the school, and that the nursery in the"
    " next valley had promised to deliver the first hundred within a month."
)
LINKED = """<script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [
  {"@type": "WebSite", "name": "Marden Courier"},
  {"@type": "NewsArticle", "headline": "Council plants trees", "inLanguage": "en-GB",
   "datePublished": "2024-05-07T08:00:00+02:00", "articleSection": "Local",
   "author": [{"@type": "Person", "name": "Ines Roth"}, {"@type": "Person", "name": "Omar Sa"}],
   "keywords": "trees, river", "publisher": {"@type": "Organization", "name": "Marden Courier"}}
]}</script>"""
MENU = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"


def page(head: str, body: str) -> str:
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def test_a_page_becomes_an_article_with_what_it_says_about_itself(fetch: Fetch) -> None:
    head = f"<title>Council plants trees | Marden Courier</title>{LINKED}"
    canonical = "<link rel='canonical' href='https://courier.example/trees'>"
    body = f"{MENU}<article><h1>Council plants trees</h1><p>{BODY}</p><p>{MORE}</p></article>"
    html = page(head + canonical, body)
    url = "https://courier.example/trees?utm_source=x"

    article = analyse(fetch(form="page", html=html, url=url, published=None))

    assert article.title == "Council plants trees"
    assert article.text == f"{BODY}\n\n{MORE}"
    assert article.published == datetime(2024, 5, 7, 6, tzinfo=UTC)
    assert (article.author, article.source) == ("Ines Roth, Omar Sa", "Marden Courier")
    assert (article.section, article.tags) == ("Local", ("trees", "river"))
    assert article.links == ("https://courier.example/trees",)
    assert article.domain == "courier.example"
    assert article.problems == ()


def test_what_the_source_gave_beats_what_the_page_says(fetch: Fetch) -> None:
    html = page(LINKED, f"<article><h1>Council plants trees</h1><p>{BODY}</p></article>")
    published = datetime(2024, 5, 8, tzinfo=UTC)

    article = analyse(
        fetch(form="page", html=html, title="Trees at last", author="Desk", published=published)
    )

    assert (article.title, article.author) == ("Trees at last", "Desk")
    assert article.published == published


def test_a_page_whose_text_is_in_its_data_alone_is_read_from_there(fetch: Fetch) -> None:
    data = f'{{"@type": "NewsArticle", "headline": "Trees", "articleBody": "{BODY} {MORE}"}}'
    html = page(f'<script type="application/ld+json">{data}</script>', "<div id=app></div>")

    article = analyse(fetch(form="page", html=html))

    assert (article.title, article.text) == ("Trees", f"{BODY} {MORE}")


def test_a_fragment_of_a_feed_is_taken_whole(fetch: Fetch) -> None:
    html = "<p>Trees &amp; shade.</p><script>x()</script><ul><li>Elm</li><li>Lime</li></ul>"

    article = analyse(fetch(form="entry", html=html, title="Trees"))

    assert article.text == "Trees & shade.\n\nElm\n\nLime"


def test_the_name_of_the_site_is_no_part_of_the_title(fetch: Fetch) -> None:
    head = "<title>Lions beat Bears – Marden Courier</title><meta property='og:site_name' "
    html = page(head + "content='Marden Courier'>", f"<p>{BODY}</p>")

    assert analyse(fetch(form="page", html=html)).title == "Lions beat Bears"


def test_broken_data_in_a_page_does_no_harm(fetch: Fetch) -> None:
    deep = "[" * 100_000
    head = f'<title>Trees</title><script type="application/ld+json">{deep}</script>'
    broken = '<script type="application/ld+json">{"@type": "NewsArticle",</script>'

    article = analyse(fetch(form="page", html=page(head + broken, f"<p>{BODY}</p>")))

    assert article.title == "Trees"
    assert article.text == BODY


def test_an_entry_keeps_the_longer_of_its_summary_and_its_content(fetch: Fetch) -> None:
    article = analyse(fetch(BODY, form="entry", html="<p>More on our site.</p>", title="Trees"))

    assert article.text == BODY
