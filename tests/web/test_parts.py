"""What pages are made of: marked pieces, bars, addresses, queries of alerts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from api_articles import enriched
from api_clock import NOW
from rasad_api.problems import ProblemError
from rasad_api.searches import SearchAsked, request_of
from rasad_api.web.chart import HEIGHT, chart_of
from rasad_api.web.marking import Piece, marked, marked_paragraphs
from rasad_api.web.mistakes import marked_mistakes
from rasad_api.web.searching import as_query
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.events import Entity, Highlight, Topic
from rasad_core.ports import Bucket, Histogram

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted).map(tuple))


@given(st.text(max_size=40), SPANS)
def test_pieces_are_the_text_and_their_marks_the_spans(
    text: str, spans: list[tuple[int, int]]
) -> None:
    pieces = marked(text, spans)

    assert "".join(each.text for each in pieces) == text
    flags = [each.marked for each in pieces for _ in each.text]
    assert flags == [any(low <= at < high for low, high in spans) for at in range(len(text))]
    assert all(each.text for each in pieces)


@given(st.text(alphabet="ab \n\u0627", max_size=40), SPANS)
def test_paragraphs_keep_every_letter_and_its_mark(text: str, spans: list[tuple[int, int]]) -> None:
    places = [Highlight(field="text", start=low, end=high, clause="c") for low, high in spans]
    paragraphs = marked_paragraphs(text, places)

    kept = [line for line in text.split("\n") if line.strip()]
    assert ["".join(each.text for each in pieces) for pieces in paragraphs] == kept


def test_a_mark_over_two_paragraphs_is_in_both() -> None:
    paragraphs = marked_paragraphs("ab\ncd", [Highlight(field="text", start=1, end=4, clause="c")])

    assert paragraphs == (
        (Piece(text="a"), Piece(text="b", marked=True)),
        (Piece(text="c", marked=True), Piece(text="d")),
    )


@pytest.mark.parametrize(
    ("query", "start", "end", "shown"),
    [("(a", 0, 1, "("), ("a AND", 5, 5, "D"), ("a", 0, 0, "a"), ("", 0, 0, "")],
)
def test_every_mistake_has_a_letter_to_show(query: str, start: int, end: int, shown: str) -> None:
    error = ProblemError(code="c", detail="d", start=start, end=end)
    pieces = marked_mistakes(query, [error])

    assert "".join(each.text for each in pieces if each.marked) == shown


def test_bars_link_to_what_they_count_and_one_among_thousands_is_seen() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    counts = (1, 0, 5000)
    buckets = tuple(
        Bucket(start=start + timedelta(days=31 * at), count=count)
        for at, count in enumerate(counts)
    )
    buckets = tuple(replace(each, start=each.start.replace(day=1)) for each in buckets)
    drawn = chart_of(Histogram(interval="month", buckets=buckets), SearchAsked(q="a b"))

    assert drawn is not None
    assert [bar.height for bar in drawn.bars] == [2.0, 0.0, float(HEIGHT)]
    assert drawn.bars[2].href == (
        "/search?q=a+b&since=2026-03-01T00%3A00%3A00Z&until=2026-04-01T00%3A00%3A00Z"
    )


def test_one_bar_is_no_chart() -> None:
    one = Histogram(interval="day", buckets=(Bucket(start=NOW, count=3),))

    assert chart_of(one, SearchAsked()) is None


@pytest.mark.parametrize(
    "asked",
    [
        SearchAsked(q="ferry OR port", source=("Quay News",)),
        SearchAsked(q="ferry # why\nOR port", lang=("en", "ar")),
        SearchAsked(topic=("medtop:11000000",)),
        SearchAsked(q="ferry", entity=("gn:323786", "x:1"), country=("TR",)),
        SearchAsked(story=("a",)),
    ],
)
def test_an_alert_from_a_search_finds_what_the_search_found(asked: SearchAsked) -> None:
    index = MemoryArticleIndex()
    place = Entity(id="gn:323786", type="place", name="Ankara")
    topic = Topic(id="medtop:11000000", name="politics and government", score=1.0)
    index.write(
        [
            enriched("a", country="TR", entities=(place,), topics=(topic,)),
            enriched("b", source="Le Quai", language="fr"),
            enriched("c", title="Port", text="Port", lead="Port"),
        ]
    )
    found = index.search(request_of(asked, NOW))
    again = index.search(request_of(SearchAsked(q=as_query(asked)), NOW))

    assert found.total > 0
    assert [hit.article.article_id for hit in again.hits] == [
        hit.article.article_id for hit in found.hits
    ]
