from collections.abc import Mapping, Sequence

import pytest

from demo_room import (
    ADDRESS,
    END,
    NEWSROOM,
    START,
    after,
    entries,
    key_of,
    publishing,
)
from rasad.demo import script
from rasad.demo.feeds import link
from rasad.demo.site import answer
from rasad_core.events import ArticleAnalysed
from rasad_core.identity import canonical_url
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from rasad_enrich.pipeline import analyse

PORT = {
    "cabestan/fin-greve-mersin",
    "cabestan/greve-mersin-agrumes",
    "cinaralti/mersin-arabulucu",
    "fanar/mersin-strike",
    "fanar/mersin-strike-over",
    "korfez/mersin-grevi-izmir",
    "meridian/mersin-mediator",
    "meridian/mersin-strike-ends",
    "pierhead/helmets",
    "straitcourier/dockers-end-strike",
    "straitcourier/lemons-late",
    "straitcourier/mersin-mediator-arrives",
}
VACCINE = {
    "difaf/measles-campaign-cairo",
    "difaf/million-doses",
    "fanar/beirut-measles",
    "fanar/million-doses",
}
SPORT = {
    "cabestan/coupe-levant-fanfares",
    "difaf/final-lost",
    "difaf/shabab-diffa-final",
    "korfez/final-bekleyis",
    "korfez/kupa-izmirde",
    "meridian/izmir-final-preview",
    "pierhead/izmir-final",
}
QUERIES = {alert.name: alert.query for alert in script.alerts(ADDRESS, now=START)}


def found(query: str, articles: Mapping[str, ArticleAnalysed]) -> set[str]:
    node = parse(query).node
    return {
        key
        for key, article in articles.items()
        if matches(node, search_document(article), now=article.fetched_at)
    }


def fresh_entries(seconds: float) -> dict[str, ArticleAnalysed]:
    """What feeds alone tell of the articles that were released in the run so far."""
    now = after(seconds)
    read: dict[str, ArticleAnalysed] = {}
    for publisher in publishing():
        released = NEWSROOM.released(publisher, now)
        keys = {canonical_url(link(ADDRESS, each)): each for each in released}
        for entry in entries(publisher, now):
            article = keys.get(canonical_url(entry.url)) if entry.url else None
            if article is not None and article.published > START:
                read[key_of(article)] = analyse(entry)
    return read


@pytest.mark.parametrize("query", [*QUERIES.values(), *(each.query for each in script.SEARCHES)])
def test_a_query_says_what_it_means_without_a_warning(query: str) -> None:
    assert parse(query).warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Port strike, four languages", PORT),
        ("لقاح وتطعيم", VACCINE),
        ("Sport in Izmir", SPORT),
    ],
)
def test_an_alert_finds_what_it_is_meant_to(
    analysed: Mapping[str, ArticleAnalysed], name: str, expected: set[str]
) -> None:
    assert found(QUERIES[name], analysed) == expected


@pytest.mark.slow
@pytest.mark.parametrize("search", script.SEARCHES, ids=lambda each: each.query)
def test_a_search_that_is_shown_finds_something(
    analysed: Mapping[str, ArticleAnalysed], search: script.Search
) -> None:
    assert len(found(search.query, analysed)) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("query", [script.PORT, "entity:Izmir"])
def test_a_search_crosses_four_languages(
    analysed: Mapping[str, ArticleAnalysed], query: str
) -> None:
    assert {analysed[key].language for key in found(query, analysed)} == {"ar", "en", "fr", "tr"}


@pytest.mark.parametrize(
    ("name", "seconds", "key"),
    [
        ("Port strike, four languages", 10, "meridian/mersin-strike-ends"),
        ("لقاح وتطعيم", 22, "difaf/million-doses"),
        ("Sport in Izmir", 37, "korfez/kupa-izmirde"),
    ],
)
def test_an_alert_fires_on_what_the_feed_alone_tells(name: str, seconds: float, key: str) -> None:
    assert key in found(QUERIES[name], fresh_entries(seconds))


def test_something_fires_within_fifteen_seconds() -> None:
    fired: Sequence[set[str]] = [found(query, fresh_entries(15)) for query in QUERIES.values()]

    assert any(fired)


def test_every_source_answers_but_the_one_that_fails() -> None:
    rows = script.sources(NEWSROOM.news, ADDRESS, now=START)
    paths = [row.url.removeprefix(ADDRESS) for row in rows]
    statuses = [answer(NEWSROOM, path, now=END, address=ADDRESS).status for path in paths]

    assert statuses == [500 if each.feed == "failing" else 200 for each in NEWSROOM.outlets]
    assert {row.kind for row in rows} == {"feed", "sitemap"}
    assert len({row.source_id for row in rows}) == len(rows)


def test_alerts_are_armed_and_one_calls_the_webhook() -> None:
    made = script.alerts(ADDRESS, now=START)

    assert [each.state for each in made] == ["armed"] * 3
    assert [each.group_by for each in made] == ["story"] * 3
    assert [hook.url for each in made for hook in each.channels] == [f"{ADDRESS}/webhook"]
    assert made == script.alerts(ADDRESS, now=START)


def test_who_watches_is_told_where_to_look_and_what_will_happen() -> None:
    told = script.what_to_look_at("http://127.0.0.1:8700", ADDRESS, NEWSROOM)
    words = " ".join(told.split())

    for page in ("/inbox", "/alerts", "/sources", "/search?q="):
        assert f"http://127.0.0.1:8700{page}" in told
    assert f"{ADDRESS}/webhook" in told
    assert all(
        " ".join(happens.split()) in words for _, happens in script.happenings(NEWSROOM.news)
    )
    assert "   0:08  " in told


def test_what_will_happen_names_alerts_that_there_are() -> None:
    told = " ".join(happens for _, happens in script.happenings(NEWSROOM.news))

    assert all(f"“{name}”" in told for name in QUERIES)
