"""Which learned addresses lead to an article."""

from rasad_core.events import ArticleAnalysed
from rasad_stories.sequence import Stories
from story_articles import article

SITE = "https://www.example.com"


def page(path: str, *links: str, words: int = 50) -> ArticleAnalysed:
    return article(path, range(words), url=SITE + path, links=links, form="page")


def aliases(*events: ArticleAnalysed) -> list[tuple[str, ...] | None]:
    stories = Stories(None)
    placed = [stories.place(event) for event in events]
    stories.close()
    return [each.event.aliases if each.event else None for each in placed]


def test_a_canonical_of_the_same_site_becomes_an_alias_in_its_canonical_form() -> None:
    link = "http://example.com/news/1?utm_source=feed"
    assert aliases(page("/p?id=1", link, link)) == [("https://example.com/news/1",)]


def test_its_own_address_another_site_and_the_front_page_are_no_aliases() -> None:
    links = (SITE + "/p/1?fbclid=x", "https://other.example.org/p/1", SITE + "/", "no address")
    assert aliases(page("/p/1", *links)) == [()]


def test_an_address_where_another_article_lives_is_no_alias() -> None:
    home = page("/news/1", words=60)
    assert aliases(home, page("/p/1", SITE + "/news/1")) == [(), ()]


def test_the_first_claim_wins() -> None:
    both = (page(f"/p/{n}", SITE + "/news/1", words=50 + n) for n in (1, 2))
    assert aliases(*both) == [("https://example.com/news/1",), ()]


def test_an_address_claimed_by_three_different_texts_is_ignored_from_then_on() -> None:
    claims = [page(f"/p/{n}", SITE + "/news", words=50 + n) for n in (1, 2, 3)]
    again = article(
        "/p/1", range(90), url=SITE + "/p/1", links=(SITE + "/news",), form="page", fetched=1
    )
    assert aliases(*claims, again) == [("https://example.com/news",), (), (), ()]


def test_three_addresses_of_one_text_may_share_a_canonical() -> None:
    claims = [page(f"/p?v={n}", SITE + "/news/1") for n in (1, 2, 3)]
    again = article(
        "x", range(90), url=SITE + "/p?v=1", links=(SITE + "/news/1",), form="page", fetched=1
    )
    assert aliases(*claims, again)[3] == ("https://example.com/news/1",)


def test_an_article_without_an_address_has_no_aliases() -> None:
    assert aliases(article("a", range(50), links=(SITE + "/news/1",))) == [()]
