import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.text.normalise import fold
from rasad_core.text.stem import stem


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "connections", "connected"),
        ("en-GB", "banking", "banks"),
        ("fr", "continuelle", "continuel"),
        ("tr", "kitaplar", "kitap"),
        ("de", "häuser", "haus"),
        ("es", "trabajadores", "trabajador"),
        ("ar", "والمدرسة", "مدرسة"),
        ("ar", "وبالمدرسة", "للمدرسة"),
        ("ar", "وزارتها", "وزارة"),
    ],
)
def test_forms_of_one_word_share_a_stem(language: str, one: str, other: str) -> None:
    assert stem(fold(one), language) == stem(fold(other), language)


def test_arabic_word_that_begins_like_a_proclitic_keeps_its_letter() -> None:
    assert stem("كتاب", "ar") != stem("تاب", "ar")
    assert stem("لبنان", "ar").startswith("ل")


@pytest.mark.parametrize("language", ["und", "zh", "ja", "arn", "", "xx-YY"])
def test_language_without_a_stemmer_keeps_the_word(language: str) -> None:
    assert stem("والبنوك", language) == "والبنوك"


@given(
    st.text(min_size=1, max_size=12), st.sampled_from(["ar", "en", "tr", "fr", "fa", "yi", "ta"])
)
def test_no_word_loses_its_stem(text: str, language: str) -> None:
    word = fold(text)

    assert bool(stem(word, language)) == bool(word)
