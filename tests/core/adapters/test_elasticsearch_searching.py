"""Searches on a real Elasticsearch: its limits, its absence, and pages while articles are written."""

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

import live_index
import live_servers
from http_gate import Asked, gated
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.costs import hard
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.elasticsearch.searching import Searcher
from rasad_core.errors import Unavailable, Unprocessable
from rasad_core.events import ArticleEnriched
from rasad_core.ports import Histogram, SearchRequest, SearchResult, Sort
from rasad_core.query.errors import Code, QueryRefused
from rasad_core.query.parse import parse
from strategies import NOW

pytestmark = pytest.mark.live("elasticsearch")

EVERYTHING = SearchRequest(now=NOW)


@pytest.fixture
def index() -> Iterator[ElasticsearchIndex]:
    with live_index.opened() as made:
        yield made


def article(number: int = 1, **changes: object) -> ArticleEnriched:
    made = ArticleEnriched(
        trace_id="t", article_id=f"a{number:05}", form="record", fetched_at=NOW,
        published=NOW.replace(hour=number // 3600, minute=number // 60 % 60, second=number % 60),
        title=f"Harbour {number}", text="Ships wait.", lead="Ships wait.", language="en",
        revision=1, seq=number, story_id=f"s{number}", month="2026.03",
    )  # fmt: skip
    return replace(made, **changes)


def asking(query: str, **options: object) -> SearchRequest:
    return replace(SearchRequest(now=NOW, query=parse(query).node), **options)


def ids(result: SearchResult) -> list[str]:
    return [hit.article.article_id for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [("length:>999999999999", 0), ("length:<99999999999", 1), ("length:0..99999999999", 1)],
)
def test_length_beyond_any_number_of_the_index_is_compared(
    index: ElasticsearchIndex, query: str, found: int
) -> None:
    index.write([article()])

    assert index.count(asking(query)) == found


def test_more_words_than_one_clause_takes_are_looked_for(index: ElasticsearchIndex) -> None:
    index.write([article()])
    words = " OR ".join(f"w{number}" for number in range(70_000))

    assert index.count(asking(f"{words} OR ships")) == 1


def test_address_longer_than_a_prefix_may_be_is_compared(index: ElasticsearchIndex) -> None:
    long = "https://example.com/" + "a" * 1500
    index.write([article(1, url=f"{long}/x"), article(2, url=long[:-1])])

    assert ids(index.search(asking(f"url:{long}"))) == ["a00001"]
    assert index.count(asking(f"url:{long}{'a' * 9000}")) == 0


@pytest.mark.slow
def test_wildcard_of_more_words_than_are_looked_up_at_once_stays_exact(
    index: ElasticsearchIndex,
) -> None:
    words = " ".join(f"ba{letter}{number}" for letter in "cdefghijkl" for number in range(3_000))
    index.write([article(1, text=words, lead=""), article(2, title="Bacon ships", text="x")])

    assert ids(index.search(asking("title:ba*"))) == ["a00002"]
    assert ids(index.search(asking("body:ba*"))) == ["a00001"]
    assert ids(index.search(asking('"ba* ships"', fold=True))) == ["a00002"]
    assert [each.article_id for each in index.scan(asking('"ba* bac1"'))] == ["a00001"]
    assert index.histogram(asking("body:ba*"), interval="day").buckets[0].count == 1


@pytest.mark.parametrize("query", ["*a????????????????????b*", "title:*a????????????????????b*"])
@pytest.mark.parametrize("fold", [True, False])
def test_query_that_is_too_much_for_the_index_is_refused_and_not_found_nothing(
    index: ElasticsearchIndex, query: str, fold: bool
) -> None:
    index.write([article()])

    with pytest.raises(QueryRefused) as refused:
        index.search(asking(query, fold=fold))
    assert refused.value.errors[0].code is Code.TOO_COMPLEX


WORDS = [f"w{number}" for number in range(5_000)]
WILD = [f"w{number}x*" for number in range(500)]
SOME = " OR ".join(f'"w{number} w{number + 1}"' for number in range(80))
OTHERS = " OR ".join(f'"x{number} x{number + 1}"' for number in range(20))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "found"),
    [
        (" OR ".join(WORDS), 3),
        (" OR ".join((*WORDS, *WILD)), 4),
        (" AND ".join(WORDS), 0),
        (f"title:({' OR '.join(WORDS)})", 1),
        (f"({' OR '.join(WORDS)}) NEAR/1 ships", 1),
        (f"({' OR '.join(WILD)}) NEAR/1 ships", 1),
        (f"({SOME}) NEAR/2 ({OTHERS})", 1),
        (f"({SOME}) ONEAR/1 ({OTHERS})", 0),
        (f"({SOME}) NOT NEAR/2 ({OTHERS})", 1),
        (f"title:({SOME}) OR ({SOME}) NEAR/2 ({OTHERS})", 1),
        (" OR ".join(f'"{word} ships"' for word in WORDS), 1),
        (f"atleast50({' OR '.join(WORDS[:100])})", 0),
        (f"ships AND NOT ({SOME}) NEAR/2 ({OTHERS})", 3),
        (f"lang:en AND ({SOME}) NEAR/2 ({OTHERS}) AND NOT length:<5", 1),
    ],
)
def test_large_query_is_answered(index: ElasticsearchIndex, query: str, found: int) -> None:
    index.write(
        [
            article(1, text="w5 w6 w4 w4 x7 x8"),
            article(2, text="w5 w6 w4 w4 w4 w4 x7 x8"),
            article(3, title="Ships w17x9"),
            article(4),
            article(5, title="w7 ships", text=""),
        ]
    )

    assert index.count(asking(query)) == found


