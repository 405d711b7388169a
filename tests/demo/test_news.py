import re
from collections import Counter
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from rasad.demo.manuscripts import Article, Unwritable, read_manuscript, read_news
from rasad_core.text.normalise import fold
from rasad_enrich.steps.signature import shingles_of

NEWS = read_news()
LANGUAGES = {each.slug: each.language for each in NEWS.outlets}
ORIGINALS = [each for each in NEWS.articles if not each.copy_of]
COPIES = [each for each in NEWS.articles if each.copy_of]
OUTLET = """
[[outlet]]
slug = "quay"
name = "The Quay"
language = "en"
country = "GB"
city = "London"
tagline = ""
feed = "rss"
"""


def text_of(article: Article) -> str:
    return "\n".join(article.paragraphs)


def shingles(article: Article) -> set[str]:
    return set(shingles_of(re.findall(r"\w+", fold(text_of(article)))))


def write(folder: Path, manuscript: str) -> Path:
    (folder / "outlets.toml").write_text(OUTLET, encoding="utf-8")
    (folder / "quay.md").write_text(manuscript, encoding="utf-8")
    return folder


def test_there_is_news_in_four_languages() -> None:
    counts = Counter(LANGUAGES[each.outlet] for each in ORIGINALS)

    assert sum(counts.values()) >= 84
    assert counts["ar"] >= 24
    assert counts["en"] >= 24
    assert counts["fr"] >= 18
    assert counts["tr"] >= 18


def test_every_language_has_two_outlets_that_work() -> None:
    counts = Counter(each.language for each in NEWS.outlets if each.feed != "failing")

    assert min(counts.values()) >= 2
    assert {each.feed for each in NEWS.outlets} == {
        "rss", "rss-full", "atom", "atom-full", "rdf", "json", "sitemap", "broken", "failing"
    }  # fmt: skip


@pytest.mark.parametrize("article", ORIGINALS, ids=lambda each: each.key)
def test_an_article_is_one(article: Article) -> None:
    words = len(text_of(article).split())

    assert 90 <= words <= 250
    assert len(article.paragraphs) >= 4
    assert article.title
    assert article.author
    assert article.section
    assert len(article.tags) >= 2
    assert article.paragraphs[0] != article.title


def test_no_two_articles_are_alike_but_copies() -> None:
    sets = [(each.key, shingles(each)) for each in ORIGINALS]
    alike = [
        (one, other)
        for (one, mine), (other, theirs) in combinations(sets, 2)
        if len(mine & theirs) / min(len(mine), len(theirs)) > 0.1
    ]

    assert alike == []


def test_titles_and_addresses_are_given_once() -> None:
    assert len({each.key for each in NEWS.articles}) == len(NEWS.articles)
    assert len({each.title for each in ORIGINALS}) == len(ORIGINALS)


def test_copies_are_of_other_outlets_under_a_dateline_and_shorter() -> None:
    originals = {each.key: each for each in ORIGINALS}

    assert len({each.copy_of for each in COPIES}) >= 8
    for copy in COPIES:
        original = originals[copy.copy_of]
        assert copy.outlet != original.outlet
        assert LANGUAGES[copy.outlet] == LANGUAGES[original.outlet]
        assert copy.published > original.published
        assert copy.paragraphs[0].endswith(original.paragraphs[0])
        assert copy.paragraphs[0] != original.paragraphs[0]
        assert copy.paragraphs[1:] == original.paragraphs[1 : len(copy.paragraphs)]


def test_one_report_stands_in_three_outlets() -> None:
    assert Counter(each.copy_of for each in COPIES)["meridian/mersin-strike-ends"] == 2


def test_news_is_of_the_last_three_days_and_of_the_next_minutes() -> None:
    ages = [each.published for each in NEWS.articles]
    coming = sorted(age for age in ages if age > timedelta())

    assert min(ages) >= -timedelta(days=3)
    assert sum(-timedelta(hours=1) <= age <= timedelta() for age in ages) >= 5
    assert len(coming) >= 12
    assert coming[0] <= timedelta(seconds=10)
    assert max(coming) >= timedelta(minutes=10)


def test_arabic_is_written_as_people_write_it() -> None:
    arabic = "\n".join(text_of(each) for each in ORIGINALS if LANGUAGES[each.outlet] == "ar")

    assert "ـ" in arabic  # tatweel
    assert re.search("[\u064b-\u0652]", arabic)  # harakat
    assert re.search("[٠-٩]", arabic)
    assert re.search("[0-9]", arabic)
    assert re.search(r"\b(?:وال|بال|لل|وب|ول)", arabic)


def test_turkish_and_french_have_their_own_letters() -> None:
    turkish = "\n".join(text_of(each) for each in ORIGINALS if LANGUAGES[each.outlet] == "tr")
    french = "\n".join(text_of(each) for each in ORIGINALS if LANGUAGES[each.outlet] == "fr")

    assert set("İıŞşğÇçÖöÜüâ'") <= set(turkish)
    assert set("éèêàçùîôÉ«»") <= set(french)


def test_one_article_is_corrected_while_the_demonstration_runs() -> None:
    (corrected,) = (each for each in NEWS.articles if each.correction)
    correction = corrected.correction

    assert correction is not None
    assert correction.after > timedelta() > corrected.published
    assert re.sub(r"\d", "", correction.wrong) == re.sub(r"\d", "", correction.right)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("publshed: -1h", "`publshed` is none of"),
        ("published: an hour ago", "`an hour ago` is no time such as"),
        ("published: -", "`-` is no time such as"),
        ("section: world", "needs `slug` and `published`"),
        ("published: -1h\ncopy: nobody/nothing", "there is no original `nobody/nothing`"),
        ("published: -1h\ncorrection: two to three", "a correction is written"),
        ("published: -1h\ncorrection: +9s four → five", "`four` must stand in it once"),
        ("published: -1h\ndefect: rust", "`rust` is none of"),
        (
            "published: -1h\ncopy: quay/two\ncut: some\n\n# Two\nslug: two\npublished: -2h",
            "`some` is no number",
        ),
    ],
)
def test_a_manuscript_that_cannot_be_printed_is_named(
    tmp_path: Path, header: str, said: str
) -> None:
    folder = write(tmp_path, f"# Two ships\nslug: ships\n{header}\n\nTwo ships came in.\n")

    with pytest.raises(Unwritable, match=re.escape(said)) as refused:
        read_news(folder)

    assert str(refused.value).startswith("quay.md, “Two ships”: ")


def test_what_stands_before_the_first_article_is_for_its_writers() -> None:
    (written,) = read_manuscript("quay", "A note.\n\n# Two ships\nslug: ships\n\nThey came.\n")

    assert (written.title, written.paragraphs) == ("Two ships", ("They came.",))


def test_times_are_written_in_days_hours_minutes_and_seconds(tmp_path: Path) -> None:
    folder = write(tmp_path, "# Two ships\nslug: ships\npublished: -1d2h3m4s\n\nThey came.\n")

    (article,) = read_news(folder).articles

    assert article.published == -timedelta(days=1, hours=2, minutes=3, seconds=4)
