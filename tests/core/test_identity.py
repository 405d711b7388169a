"""One article, one id: what canonical addresses forget, and what they must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.errors import Reason, Unprocessable
from rasad_core.identity import alias_allowed, article_id, canonical_url, content_hash, domain_of

SAME = [
    "https://example.com/a/b?id=3",
    "http://example.com/a/b?id=3",
    "HTTPS://WWW.Example.COM:443/a/b/?id=3#part",
    "https://example.com//a/b/?utm_source=feed&id=3&fbclid=x",
    "https://amp.example.com/a/b/amp/?id=3&amp=1",
    "https://example.com/a/b;jsessionid=0F?id=3&PHPSESSID=77",
    "  https://example.com./a/b?id=3 ",
]


@pytest.mark.parametrize("url", SAME)
def test_noise_in_an_address_makes_no_new_article(url: str) -> None:
    assert canonical_url(url) == "https://example.com/a/b?id=3"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a/b?id=4",
        "https://example.com/a/B?id=3",
        "https://example.com/a%2Fb?id=3",
        "https://news.example.com/a/b?id=3",
        "https://example.com:8443/a/b?id=3",
        "https://example.com/a/b?id=3&id=4",
        "https://example.com/a/b?id=3&utmost=1",
    ],
)
def test_what_addresses_something_else_stays_apart(url: str) -> None:
    assert article_id(url) != article_id(SAME[0])


def test_arabic_and_encoded_addresses_are_one() -> None:
    typed = "https://مثال.example/أخبار/جسر جديد"
    encoded = (
        "https://xn--mgbh0fb.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/"
        "%d8%ac%d8%b3%d8%b1%20%d8%ac%d8%af%d9%8a%d8%af"
    )

    assert article_id(typed) == article_id(encoded)


@pytest.mark.parametrize(
    "url",
    ["", "example.com/a", "ftp://example.com/a", "https://", "https://[::1", "http://a:b/",
     "javascript:alert(1)", "https://a..b/x"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        canonical_url(url)

    assert refused.value.reason is Reason.BAD_URL


@given(
    st.from_regex(
        r"https?://(www\.|amp\.)*[a-z]{1,5}(\.[a-z]{2,3}){1,2}(:80|:8080)?"
        r"(/[a-zA-Zأ-ي%;=.~]{0,6}){0,4}(/amp)?/?(\?[a-z]{1,3}=[^#]{0,5}(&utm_x=1)?)?(#.{0,3})?",
        fullmatch=True,
    )
)
def test_canonical_address_is_its_own_canonical_address(url: str) -> None:
    canonical = canonical_url(url)

    assert canonical_url(canonical) == canonical


def test_article_without_address_is_named_by_its_content() -> None:
    composed, decomposed = "Yaşar  Güler\n", " Yas\u0327ar Gu\u0308ler"

    assert article_id(None, content=composed) == article_id(None, content=decomposed)
    assert article_id(None, content=composed) != article_id(None, content="Yaşar Gül")


def test_revision_changes_when_a_word_moves_from_title_to_text() -> None:
    assert content_hash("a b", "c") != content_hash("a", "b c")


def test_domain_has_no_www() -> None:
    assert domain_of("https://WWW.News.Example.com/x") == "news.example.com"


@pytest.mark.parametrize(
    ("learned", "allowed"),
    [
        ("https://example.com/story", True),
        ("https://www.news.example.com/story", True),
        ("https://other.com/story", False),
        ("https://example.com/", False),
        ("https://example.com", False),
        ("not an address", False),
    ],
)
def test_learned_address_counts_only_on_the_same_site(learned: str, allowed: bool) -> None:
    assert alias_allowed("https://m.example.com/a", learned) is allowed


def test_the_same_address_is_no_alias_of_itself() -> None:
    assert not alias_allowed("https://example.com/a", "http://www.example.com/a/?utm_source=x")


def test_one_site_per_registered_name_below_a_country() -> None:
    assert not alias_allowed("https://first.co.uk/a", "https://second.co.uk/a")
    assert not alias_allowed("https://first.com.tr/a", "https://second.com.tr/a")