def test_too_many_articles_to_look_at_are_refused_with_the_place_of_the_part(
    index: ElasticsearchIndex,
) -> None:
    index.write([article(number, text="a1 b1 c1") for number in range(12)])
    part = "a1 NOT NEAR (b1 NEAR c1)"
    searcher = Searcher(live_index.client(), index._asking.alias, most_candidates=11)

    with pytest.raises(QueryRefused) as refused:
        searcher.count(asking(f"harbour AND {part}"))
    (error,) = refused.value.errors
    assert (error.code, error.start, error.end) == (Code.TOO_BROAD, 12, 12 + len(part))
    assert searcher.count(asking(f"{part} AND title:5")) == 0


def test_what_is_only_slow_is_asked_all_the_same_where_there_is_too_much_to_look_at(
    index: ElasticsearchIndex,
) -> None:
    index.write([article(number, text="a1 b1 x x a1 b1 y z") for number in range(12)])
    sides = " OR ".join(f'"a{number} b{number}"' for number in range(1, 12))
    query = f"({sides}) NEAR/2 ({sides})"
    node = parse(query).node
    assert hard(node)
    assert not hard(node, patiently=True)

    searcher = Searcher(live_index.client(), index._asking.alias, most_candidates=11)

    assert searcher.count(asking(query)) == 12


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_verified_articles_are_paged_folded_and_counted_as_any(
    index: ElasticsearchIndex, sort: Sort
) -> None:
    near, far = "a1 b1 c1", "a1 b1 c1 x x x x x x a1"
    index.write(
        [
            article(number, text=far if number % 3 else near, story_id=f"s{number % 4}")
            for number in range(12)
        ]
    )
    request = asking("a1 NOT NEAR (b1 NEAR c1)", sort=sort, facets=("lang",))
    wanted = [f"a{number:05}" for number in range(12) if number % 3]

    pages, cursor = [], None
    while True:
        page = index.search(replace(request, limit=3, cursor=cursor))
        pages += ids(page)
        if (cursor := page.next_cursor) is None:
            break
    stories = index.search(replace(request, fold=True))

    assert sorted(pages) == wanted
    assert (page.total, page.facets["lang"][0].count) == (8, 8)
    assert (stories.total, stories.stories, len(stories.hits)) == (8, 4, 4)
    assert sum(hit.copies or 0 for hit in stories.hits) == 4
    assert sorted(each.article_id for each in index.scan(request)) == wanted
    assert index.histogram(request, interval="day").buckets[0].count == 8


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
@pytest.mark.parametrize(
    "place",
    [[1], ["x", "y"], [1, 2], [1.5, "a"], [2**63, "a"], [-(2**70), "a"], [True, "a"], [None, "a"],
     [1, "a", "b"], [1.5, 2**64, "a"], ["x", 1, "a"], {}, [{"a": 1}, "a"]],
)  # fmt: skip
def test_forged_cursor_is_refused(
    index: ElasticsearchIndex, sort: Sort, place: Sequence[object]
) -> None:
    index.write([article()])
    forged = base64.urlsafe_b64encode(json.dumps([sort, *place]).encode()).decode().rstrip("=")

    with pytest.raises(Unprocessable, match="is no cursor of this search"):
        index.search(replace(EVERYTHING, sort=sort, cursor=forged))


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_give_every_article_once_while_others_are_written(
    index: ElasticsearchIndex, sort: Sort
) -> None:
    index.write([article(number) for number in range(100, 120)])
    given, cursor, further = [], None, iter(range(50))
    while True:
        page = index.search(replace(EVERYTHING, sort=sort, limit=3, cursor=cursor))
        given += ids(page)
        if (cursor := page.next_cursor) is None or len(given) > 60:
            break
        number = next(further)
        index.write([article(200 + number), article(number)])

    before = [f"a{number:05}" for number in range(100, 120)]
    assert [each for each in given if each in before] == sorted(before, reverse=sort == "newest")
    assert len(given) == len(set(given))


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_give_every_story_once_while_newer_articles_are_written(
    index: ElasticsearchIndex, sort: Sort
) -> None:
    index.write([article(number, story_id=f"s{number % 13}") for number in range(100, 140)])
    given, cursor, further = [], None, iter(range(200, 300))
    while True:
        page = index.search(replace(EVERYTHING, sort=sort, limit=3, cursor=cursor, fold=True))
        given += [hit.article.story_id for hit in page.hits]
        if (cursor := page.next_cursor) is None:
            break
        number = next(further)
        index.write([article(number, story_id=f"s{number % 13}"), article(number + 100)])

    assert sorted(given) == sorted(f"s{number}" for number in range(13))


