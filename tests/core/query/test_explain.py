"""Why an article matches and why not: true to the evaluator, and said in the author's words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.events import ArticleEnriched
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.explain import Explanation, explain
from rasad_core.query.parse import parse
from strategies import ANKARA, NOW, SPORT, articles, queries, trees

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


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("tide NEAR/4 quay", ("They stand near each other,"
         " in the text from character 4 to 8, and in one more place.")),
        ("tide NEAR/2 quay", ("Both are there, with 4 words between them at the nearest;"
         " 2 may stand.")),
        ("tide ONEAR/1 is", ("They stand near each other,"
         " in the text from character 4 to 8, and in one more place.")),
        ("is ONEAR/1 tide", "Both are near enough, but not in this order."),
        ("quay ONEAR/9 tide", "Both are near enough, but not in this order."),
        ("harbour NEAR/2 quay", ("They stand near each other,"
         " in the text from character 24 to 28, and in one more place.")),
        ("news NEAR/9 quay", ("One is in the title and the other in the text; both must be in one"
         " of them.")),
        ("qua* NEAR/9 *uay", "Both are there, but in the same words; each needs words of its own."),
        ("ferry ONEAR/2 tide", "Both are there, but never in this order."),
        ("storm NEAR/9 tide", "`storm` is nowhere in title and text."),
        ("tide NEAR/9 (storm OR gale)", "`storm OR gale` is nowhere in title and text."),
        ("title:(tide NEAR/4 quay)", ("It is not in the title. It stands in the text"
         " from character 4 to 8, and in one more place.")),
        ("tide NOT NEAR/2 high", ("Wherever it stands, `high` is near: it stands"
         " in the text from character 4 to 8.")),
        ("storm NOT NEAR/2 high", "`storm` is nowhere in title and text."),
        ("tide NOT NEAR/2 quay", "It stands in the text from character 4 to 8."),
        ("atleast3(harbour)", "It stands in 2 places of title and text; 3 are needed."),
        ("atleast3(tide)", "It stands in one place of title and text; 3 are needed."),
        ("atleast3(storm)", "It is nowhere in title and text."),
        ("atleast2(harbour)", "It stands in the title from character 0 to 7, and in one more place."),
        ("case(Tide)", "It stands only written otherwise, in the text from character 4 to 8."),
        ("=Tide", "It stands only written otherwise, in the text from character 4 to 8."),
        ("=Storm", "It is nowhere in title and text."),
        ("~tides", "It stands in the text from character 4 to 8."),
        ("~storms", "No word of title and text has its stem in the language en, `storm`."),
        ('~"high tides"', "Its words are there, but nowhere side by side in this order."),
        ("tide NOT (is NEAR/1 high)", ("They stand near each other,"
         " in the text from character 9 to 11, and in one more place.")),
    ],
)  # fmt: skip
def test_detail_says_how_near_or_how_often(query: str, detail: str) -> None:
    assert explained(query).reasons[0].detail == detail


def test_near_within_a_near_is_explained_too() -> None:
    assert [
        (each.clause, each.detail) for each in explained("(tide NEAR/1 quay) NEAR high").reasons
    ] == [
        ("(tide NEAR/1 quay) NEAR/4 high", "`tide NEAR/1 quay` is nowhere in title and text."),
        (
            "tide NEAR/1 quay",
            "Both are there, with 4 words between them at the nearest; 1 may stand.",
        ),
    ]


def test_thousands_of_alternatives_are_not_read_out() -> None:
    many = " OR ".join(f"gale{number}" for number in range(1_000))

    (reason,) = explained(f"tide NEAR ({many})").reasons

    assert len(reason.detail) < 120


def test_the_same_reason_is_given_once() -> None:
    assert reasons("storm AND (storm AND tide)") == [("missing", "storm")]


@settings(deadline=None)
@given(st.one_of(trees(), queries.map(lambda text: parse(text).node)), articles())
def test_explanation_is_true_to_the_evaluator(node: Node, article: ArticleEnriched) -> None:
    document = search_document(article)

    explanation = explain(node, article, now=NOW)

    assert explanation.matches == matches(node, document, now=NOW)
    assert explanation.spans == highlights(node, document, now=NOW)
    assert explanation.reasons
    assert {each.code == "matched" for each in explanation.reasons} == {explanation.matches}
    assert all(each.clause and each.detail for each in explanation.reasons)
