"""Snippets: a piece to the letter, whole words, and the first match in it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.events import Highlight, Snippet
from rasad_core.snippet import merged, snippet

TEXT = (
    "The harbour council met on Monday. Nobody expected much of it. After four hours of talk the "
    "members agreed to deepen the southern basin, so that larger ships can reach the grain quay "
    "at low tide. Work begins in May. The port has not been dredged for eleven years.\n\n"
    "A second paragraph tells of the mayor."
)


def at(text: str, word: str, field: str = "text") -> Highlight:
    start = text.index(word)
    return Highlight(
        field="title" if field == "title" else "text",
        start=start,
        end=start + len(word),
        clause=word,
    )


def marked(piece: Snippet) -> list[str]:
    return [piece.text[start:end] for start, end in piece.marks]


def test_whole_sentences_around_the_match_as_many_as_fit() -> None:
    piece = snippet(TEXT, [at(TEXT, "basin")])

    assert piece.text.startswith("Nobody expected much of it. After four")
    assert piece.text.endswith("low tide. Work begins in May.")
    assert marked(piece) == ["basin"]


def test_snippet_stays_in_order_when_the_match_is_in_the_first_sentence() -> None:
    piece = snippet(TEXT, [at(TEXT, "harbour")])

    assert piece.text.startswith("The harbour council met on Monday. Nobody")
    assert len(piece.text) <= 200
    assert piece.text.endswith(".")


def test_every_match_inside_is_marked_and_overlapping_ones_once() -> None:
    whole = at(TEXT, "larger ships can reach")
    piece = snippet(TEXT, [at(TEXT, "ships"), whole, at(TEXT, "basin"), at(TEXT, "mayor")])

    assert marked(piece) == ["basin", "larger ships can reach"]


def test_without_a_match_in_the_text_it_is_the_beginning() -> None:
    piece = snippet(TEXT, [at(TEXT, "The", field="title")])

    assert piece.text.startswith("The harbour council")
    assert piece.marks == ()


def test_long_sentence_is_cut_between_words() -> None:
    text = " ".join(f"word{number}" for number in range(400))

    piece = snippet(text, [at(text, "word200")])

    assert marked(piece) == ["word200"]
    assert 150 <= len(piece.text) <= 210
    assert all(word in text.split() for word in piece.text.split())


def test_arabic_sentence_ends_are_known() -> None:
    text = "هل وصل الوفد؟ وصل الوفد إلى الميناء صباحا. " + "كلام طويل عن الطقس وأحواله. " * 20

    piece = snippet(text, [at(text, "الميناء")])

    assert marked(piece) == ["الميناء"]
    assert piece.text.startswith("وصل الوفد إلى الميناء")


@pytest.mark.parametrize("text", ["", "   \n ", "word"])
def test_little_text_is_given_whole(text: str) -> None:
    assert snippet(text, []).text == text.strip()


letters = st.text(alphabet="ab .!?؟\n漢字é", max_size=900)


@given(text=letters, data=st.data())
def test_snippet_is_a_piece_of_the_text_with_its_first_match(
    text: str, data: st.DataObject
) -> None:
    ends = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(ends, ends).map(sorted), max_size=5))
    spans = [(low, high) for low, high in pairs if low < high and text[low:high].strip()]
    highlights = [Highlight(field="text", start=s, end=e, clause="x") for s, e in spans]

    piece = snippet(text, highlights)

    assert piece.text in text
    assert len(piece.text) <= 320
    flat = [edge for mark in piece.marks for edge in mark]
    assert flat == sorted(set(flat))
    assert all(0 <= edge <= len(piece.text) for edge in flat)
    if spans:
        first = text[slice(*merged(spans)[0])].strip()
        shown = piece.text[slice(*piece.marks[0])].strip()
        assert first.startswith(shown)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda p: (p[0], sum(p)))))
def test_merged_spans_cover_the_same_places(spans: list[tuple[int, int]]) -> None:
    joined = merged(spans)

    def places(pairs: list[tuple[int, int]]) -> set[int]:
        return {place for low, high in pairs for place in range(low, high)}

    assert places(joined) == places(spans)
    assert all(first[1] < second[0] for first, second in pairwise(joined))