def test_nothing_written_yet_is_nothing_found() -> None:
    index = ElasticsearchIndex(live_index.client(), live_servers.new_prefix())
    request = replace(EVERYTHING, facets=("lang", "source"))

    assert index.search(request) == SearchResult(total=0, facets={"lang": (), "source": ()})
    assert index.search(replace(request, fold=True)).stories == 0
    assert index.search(asking("ships", sort="relevance")).total == 0
    assert index.count(request) == 0
    assert index.histogram(request) == Histogram(interval="minute")
    assert list(index.scan(request)) == []


def test_search_while_a_month_begins_is_answered() -> None:
    refused: list[Unavailable] = []
    over = threading.Event()
    with live_index.installed() as prefix:

        def ask() -> None:
            searching = ElasticsearchIndex(live_index.client(), prefix)
            while not over.is_set():
                try:
                    searching.search(asking("tide"))
                except Unavailable as error:
                    refused.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        writing = ElasticsearchIndex(live_index.client(), prefix)
        for month in range(1, 7):
            published = datetime(2025, month, 5, tzinfo=UTC)
            written = article(month, published=published, month=f"{published:%Y.%m}")
            writing.write([written])
        over.set()
        thread.join()

    assert refused == []


def test_index_that_is_away_is_unavailable() -> None:
    client = connect(ElasticsearchAccess(urls=("http://127.0.0.1:9",)))
    index = ElasticsearchIndex(client, "x-")

    for ask in (index.search, index.count, index.histogram, lambda each: list(index.scan(each))):
        with pytest.raises(Unavailable):
            ask(EVERYTHING)
    client.close()


@pytest.mark.parametrize("changed", [("timed_out", True), ("_shards", {"failed": 1, "total": 2})])
def test_answer_for_a_part_of_the_archive_is_unavailable(
    index: ElasticsearchIndex, changed: tuple[str, object]
) -> None:
    index.write([article()])

    def partly(asked: Asked) -> tuple[int, bytes] | None:
        if "/_search" not in asked.path:
            return None
        status, said = asked.forward(asked.body)
        return status, json.dumps({**json.loads(said), changed[0]: changed[1]}).encode()

    with gated(live_servers.elasticsearch(), partly) as url:
        client = connect(ElasticsearchAccess(urls=(url,)))
        partial = ElasticsearchIndex(client, index._names.prefix)

        for ask in (partial.search, partial.count, partial.histogram):
            with pytest.raises(Unavailable, match="a part of the archive"):
                ask(EVERYTHING)
        client.close()


def test_view_of_a_scan_that_is_left_is_closed(index: ElasticsearchIndex) -> None:
    index.write([article(1), article(2)])
    alias = Names(prefix=index._names.prefix).alias

    scan = index.scan(EVERYTHING)
    next(scan)
    held = _open_views(alias)
    scan.close()  # type: ignore[attr-defined]  # a generator

    assert held > 0
    assert _open_views(alias) == 0


def _open_views(alias: str) -> int:
    stats = live_index.client().indices.stats(index=alias, metric="search")
    return int(stats["_all"]["total"]["search"]["open_contexts"])


def test_articles_written_during_a_scan_are_not_in_it(index: ElasticsearchIndex) -> None:
    index.write([article(number) for number in range(600)])

    scan = index.scan(replace(EVERYTHING, sort="oldest"))
    first = next(scan)
    index.write([article(700), article(0, seq=900, title="Changed", revision=2)])

    assert [first.article_id, *(each.article_id for each in scan)] == [
        f"a{number:05}" for number in range(600)
    ]


@pytest.mark.slow
def test_thousands_of_hits_and_values_are_given_and_counted_whole(
    index: ElasticsearchIndex,
) -> None:
    index.write(
        [article(number, tags=(f"t{number}",), source="Post") for number in range(5_100)]
    )  # fmt: skip

    result = index.search(replace(EVERYTHING, limit=5_050, facets=("tags", "source")))
    stories = index.search(replace(EVERYTHING, limit=2, fold=True))

    assert ids(result) == [f"a{number:05}" for number in range(5_099, 49, -1)]
    assert [each.count for each in result.facets["tags"]] == [1] * 5_100
    assert result.facets["source"][0].count == 5_100
    assert (stories.total, stories.stories) == (5_100, 5_100)
