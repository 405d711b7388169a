from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import brute_force
from evaluated import article, found, marked
from rasad_core.events import ArticleEnriched
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse
from rasad_core.text.tokens import Tokens
from strategies import NOW, TERMS, articles, queries


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("bank", "The Bank lends.", True),
        ("bank", "Banks lend.", False),
        ("Türkiye", "TÜRKİYE'DE", True),
        ("ığdır", "IGDIR", True),
        ("strasse", "Straße", True),
        ("Łódź", "lodz", True),
        ("مدرسة", "مدرسه", True),
        ("مَدْرَسَة", "مدرسة", True),
        ("مـــدرسة", "مدرسة", True),
        ("آخر", "اخر", True),
        ("٢٠٢٤", "2024", True),
        ("تركيا", "وتركيا", True),
        ("وتركيا", "تركيا", False),
        ("الجيش", "وللجيش", True),
        ("الجيش", "جيش", False),
        ("جيش", "وبالجيش", True),
        ("زير", "وزير", False),
        ("=Turkey", "turkey", False),
        ("=Turkey", "Turkey", True),
        ("=Tur*", "turkey Turkish", True),
        ("=Tur*", "turkish", False),
        ("=تركيا", "وتركيا", False),
        ("ترك*", "وتركيا", True),
        ("*كيا", "لتركيا", True),
        ("*nk*", "bunker", True),
        ("b?nk", "bnk", False),
        ("b*n*k", "bunk banik", True),
        ('"central bank*"', "central banking", True),
        ('"central bank*"', "central big bank", False),
        ('"ترك* الجيش"', "وتركيا للجيش", True),
        ('"الجيش تركيا"', "للجيش وتركيا", True),
        ('"p p"', "p q p", False),
        ("e-mail", "e mail", True),
        ("e-mail", "email", False),
        ("AT&T", "AT & T", True),
        ("C", "C++", False),
        ("C++", "in c++ code", True),
        ("name", "@name", True),
        ("=name", "@name", False),
        ("@name", "by @name", True),
        ("tag", "#tag", False),
        ("東", "東京都", True),
        ("京都", "東京都", True),
        ("東都", "東京都", False),
        ("Apple", "Apple's pie", True),
        ("10:30", "at 10:30", True),
        ("1,000", "1000", False),
    ],
)
def test_words_are_found_as_the_language_says(query: str, text: str, *, expected: bool) -> None:
    assert found(query, text) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("alpha", True),
        ("title:alpha", True),
        ("body:alpha", False),
        ("lead:alpha", False),
        ("beta", True),
        ("title:beta", False),
        ("lead:beta", True),
        ("body:beta", True),
        ("lead:delta", False),
        ("body:delta", True),
        ('"alpha beta"', False),
        ('"gamma delta"', True),
        ('lead:"gamma delta"', False),
        ('lead:"beta gamma"', True),
        ("lead:(beta AND gamma)", True),
        ("lead:(beta AND delta)", False),
        ("title:(alpha NOT beta)", True),
        ("body:(beta NOT alpha)", True),
        ("alpha AND NOT lead:delta", True),
    ],
)
def test_title_and_text_are_walls_and_the_lead_is_none(query: str, *, expected: bool) -> None:
    assert found(query, "beta gamma delta", title="alpha", lead="beta gamma") is expected


def test_today_and_days_ago_count_from_the_now_of_the_reader() -> None:
    document = search_document(article("x"))
    for query, days, expected in (
        ("published:today", 0, True),
        ("published:today", 1, False),
        ("published:-2d", 1, True),
        ("published:-2d", 3, False),
        ("published:<-2d", 3, True),
        ("published:-5d..-2d", 3, True),
        ("published:-5d..-2d", 1, False),
    ):
        now = NOW + timedelta(days=days)
        assert matches(parse(query).node, document, now=now) is expected, query


