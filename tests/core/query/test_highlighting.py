"""Highlights by the words of the query alone are those of the whole analysis."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import article_pool
import strategies
from rasad_core.events import ArticleEnriched
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.errors import QueryRefused
from rasad_core.query.evaluate import highlights
from rasad_core.query.highlighting import Highlighter
from rasad_core.query.parse import parse

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def agrees(article: ArticleEnriched, *queries: Node) -> bool:
    document = search_document(article)
    return all(
        Highlighter(query, now=NOW).highlights(article) == highlights(query, document, now=NOW)
        for query in queries
    )


def article(text: str, *, title: str = "", lead: str = "", language: str = "ar") -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, title=title,
        text=text, lead=lead, language=language, revision=1, seq=1, story_id="s", month="2026.03",
    )  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=strategies.articles(), queries=st.lists(article_pool.queries, max_size=10))
def test_highlights_are_those_of_the_whole_analysis(
    made: ArticleEnriched, queries: list[str]
) -> None:
    assert agrees(made, *(parse(query).node for query in queries))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=strategies.articles(), tree=strategies.trees())
def test_highlights_of_places_are_those_of_the_whole_analysis(
    made: ArticleEnriched, tree: Node
) -> None:
    assert agrees(made, tree)


WORDS_AFTER_GAPS = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(["bank", "banks", "climate", "e-mail"])),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(words=WORDS_AFTER_GAPS, distance=st.integers(0, 12))
def test_words_left_out_bring_nothing_near(words: list[tuple[int, str]], distance: int) -> None:
    filled = [f"{'x y-z ' * (gap // 2)}{'w ' * (gap % 2)}{word}" for gap, word in words]
    made = article(" ".join(filled), language="en")

    assert agrees(
        made,
        *(
            parse(query.format(distance)).node
            for query in (
                "bank NEAR/{} climate",
                "~bank ONEAR/{} ~bank",
                "(bank NEAR/{0} e-mail) NEAR/{0} (climate OR ~banking)",
                "bank NOT NEAR/{} (climate OR e-mail)",
                "atleast2(bank NEAR/{} climate)",
            )
        ),
    )


# Letters that fold, join, vanish or grow, beside those of the words they make.
_LETTERS = st.one_of(
    st.sampled_from("اأإآٱالللوبكفهةىيﷲﷺﻻابتكابـًّْ\u200c\u200d\u00adiıİIßſﬁéﻟ٢2ــ.,’'-#@"),
    st.characters(exclude_categories=["Cs", "Cc"]),
)
_WORD = st.text(_LETTERS, min_size=1, max_size=6)


@settings(deadline=None, max_examples=120)
@given(words=st.lists(_WORD, min_size=1, max_size=12), at=st.integers(0, 11), data=st.data())
@example(words=["للجبل"], at=0, data=None)
def test_word_of_any_letters_is_highlighted_where_it_stands(
    words: list[str], at: int, data: st.DataObject | None
) -> None:
    word = words[at % len(words)]
    typed = [
        word,
        f"={word}",
        f'"{word}"',
        f"{word[:3]}*",
        f"*{word[-3:]}",
        f"{word[:1]}*{word[-1:]}",
    ]
    if data is not None:
        typed.append(f'"{" ".join(words[at : at + data.draw(st.integers(1, 3))])}"')
    queries = []
    for each in typed:
        try:
            queries.append(parse(each).node)
        except QueryRefused:
            continue

    assert agrees(article(" ".join(words), title=words[0], lead=" ".join(words)[:9]), *queries)


@pytest.mark.parametrize("query", ["ا*ل", "الجبل", "ال*بل", "جبل", "ا?جبل", '"ا*ل وتركيا"'])
def test_reading_whose_article_is_not_written_is_highlighted(query: str) -> None:
    made = article("قال للجبل وتركيا")

    (found,) = Highlighter(parse(query).node, now=NOW).highlights(made)

    assert made.text[found.start : found.end].startswith("للجبل")
    assert agrees(made, parse(query).node)


def test_phrase_is_not_found_over_words_left_out() -> None:
    made = article("climate policy change. " * 3, language="en")

    assert Highlighter(parse('"climate change" OR policy').node, now=NOW).highlights(made)
    assert agrees(made, parse('"climate change" OR policy').node)
    assert Highlighter(parse('"climate change"').node, now=NOW).highlights(made) == ()


def test_length_counts_all_words() -> None:
    made = article("one two three four five", language="en")

    assert Highlighter(parse("one AND length:5").node, now=NOW).highlights(made)
    assert not Highlighter(parse("one AND length:1").node, now=NOW).highlights(made)


def test_hundreds_of_words_are_highlighted() -> None:
    many = " OR ".join(f"word{number}" for number in range(300))
    made = replace(article("word7 other word299"), language="en")

    assert len(Highlighter(parse(many).node, now=NOW).highlights(made)) == 2
