"""Why an article matches and why not: true to the evaluator, and said in the author's words."""

import pytest
from hypothesis import given, settings

from rasad_core.events import ArticleEnriched
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.explain import Explanation, explain
from rasad_core.query.parse import parse
from strategies import ANKARA, NOW, SPORT, articles, queries

TEXT = "The tide is high at the quay. The harbour master waits for the ferry."
ARTICLE = ArticleEnriched(
    trace_id="t",
    article_id="a",
    form="record",
    fetched_at=NOW,
    published=NOW,
    title="Harbour news",
    text=TEXT,
    lead=TEXT[:29],
    language="en",
    source="Quay News",
    url="https://quaynews.example/1",
    domain="quaynews.example",
    tags=("sea", "trade"),
    entities=(ANKARA,),
    topics=(SPORT,),
    revision=1,
    seq=1,
    story_id="s",
    month="2026.03",
)


def explained(query: str) -> Explanation:
    return explain(parse(query).node, ARTICLE, now=NOW)


def reasons(query: str) -> list[tuple[str, str]]:
    return [(each.code, each.clause) for each in explained(query).reasons]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tide AND storm", [("missing", "storm")]),
        ("storm AND gale", [("missing", "storm"), ("missing", "gale")]),
        ("tide AND (storm OR gale)", [("missing", "storm OR gale")]),
        ('"high tide"', [("missing", '"high tide"')]),
        ("tide NOT ferry", [("excluded", "NOT ferry")]),
        ("tide NOT (ferry OR gale)", [("excluded", "NOT (ferry OR gale)")]),
        ("tide NOT lang:en", [("excluded", "NOT lang:en")]),
        ("title:tide", [("wrong_field", "title:tide")]),
        ("lead:(tide AND ferry)", [("wrong_field", "lead:ferry")]),
        ("body:news", [("wrong_field", "body:news")]),
        ("title:storm", [("missing", "title:storm")]),
        ("title:(storm OR gale)", [("missing", "title:(storm OR gale)")]),
        (
            "title:(storm OR tide)",
            [("missing", "title:(storm OR tide)"), ("wrong_field", "title:tide")],
        ),
        ("tide AND lang:ar", [("metadata", "lang:ar")]),
        ("lang:(ar OR fr)", [("metadata", "lang:ar OR lang:fr")]),
        (
            "(lang:ar AND tide) OR storm",
            [("missing", "(lang:ar AND tide) OR storm"), ("metadata", "lang:ar")],
        ),
        ("tide AND length:>900", [("metadata", "length:>900")]),
        ("=Tide", [("missing", "=Tide")]),
    ],
)
def test_reasons_against(query: str, expected: list[tuple[str, str]]) -> None:
    assert not explained(query).matches
    assert reasons(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tide", [("matched", "tide")]),
        ("tide AND harb* NOT storm", [("matched", "tide"), ("matched", "harb*")]),
        ("storm OR ferry", [("matched", "ferry")]),
        ("title:harbour", [("matched", "title:harbour")]),
        ("lang:en AND tide", [("matched", "lang:en"), ("matched", "tide")]),
    ],
)
def test_reasons_for(query: str, expected: list[tuple[str, str]]) -> None:
    assert explained(query).matches
    assert reasons(query) == expected


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("tide", "It stands in the text from character 4 to 8."),
        ("harbour", "It stands in the title from character 0 to 7, and in one more place."),
        ("title:tide", "It is not in the title. It stands in the text from character 4 to 8."),
        ("tide NOT ferry", "It stands in the text from character 63 to 68."),
        ("tide NOT (lang:en OR lang:fr)", "The article has lang: en."),
        ("storm", "It is nowhere in title and text."),
        ("lead:storm", "It is nowhere in the lead."),
        ('"high tide"', "Its words are there, but nowhere side by side in this order."),
        ("storm OR gale", "None of these 2 alternatives holds."),
        ("lang:ar", "The article has lang: en."),
        ("author:kaya", "The article has no author."),
        ("source:gazette", "The article has source: Quay News."),
        ("tags:budget", "The article has tags: sea, trade."),
        ("entity:Cairo", "The article has entity: Ankara (gn:323786)."),
        ("topic:politics", "The article has topic: sport (medtop:15000000)."),
        ("length:>900", "The article has 16 words."),
        ("published:<2026", "The article was published at 2026-03-10T12:00:00Z."),
        ("domain:other.example", "The article has domain: quaynews.example."),
    ],
)
def test_detail_says_where_or_what(query: str, detail: str) -> None:
    assert explained(query).reasons[0].detail == detail


def test_the_same_reason_is_given_once() -> None:
    assert reasons("storm AND (storm AND tide)") == [("missing", "storm")]


@settings(deadline=None)
@given(queries, articles())
def test_explanation_is_true_to_the_evaluator(text: str, article: ArticleEnriched) -> None:
    node, document = parse(text).node, search_document(article)

    explanation = explain(node, article, now=NOW)

    assert explanation.matches == matches(node, document, now=NOW)
    assert explanation.spans == highlights(node, document, now=NOW)
    assert explanation.reasons
    assert {each.code == "matched" for each in explanation.reasons} == {explanation.matches}
    assert all(each.clause and each.detail for each in explanation.reasons)