def test_a_document_without_offsets_can_be_matched() -> None:
    tokens = Tokens(folded=["central", "banks"], exact=["Central", "Banks"])
    document = SearchDocument(
        title=Tokens(folded=(), exact=()), text=tokens, lead_tokens=1, published=NOW
    )
    assert matches(parse('"central bank*"').node, document, now=NOW)
    assert matches(parse("lead:=Central AND length:2").node, document, now=NOW)


def test_a_phrase_is_one_place_named_as_it_was_typed() -> None:
    assert marked("“Climate Change” bank", "Climate  change; a Bank. Banks.", title="bank") == [
        ("title", "bank", "bank"),
        ("text", "Climate  change", "“Climate Change”"),
        ("text", "Bank", "bank"),
    ]


def test_highlights_mark_the_original_spelling() -> None:
    assert marked("تركيا", "قالت وَتُركيا إن") == [("text", "وَتُركيا", "تركيا")]


def test_only_clauses_that_count_are_highlighted() -> None:
    text = "alpha beta gamma"
    assert marked("alpha NOT delta", text) == [("text", "alpha", "alpha")]
    assert marked("(alpha AND delta) OR beta", text) == [("text", "beta", "beta")]
    assert marked("title:alpha OR gamma", text) == [("text", "gamma", "gamma")]
    assert marked("alpha AND delta", text) == []
    assert marked("lang:und alpha", text) == [("text", "alpha", "alpha")]
    assert marked("beta NOT (gamma AND delta)", text) == [("text", "beta", "beta")]


def test_every_occurrence_is_highlighted_in_order_and_once() -> None:
    assert marked("beta OR b*ta OR beta", "beta alpha beta") == [
        ("text", "beta", "b*ta"),
        ("text", "beta", "beta"),
        ("text", "beta", "b*ta"),
        ("text", "beta", "beta"),
    ]


slowly = settings(deadline=None, max_examples=150)


@slowly
@given(queries, articles())
def test_the_evaluator_agrees_with_every_position_tried(query: str, one: ArticleEnriched) -> None:
    node, document = parse(query).node, search_document(one)
    assert matches(node, document, now=NOW) is brute_force.selects(node, document)


@slowly
@given(queries, articles())
def test_highlights_lie_in_order_on_places_that_hold_their_clause(
    query: str, one: ArticleEnriched
) -> None:
    node, document = parse(query).node, search_document(one)
    places = highlights(node, document, now=NOW)
    assert list(places) == sorted(places, key=lambda e: (e.field != "title", e.start, e.end))
    assert len(set(places)) == len(places)
    if places:
        assert matches(node, document, now=NOW)
    for place in places:
        stored = one.title if place.field == "title" else one.text
        alone = replace(one, title="", text=stored[place.start : place.end])
        assert matches(parse(place.clause).node, search_document(alone), now=NOW), place


@slowly
@given(st.sampled_from(TERMS), articles())
def test_a_word_is_highlighted_exactly_where_an_article_is_found(
    query: str, one: ArticleEnriched
) -> None:
    node, document = parse(query).node, search_document(one)
    assert bool(highlights(node, document, now=NOW)) is matches(node, document, now=NOW)


@slowly
@given(queries, queries, articles())
def test_operators_are_those_of_logic(first: str, second: str, one: ArticleEnriched) -> None:
    document = search_document(one)

    def said(query: str) -> bool:
        return matches(parse(query).node, document, now=NOW)

    one_, two = said(first), said(second)
    assert said(f"{first} AND {second}") is (one_ and two)
    assert said(f"{first} OR {second}") is (one_ or two)
    assert said(f"{first} AND NOT {second}") is (one_ and not two)


def test_a_document_is_read_the_same_at_any_time_unless_the_query_asks() -> None:
    document = search_document(article("bank"))
    later = datetime(2040, 1, 1, tzinfo=UTC)
    assert matches(parse("bank").node, document, now=later)
