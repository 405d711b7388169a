import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.text.boundaries import paragraph_ends, sentence_ends
from rasad_core.text.lead import lead_of
from rasad_core.text.tokenise import tokenise

TEXT = st.text(st.sampled_from("aب東C .!؟。\n\u2029\"'1_"), max_size=200)


def sentences(text: str) -> list[str]:
    ends = [0, *sentence_ends(text), len(text)]
    pieces = [text[start:end].strip() for start, end in itertools.pairwise(ends)]
    return [piece for piece in pieces if piece]


def words(count: int, *, ending: str = ".") -> str:
    return " ".join(f"Word{number}" for number in range(count)) + ending


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. It stopped! Why? Ask.", ["It rained.", "It stopped!", "Why?", "Ask."]),
        ("هطل المطر. هل توقف؟ نعم! انتهى.", ["هطل المطر.", "هل توقف؟", "نعم!", "انتهى."]),
        (
            "雨が降った。止んだ！「なぜ。」終わり",
            ["雨が降った。", "止んだ！", "「なぜ。」", "終わり"],
        ),
        ("J. Kaya of the U.S. fleet met Mr. Ada.", ["J. Kaya of the U.S. fleet met Mr. Ada."]),
        ("قال د. سامي ذلك. ثم مضى.", ["قال د. سامي ذلك.", "ثم مضى."]),
        ("It cost 3.5 million. He paid.", ["It cost 3.5 million.", "He paid."]),
        ("“It is over.” She left.", ["“It is over.”", "She left."]),
        ("Well... perhaps. See example.com today.", ["Well... perhaps.", "See example.com today."]),
        ("What?! Really… Yes.", ["What?!", "Really…", "Yes."]),
    ],
)
def test_sentences_end_at_their_punctuation(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_paragraphs_are_parted_by_blank_lines_where_there_are_any() -> None:
    assert paragraph_ends("One\nstill one\n\nTwo") == [13]
    assert paragraph_ends("One\nTwo\n") == [3]
    assert paragraph_ends("\n\nOne only\n\n") == []


def test_lead_is_the_first_paragraph() -> None:
    assert lead_of("First one. And more.\nSecond.") == "First one. And more."
    assert lead_of("أعلنت الوزارة. وأضافت.\n\nثانية.") == "أعلنت الوزارة. وأضافت."


def test_lead_begins_with_the_first_paragraph_that_has_a_word() -> None:
    assert lead_of("\n***\n\nThe news.\n\nMore.") == "\n***\n\nThe news."


def test_long_paragraph_is_cut_behind_the_last_sentence_of_the_first_60_words() -> None:
    text = f"{words(30)} {words(25)} {words(40)} {words(40)}"

    assert lead_of(text) == f"{words(30)} {words(25)}"


def test_paragraph_a_little_over_60_words_stays_whole() -> None:
    text = f"{words(30)} {words(45)}"

    assert lead_of(text) == text


def test_short_first_sentence_is_no_lead_of_a_long_paragraph() -> None:
    text = f"{words(3)} {words(80)} {words(80)}"

    assert lead_of(text) == f"{words(3)} {words(80)}"


def test_paragraph_without_sentences_is_cut_behind_the_60th_word() -> None:
    assert lead_of(words(500, ending="")) == words(60, ending="")


def test_two_letters_of_a_script_without_spaces_count_as_a_word() -> None:
    lead = lead_of("東京都は予算を発表した。" * 40)

    assert len(lead) == 120
    assert lead.endswith("。")


@given(TEXT)
def test_lead_is_a_prefix_and_holds_a_word_whenever_the_text_does(text: str) -> None:
    lead = lead_of(text)

    assert text.startswith(lead)
    assert bool(tokenise(lead).folded) == bool(tokenise(text).folded)


@pytest.mark.parametrize("text", ["." * 100_000 + "x", "a." + " " * 100_000 + "b", ". " * 50_000])
def test_rows_of_dots_and_spaces_take_no_more_than_a_moment(text: str) -> None:
    assert sentence_ends(text) is not None
