"""What every article index must do, whatever it is made of."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import live_index
import strategies
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.ports import ArticleIndex, Histogram, SearchRequest, SearchResult, Write
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse
from rasad_core.text.normalise import fold_value

NOW = strategies.NOW


@contextmanager
def memory_index() -> Iterator[ArticleIndex]:
    yield MemoryArticleIndex()


@contextmanager
def sqlite_index() -> Iterator[ArticleIndex]:
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "rasad.db")
        yield SqliteArticleIndex(database)
        database.close()


ADAPTERS = {"memory": memory_index, "sqlite": sqlite_index, "elasticsearch": live_index.opened}
ELASTICSEARCH = pytest.param("elasticsearch", marks=pytest.mark.live("elasticsearch"))
CASES = ["memory", "sqlite", ELASTICSEARCH]


@pytest.fixture(params=CASES)
def index(request: pytest.FixtureRequest) -> Iterator[ArticleIndex]:
    with ADAPTERS[request.param]() as made:
        yield made


def article(number: int = 1, **changes: object) -> ArticleEnriched:
    made = ArticleEnriched(
        trace_id="t",
        article_id=f"a{number}",
        form="record",
        fetched_at=NOW,
        published=NOW - timedelta(hours=number),
        title=f"Harbour reopens {number}",
        text="The harbour reopened on Monday. Ships wait.",
        lead="The harbour reopened on Monday.",
        language="en",
        source="Harbour Post",
        revision=1,
        seq=number,
        story_id=f"s{number}",
        month="2026.03",
    )
    return replace(made, **changes)


def moved(number: int, seq: int, story_id: str) -> ArticleMoved:
    return ArticleMoved(
        trace_id="t", article_id=f"a{number}", seq=seq, month="2026.03", story_id=story_id,
        from_story_id=f"s{number}",
    )  # fmt: skip


def deleted(number: int, seq: int) -> ArticleDeleted:
    return ArticleDeleted(trace_id="t", article_id=f"a{number}", seq=seq, month="2026.03")


def search(index: ArticleIndex, query: str | None = None, **request: object) -> SearchResult:
    node = None if query is None else parse(query).node
    return index.search(SearchRequest(query=node, now=NOW, **request))  # type: ignore[arg-type]


def ids(result: SearchResult) -> list[str]:
    return [hit.article.article_id for hit in result.hits]


def test_written_article_is_got_and_found_whole(index: ArticleIndex) -> None:
    written = article(tags=("x",), extra={"desk": ["a"]})

    assert index.write([written]) == ["written"]
    assert index.get("a1") == written
    assert search(index, "harbour").hits[0].article == written


def test_missing_article_is_none(index: ArticleIndex) -> None:
    assert index.get("nobody") is None


def test_newer_revision_takes_the_place_of_the_older(index: ArticleIndex) -> None:
    index.write([article(seq=5)])
    index.write([article(seq=6, revision=2, title="Closed again", text="Storm.", lead="Storm.")])

    assert search(index, "harbour").total == 0
    assert search(index, "storm").total == 1


def test_older_and_equal_writes_change_nothing(index: ArticleIndex) -> None:
    index.write([article(seq=6, title="New")])

    assert index.write([article(seq=5, title="Old"), article(seq=6, title="Same")]) == [
        "stale", "stale",
    ]  # fmt: skip
    held = index.get("a1")
    assert held is not None
    assert held.title == "New"


def test_move_changes_the_story_alone(index: ArticleIndex) -> None:
    index.write([article(seq=5), moved(1, 7, "s0")])

    held = index.get("a1")

    assert held is not None
    assert (held.story_id, held.title) == ("s0", "Harbour reopens 1")
    assert search(index, "story:s0").total == 1
    assert search(index, "story:s1").total == 0
    assert search(index, "harbour").hits[0].article.story_id == "s0"


def test_tombstone_outlives_every_later_write(index: ArticleIndex) -> None:
    index.write([article(seq=5)])

    assert index.write([deleted(1, 6), article(seq=9), moved(1, 10, "s0")]) == [
        "written", "deleted", "deleted",
    ]  # fmt: skip
    assert index.get("a1") is None
    assert search(index).total == 0


EVENTS: list[Write] = [
    article(seq=5, title="First"),
    article(seq=7, title="Second", revision=2),
    moved(1, 6, "s6"),
    moved(1, 8, "s8"),
    article(2, seq=3, title="Other"),
]


@pytest.mark.parametrize("adapter", CASES)
@settings(deadline=None, max_examples=25)
@given(events=st.permutations([*EVENTS, *EVENTS[:3]]))
def test_any_order_of_the_same_events_gives_the_same_index(
    adapter: str, events: list[Write]
) -> None:
    with ADAPTERS[adapter]() as index:
        for event in events:
            index.write([event])

        held = index.get("a1")

        assert held is not None
        assert (held.title, held.story_id, held.revision) == ("Second", "s8", 2)
        assert search(index).total == 2


def test_move_before_its_article_is_remembered(index: ArticleIndex) -> None:
    assert index.write([moved(1, 8, "s0"), article(seq=5)]) == ["missing", "written"]

    held = index.get("a1")

    assert held is not None
    assert held.story_id == "s0"


def test_without_a_query_everything_comes_newest_first(index: ArticleIndex) -> None:
    index.write([article(2), article(1), article(3)])

    assert ids(search(index)) == ["a1", "a2", "a3"]
    assert ids(search(index, sort="oldest")) == ["a3", "a2", "a1"]


def test_corrected_date_moves_an_article(index: ArticleIndex) -> None:
    index.write([article(1), article(2)])
    index.write([article(1, seq=9, published=NOW - timedelta(days=9))])

    assert ids(search(index)) == ["a2", "a1"]
    assert ids(search(index, "harbour", until=NOW - timedelta(days=1))) == ["a1"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
@pytest.mark.parametrize("query", [None, "harbour", '"ships wait"', "lead:harbour"])
def test_pages_give_every_article_once_and_in_order(
    index: ArticleIndex, sort: str, query: str | None
) -> None:
    index.write([article(number) for number in range(1, 8)])
    whole = ids(search(index, query, sort=sort, limit=100))
    cursor, paged, totals = None, [], set()
    while True:
        result = search(index, query, sort=sort, limit=3, cursor=cursor)
        paged += ids(result)
        totals.add(result.total)
        if (cursor := result.next_cursor) is None:
            break

    assert paged == whole
    assert len(whole) == 7
    assert totals == {7}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "oldest:1", "newest:x", "newest:1; DROP TABLE x", "newest:²", f"newest:{'9' * 5000}"],
)
def test_foreign_cursor_is_refused(index: ArticleIndex, cursor: str) -> None:
    with pytest.raises(Unprocessable):
        search(index, cursor=cursor)


def test_many_articles_of_one_second_are_all_kept(index: ArticleIndex) -> None:
    index.write([article(number, published=NOW) for number in range(1, 60)])

    assert search(index, limit=100).total == 59


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (timedelta(0), None, ["a3", "a2", "a1"]),
        (timedelta(seconds=1), None, ["a3", "a2"]),
        (timedelta(seconds=1, microseconds=1), None, ["a3"]),
        (None, timedelta(seconds=1), ["a1"]),
        (None, timedelta(seconds=1, microseconds=1), ["a2", "a1"]),
        (timedelta(seconds=1), timedelta(seconds=1, microseconds=400), ["a2"]),
    ],
)
def test_since_is_included_and_until_is_not(
    index: ArticleIndex, since: timedelta | None, until: timedelta | None, found: list[str]
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    steps = (0, 1, 1.0005)
    index.write(
        [article(n + 1, published=at + timedelta(seconds=step)) for n, step in enumerate(steps)]
    )

    result = search(
        index,
        since=None if since is None else at + since,
        until=None if until is None else at + until,
    )

    assert sorted(ids(result)) == sorted(found)


ANKARA = strategies.ANKARA
SPORT = strategies.SPORT


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"languages": ("AR", "fr")}, ["a2", "a3"]),
        ({"sources": ("harbour  POST",)}, ["a1", "a2"]),
        ({"sources": ("post",)}, ["a3"]),
        ({"countries": ("tr",)}, ["a2"]),
        ({"topics": ("medtop:15000000",)}, ["a1"]),
        ({"topics": ("15000000", "nothing")}, ["a1"]),
        ({"topics": ("Sport",)}, ["a1"]),
        ({"entities": ("gn:323786",)}, ["a1", "a3"]),
        ({"entities": ("انقرة",)}, ["a1", "a3"]),
        ({"stories": ("s1", "s3")}, ["a1", "a3"]),
        ({"stories": ("S2",)}, ["a2"]),
        ({"languages": ("fr", "en"), "entities": ("Ankara",), "stories": ("s3", "s2")}, ["a3"]),
        ({"countries": ("TR",), "languages": ("en",)}, []),
        ({"sources": ("",)}, []),
    ],
)
@pytest.mark.parametrize("query", [None, "harbour", '"ships wai*"', '"sh?ps wait"'])
def test_values_of_a_filter_are_alternatives_and_filters_add_up(
    index: ArticleIndex, query: str | None, filters: dict[str, tuple[str, ...]], found: list[str]
) -> None:
    index.write(
        [
            article(1, entities=(ANKARA,), topics=(SPORT,)),
            article(2, language="ar", country="TR"),
            article(3, language="fr", source="Post", entities=(ANKARA,)),
            article(4, language="de", source=None),
        ]
    )

    assert ids(search(index, query, **filters)) == found


def test_story_filter_follows_a_move(index: ArticleIndex) -> None:
    index.write([article(1), article(2), moved(2, 7, "s1")])

    assert ids(search(index, stories=("s1",))) == ["a1", "a2"]
    assert ids(search(index, "harbour", stories=("s2",))) == []


def test_filters_are_no_clause_of_a_highlight(index: ArticleIndex) -> None:
    index.write([article(1)])

    (hit,) = search(index, "ships", sources=("Harbour Post",), languages=("en",)).hits

    assert [each.clause for each in hit.highlights] == ["ships"]


STORIES = ["x", "y", "x", "z", "y", "x", "w"]


def write_stories(index: ArticleIndex) -> None:
    """Write a1 (newest) to a7 of the stories x y x z y x w; a6 comes to its story by a move."""
    index.write([article(n, story_id=story) for n, story in enumerate(STORIES, 1) if n != 6])
    index.write([article(6), moved(6, 9, "x")])


@pytest.mark.parametrize("query", [None, "harbour", '"ships wai*"', '"sh?ps wait"'])
def test_folded_story_stands_at_its_first_article(index: ArticleIndex, query: str | None) -> None:
    write_stories(index)

    newest = search(index, query, fold=True, facets=("lang",))
    oldest = search(index, query, fold=True, sort="oldest")

    assert [(hit.article.article_id, hit.copies) for hit in newest.hits] == [
        ("a1", 2), ("a2", 1), ("a4", 0), ("a7", 0),
    ]  # fmt: skip
    assert [(hit.article.article_id, hit.copies) for hit in oldest.hits] == [
        ("a7", 0), ("a6", 2), ("a5", 1), ("a4", 0),
    ]  # fmt: skip
    assert (newest.total, newest.stories, newest.facets["lang"][0].count) == (7, 4, 7)


def test_copies_outside_the_result_are_not_counted(index: ArticleIndex) -> None:
    write_stories(index)

    result = search(index, "reopens AND (1 OR 3 OR 5)", fold=True)

    assert [(hit.article.article_id, hit.copies) for hit in result.hits] == [("a1", 1), ("a5", 0)]
    assert (result.total, result.stories) == (3, 2)


def test_unfolded_search_counts_no_stories(index: ArticleIndex) -> None:
    write_stories(index)

    result = search(index, "harbour")

    assert (result.total, result.stories, len(result.hits)) == (7, None, 7)
    assert {hit.copies for hit in result.hits} == {None}


def test_nothing_found_is_no_story(index: ArticleIndex) -> None:
    write_stories(index)

    result = search(index, "absent", fold=True)

    assert (result.total, result.stories, result.hits, result.next_cursor) == (0, 0, (), None)


@pytest.mark.parametrize("cursor", ["", "x", "newest", "oldest:1:1", "newest:x:1", "newest:1:²"])
def test_foreign_cursor_is_refused_when_stories_are_folded(
    index: ArticleIndex, cursor: str
) -> None:
    with pytest.raises(Unprocessable):
        search(index, cursor=cursor, fold=True)


@pytest.mark.parametrize("adapter", CASES)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=strategies.archives(),
    query=st.none() | strategies.queries,
    sort=st.sampled_from(["newest", "oldest", "relevance"]),
    limit=st.integers(1, 3),
    stories=st.lists(st.sampled_from("xyz"), min_size=6, max_size=6),
)
def test_pages_of_folded_stories_give_each_once_with_its_copies(
    adapter: str, archive: list[ArticleEnriched], query: str, sort: str, limit: int,
    stories: list[str],
) -> None:  # fmt: skip
    with ADAPTERS[adapter]() as index:
        index.write(
            [replace(each, story_id=story) for each, story in zip(archive, stories, strict=True)]
        )
        whole = search(index, query, sort=sort, limit=100)
        firsts: dict[str, str] = {}
        for hit in whole.hits:
            firsts.setdefault(hit.article.story_id, hit.article.article_id)
        sizes = Counter(hit.article.story_id for hit in whole.hits)
        paged, cursor, totals = [], None, set()
        while True:
            page = search(index, query, sort=sort, limit=limit, cursor=cursor, fold=True)
            paged += [(hit.article.article_id, hit.copies) for hit in page.hits]
            totals.add((page.total, page.stories))
            if (cursor := page.next_cursor) is None:
                break

        assert paged == [(first, sizes[story] - 1) for story, first in firsts.items()]
        assert totals == {(whole.total, len(firsts))}


@pytest.mark.parametrize("query", [None, "harbour", '"sh?ps wait"', "absent"])
def test_count_is_the_total(index: ArticleIndex, query: str | None) -> None:
    write_stories(index)
    node = None if query is None else parse(query).node
    request = SearchRequest(now=NOW, query=node, until=NOW - timedelta(hours=2), limit=1)

    assert index.count(request) == index.search(request).total == (0 if query == "absent" else 5)


def histogram(index: ArticleIndex, query: str | None = None, **options: object) -> Histogram:
    node = None if query is None else parse(query).node
    return index.histogram(SearchRequest(now=NOW, query=node), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("query", [None, "harbour", '"ships wai*"', '"sh?ps wait"'])
def test_histogram_counts_the_result_by_local_day(index: ArticleIndex, query: str | None) -> None:
    at = datetime(2026, 3, 27, 21, 30, tzinfo=UTC)
    hours = (0, 1, 24, 47, 73)
    index.write(
        [article(n, published=at + timedelta(hours=after)) for n, after in enumerate(hours, 1)]
    )

    found = histogram(index, query, interval="day", tz="Asia/Beirut")

    # Clocks there went from 0 to 1 on the 29th: 22:00 is midnight in winter, 21:00 in summer.
    assert [(each.start, each.count) for each in found.buckets] == [
        (datetime(2026, 3, 26, 22, tzinfo=UTC), 1),
        (datetime(2026, 3, 27, 22, tzinfo=UTC), 2),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), 1),
        (datetime(2026, 3, 29, 21, tzinfo=UTC), 0),
        (datetime(2026, 3, 30, 21, tzinfo=UTC), 1),
    ]
    assert found.interval == "day"


def test_histogram_keeps_to_filters_and_period(index: ArticleIndex) -> None:
    write_stories(index)
    request = SearchRequest(now=NOW, since=NOW - timedelta(hours=3, minutes=30), stories=("x",))

    found = index.histogram(request, interval="hour")

    assert [(NOW - each.start, each.count) for each in found.buckets] == [
        (timedelta(hours=3), 1), (timedelta(hours=2), 0), (timedelta(hours=1), 1),
    ]  # fmt: skip


def test_histogram_of_nothing_has_no_buckets(index: ArticleIndex) -> None:
    assert histogram(index, interval="week") == Histogram(interval="week")
    assert histogram(index).buckets == ()


@pytest.mark.parametrize("tz", ["", "Asia/Nowhere", "Asia", "../UTC", "/etc/passwd", "x" * 5000])
def test_unknown_time_zone_is_refused(index: ArticleIndex, tz: str) -> None:
    with pytest.raises(Unprocessable, match="is no time zone"):
        histogram(index, tz=tz)


def test_too_many_buckets_are_refused_with_a_way_out(index: ArticleIndex) -> None:
    index.write([article(1), article(2, published=NOW - timedelta(days=30))])

    with pytest.raises(Unprocessable, match="choose a longer interval or a shorter period"):
        histogram(index, interval="minute")


@pytest.mark.parametrize("adapter", CASES)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=strategies.archives(),
    query=st.none() | strategies.queries,
    tz=st.sampled_from(["UTC", "Asia/Tehran", "America/St_Johns"]),
)
def test_histogram_adds_up_to_the_total(
    adapter: str, archive: list[ArticleEnriched], query: str | None, tz: str
) -> None:
    with ADAPTERS[adapter]() as index:
        index.write(archive)
        hits = search(index, query, limit=100).hits
        found = histogram(index, query, tz=tz)
        starts = [each.start for each in found.buckets]
        held = Counter(bisect_right(starts, hit.article.published) - 1 for hit in hits)

        assert [each.count for each in found.buckets] == [held[n] for n in range(len(starts))]


def test_facets_count_the_whole_result(index: ArticleIndex) -> None:
    index.write(
        [article(n, language="ar" if n % 3 else "en", tags=("x", "y")) for n in range(1, 8)]
    )

    result = search(index, "harbour", limit=1, facets=("language", "tags"))

    assert [(f.value, f.count) for f in result.facets["language"]] == [("ar", 5), ("en", 2)]
    assert [(f.value, f.count) for f in result.facets["tags"]] == [("x", 7), ("y", 7)]


def test_unknown_facet_is_an_error(index: ArticleIndex) -> None:
    with pytest.raises(KeyError):
        search(index, facets=("colour",))


def test_highlights_name_the_clause_and_the_place(index: ArticleIndex) -> None:
    written = article(text="وزار تركيا. قال لتركيا", lead="وزار تركيا.", title="x")
    index.write([written])

    (hit,) = search(index, "تركيا AND NOT absent").hits

    assert [(h.field, written.text[h.start : h.end], h.clause) for h in hit.highlights] == [
        ("text", "تركيا", "تركيا"), ("text", "لتركيا", "تركيا"),
    ]  # fmt: skip


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
@pytest.mark.parametrize("query", [None, "harbour", '"ships wai*"', '"sh?ps wait"'])
def test_scan_gives_what_search_finds(index: ArticleIndex, sort: str, query: str | None) -> None:
    index.write([article(number) for number in range(1, 220)])
    node = None if query is None else parse(query).node
    request = SearchRequest(now=NOW, query=node, limit=5, sort=sort)  # type: ignore[arg-type]
    whole = ids(search(index, query, sort=sort, limit=500))

    assert [each.article_id for each in index.scan(request)] == whole
    assert len(whole) == 219


def test_tags_without_words_hinder_no_query(index: ArticleIndex) -> None:
    index.write([article(tags=("!!!", "state budget"))])

    assert search(index, "tags:b?dget AND source:harbour").total == 1
    assert search(index, "tags:absent").total == 0


def test_control_characters_in_values_make_other_values(index: ArticleIndex) -> None:
    index.write([article(section="sport\x01news")])

    assert search(index, "section:sport").total == 0


def test_word_of_other_letters_is_found_behind_an_arabic_proclitic(index: ArticleIndex) -> None:
    index.write([article(1, text="قالت وNokia إن"), article(2, text="nokia")])

    assert ids(search(index, "nokia")) == ["a1", "a2"]
    assert ids(search(index, '"قالت nokia"')) == ["a1"]


@pytest.mark.parametrize(
    ("language", "found"), [("ar", True), ("fa", False), ("fa-IR", False), ("fao", True)]
)
def test_phrase_is_read_by_the_proclitics_of_arabic_alone(
    index: ArticleIndex, language: str, *, found: bool
) -> None:
    index.write([article(1, text="قرأ الكتاب وكتاب", language=language)])

    assert search(index, '"قرأ كتاب"').total == found
    assert search(index, '"الكتاب كتاب*"').total == found
    assert search(index, '"قرأ الكتاب"').total == 1


def test_persian_words_have_no_arabic_proclitics(index: ArticleIndex) -> None:
    index.write([article(1, language="fa", text="وکتاب"), article(2, language="ar", text="وكتاب")])

    assert ids(search(index, "كتاب")) == ["a2"]


@pytest.mark.parametrize("step", ["w AND NOT ({})", "w OR ({})", "harbour AND ({}) AND NOT w"])
def test_deepest_legal_query_is_answered(index: ArticleIndex, step: str) -> None:
    index.write([article(1), article(2)])
    query = "harbour"
    for _ in range(24):
        query = step.format(query)

    assert search(index, query).total == (0 if "w AND" in step else 2)


def test_microseconds_of_a_date_are_kept_apart(index: ArticleIndex) -> None:
    at = datetime(2026, 3, 1, 10, 0, 0, 300_007, tzinfo=UTC)
    step = timedelta(microseconds=1)
    index.write([article(n, published=at + n * step) for n in range(200)])

    for n in (0, 61, 122, 199):
        assert search(index, since=at + n * step).total == 200 - n


@pytest.mark.parametrize("adapter", CASES)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(archive=strategies.archives(), queries=st.lists(strategies.queries, min_size=4, max_size=8))
@example(archive=[], queries=["turkey"])
def test_index_and_evaluator_select_the_same_articles(
    adapter: str, archive: list[ArticleEnriched], queries: list[str]
) -> None:
    with ADAPTERS[adapter]() as index:
        index.write(archive)
        for query in queries:
            node = parse(query).node
            wanted = {
                each.article_id for each in archive if matches(node, search_document(each), now=NOW)
            }

            result = search(index, query, limit=100)

            assert (query, set(ids(result)), result.total) == (query, wanted, len(wanted))
            for hit in result.hits:
                document = search_document(hit.article)
                assert hit.highlights == highlights(node, document, now=NOW)


FILTERS: dict[str, list[str]] = {
    "languages": ["ar", "EN", "und", "xx"],
    "sources": ["post", "harbour post", "صحيفه post"],
    "countries": ["tr", "EG"],
    "topics": ["sport", "medtop:15000000"],
    "entities": ["ankara", "أنقرة", "gn:1"],
    "stories": ["s1", "S2"],
}


def passes(article: ArticleEnriched, name: str, wanted: list[str]) -> bool:
    entities = [name for each in article.entities for name in (each.id, each.name, "أنقرة")]
    topics = [name for each in article.topics for name in (each.id, each.name)]
    held = {
        "languages": [article.language],
        "sources": [article.source or ""],
        "countries": [article.country or ""],
        "topics": topics,
        "entities": entities,
        "stories": [article.story_id],
    }
    return bool({fold_value(each) for each in held[name]} & {fold_value(each) for each in wanted})


@pytest.mark.parametrize("adapter", CASES)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=strategies.archives(),
    query=st.none() | strategies.queries,
    filters=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from(values), min_size=1, max_size=2)
            for name, values in FILTERS.items()
        },
    ),
)
def test_filtered_search_selects_what_query_and_filters_select(
    adapter: str, archive: list[ArticleEnriched], query: str | None, filters: dict[str, list[str]]
) -> None:
    node = query and parse(query).node
    wanted = {
        each.article_id
        for each in archive
        if not node or matches(node, search_document(each), now=NOW)
        if all(passes(each, *named) for named in filters.items())
    }
    with ADAPTERS[adapter]() as index:
        index.write(archive)
        given_filters = {name: tuple(values) for name, values in filters.items()}

        result = search(index, query, limit=100, **given_filters)

        assert (set(ids(result)), result.total) == (wanted, len(wanted))


@pytest.mark.parametrize("adapter", ["sqlite", ELASTICSEARCH])
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=strategies.archives(),
    rewrites=strategies.archives(3),
    query=strategies.queries,
)
def test_indexes_agree_after_rewrites_moves_and_deletions(
    adapter: str, archive: list[ArticleEnriched], rewrites: list[ArticleEnriched], query: str
) -> None:
    events: list[Write] = [
        *archive,
        *(replace(each, seq=50 + each.seq) for each in rewrites),
        ArticleMoved(trace_id="t", article_id="a1", seq=90, month="2026.03", story_id="s1",
                     from_story_id="s2"),
        ArticleDeleted(trace_id="t", article_id="a2", seq=91, month="2026.03"),
    ]  # fmt: skip
    found = []
    for name in ("memory", adapter):
        with ADAPTERS[name]() as index:
            index.write(events)
            result = search(index, query, limit=100, facets=("lang", "source", "tags", "entity"))
            facets = {name: Counter({f.value: f.count for f in each})
                      for name, each in result.facets.items()}  # fmt: skip
            found.append((set(ids(result)), result.total, facets))

    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("alpha NEAR/0 beta", ["a1", "a3"]),
        ("alpha ONEAR/0 beta", ["a1"]),
        ("alpha NEAR/0 alpha", ["a3"]),
        ("alpha NOT NEAR/1 beta", ["a2"]),
        ("alpha NOT NEAR/0 beta", ["a2", "a3"]),
        ("alpha NOT NEAR/1 (beta NEAR/0 gamma)", ["a2"]),
        ("(alpha NEAR/0 beta) ONEAR/0 gamma", ["a1"]),
        ("atleast2(alpha)", ["a3"]),
        ('atleast1(alpha OR "beta gamma") AND NOT atleast2(alpha OR "beta gamma")', []),
        ("body:(gamma ONEAR/3 alpha)", ["a3"]),
        ("title:(alpha NEAR beta)", []),
        ("case(Alpha) NEAR/0 beta", []),
        ("Harbour NOT NEAR/100 (reopens NEAR/0 nothing)", ["a1", "a2", "a3"]),
    ],
)
def test_what_stands_near_and_how_often_decides(
    index: ArticleIndex, query: str, found: list[str]
) -> None:
    texts = ("alpha beta gamma", "alpha x x x x x beta gamma", "gamma beta alpha alpha")
    index.write([article(number, text=text) for number, text in enumerate(texts, start=1)])

    assert ids(search(index, query, sort="newest", facets=("lang",))) == found
    assert search(index, query, fold=True).total == len(found)


def test_stems_are_compared_within_a_language_and_without_one_words(index: ArticleIndex) -> None:
    words = (("en", "Banking"), ("und", "Banking"), ("xx-YY", "banks"), ("tr", "banks"))
    index.write(
        [
            article(number, language=language, title=word, text="")
            for number, (language, word) in enumerate(words, start=1)
        ]
    )

    assert ids(search(index, "~banks")) == ["a1", "a3", "a4"]
    assert ids(search(index, "~banking")) == ["a1", "a2"]
    assert ids(search(index, "title:(~banks NEAR ~other)")) == []
