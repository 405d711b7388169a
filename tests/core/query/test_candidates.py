"""Candidates: every match is among them, whatever came and went; most others are not."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.events import ArticleEnriched
from rasad_core.query.candidates import Candidates
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse
from rasad_core.query.print import to_text
from strategies import NOW, articles, queries, spelled_queries

any_query = st.one_of(queries, spelled_queries)
# What is done to the alerts of a few keys: a query given, or the alert taken away.
changes = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), any_query)), max_size=14
)


def matching(alerts: Mapping[str, str], document: SearchDocument) -> set[str]:
    return {key for key, text in alerts.items() if matches(parse(text).node, document, now=NOW)}


def candidates(**alerts: str) -> Candidates:
    found = Candidates()
    for key, text in alerts.items():
        found.add(key, parse(text).node)
    return found


def document(text: str = "", *, title: str = "", url: str = "", domain: str = "") -> SearchDocument:
    return search_document(
        ArticleEnriched(
            trace_id="t",
            article_id="a",
            form="record",
            fetched_at=NOW,
            published=NOW,
            title=title,
            text=text,
            lead=text,
            url=url or None,
            domain=domain or None,
            revision=1,
            seq=1,
            story_id="s",
            month="2026.03",
        )
    )


@settings(deadline=None)
@given(st.lists(any_query, min_size=1, max_size=8), articles())
def test_every_match_is_a_candidate(texts: list[str], article: ArticleEnriched) -> None:
    alerts = {str(number): text for number, text in enumerate(texts)}

    found = candidates(**alerts).of(search_document(article))

    assert found.keys() >= matching(alerts, search_document(article))


@settings(deadline=None)
@given(any_query, articles())
def test_what_is_left_of_a_query_matches_and_shows_where_as_the_whole_does(
    text: str, article: ArticleEnriched
) -> None:
    node, document = parse(text).node, search_document(article)

    left = candidates(a=text).of(document).get("a")

    whole = highlights(node, document, now=NOW)
    if left is None:
        assert not matches(node, document, now=NOW)
    else:
        assert matches(left, document, now=NOW) == matches(node, document, now=NOW)
        assert highlights(left, document, now=NOW) == whole


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("storm OR tide OR gale OR quay", "tide OR quay"),
        ("(storm OR tide) AND NOT (gale OR flood)", "tide"),
        ("tide AND NOT (gale OR quay)", "tide AND NOT quay"),
        ("title:(tide OR storm)", "title:tide"),
    ],
)
def test_terms_that_are_nowhere_are_not_asked_for_again(query: str, left: str) -> None:
    (found,) = candidates(a=query).of(document("The tide is high at the quay.")).values()

    assert to_text(found) == left


@settings(deadline=None)
@given(changes, articles())
def test_every_match_is_a_candidate_after_alerts_came_and_went(
    steps: list[tuple[str, str | None]], article: ArticleEnriched
) -> None:
    kept = Candidates()
    alerts: dict[str, str] = {}
    for key, text in steps:
        if text is None:
            kept.remove(key)
            alerts.pop(key, None)
        else:
            kept.add(key, parse(text).node)
            alerts[key] = text

    found = kept.of(search_document(article))

    assert found.keys() >= matching(alerts, search_document(article))
    assert found == candidates(**alerts).of(search_document(article))


@settings(deadline=None)
@given(changes)
def test_nothing_is_left_of_what_went(steps: list[tuple[str, str | None]]) -> None:
    kept = Candidates()
    for key, text in steps:
        kept.add(key, parse(text or "tide").node)
    for key in "abcdef":
        kept.remove(key)

    assert kept._tables == {}
    assert kept._always == set()
    assert kept._queries == {}


@pytest.mark.parametrize(
    "query",
    [
        "harbour",
        "ferry OR harbour",
        "tide AND harbour",
        '"high harbour"',
        "harb*",
        "*arbour",
        "h*bour",
        "=Tide",
        "=Harb*",
        "title:harbour AND tide",
        "lang:fr AND tide",
        "source:gazette AND tide",
        "domain:other.example",
        "url:quaynews.example/sport",
        "entity:Ankara",
        "(tide OR ebb) AND (storm OR gale) AND NOT calm",
    ],
)
def test_query_of_other_terms_is_no_candidate(query: str) -> None:
    text = "The tide is high at the quay."
    article = document(text, url="https://quaynews.example/world/1", domain="quaynews.example")

    assert candidates(a=query).of(article) == {}


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("url:quaynews.exam", "https://www.quaynews.example/world/1"),
        ("url:quaynews.example/" + "long/" * 20, "https://quaynews.example/" + "long/" * 30),
        ("domain:quaynews.example", "https://news.quaynews.example/1"),
    ],
)
def test_address_is_found_by_its_beginning_and_a_site_by_what_is_below_it(
    query: str, url: str
) -> None:
    article = document("Tide", url=url, domain=url.split("/")[2].removeprefix("www."))

    assert candidates(a=query).of(article).keys() == {"a"} == matching({"a": query}, article)


@pytest.mark.parametrize("query", ["length:<100", "published:-3d"])
def test_query_without_terms_is_always_a_candidate(query: str) -> None:
    assert list(candidates(a=query).of(document("The tide is high."))) == ["a"]


def test_query_given_again_replaces_the_one_before() -> None:
    kept = candidates(a="tide")
    kept.add("a", parse("ebb").node)

    assert kept.of(document("tide")) == {}
    assert kept.of(document("ebb")).keys() == {"a"}


def test_what_is_not_there_can_be_removed() -> None:
    kept = candidates(a="tide")
    kept.remove("b")

    assert kept.of(document("tide")).keys() == {"a"}
