import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finding import finds, places
from rasad_core.text import tokenise as module
from rasad_core.text.tokenise import (
    is_cjk,
    paragraph_numbers,
    query_tokens,
    sentence_numbers,
    tokenise,
)

# Every script and every oddity, with what the pattern looks at made likely.
LETTERS = st.one_of(
    st.sampled_from(
        "aéİß1٣.,'’#@+_- \n،.وبلكافالجيشئة\u064b\u0640\u200c\u200f\u00ad\u0301東京かﾞกำ한ᄒ"
    ),
    st.characters(codec=None, exclude_categories=()),
)
TEXT = st.text(LETTERS, max_size=40)
# A star or question mark typed in a query is a wildcard, whatever it was in the text.
PLAIN = TEXT.map(lambda text: re.sub(r"[*?]", "", text))


def folded(text: str) -> list[str]:
    return list(tokenise(text).folded)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The bank's CEO", ["the", "bank", "s", "ceo"]),
        ("Türkiye'de Türkiye’nin", ["turkiye", "de", "turkiye", "nin"]),
        ("Hawaiʻi п\u02bcять", ["hawai", "i", "п", "ять"]),
        ("e-mail AT&T U.S.", ["e", "mail", "at", "t", "u", "s"]),
        ("C++ c# F# C++17 .NET ASP.NET", ["c++", "c#", "f#", "c++", "17", ".net", "asp", "net"]),
        ("#Budget2026 @ada_k x@y.example", ["#budget2026", "@ada_k", "x", "y", "example"]),
        ("#رؤية_جديدة #東京 #1", ["#رؤيه_جديده", "#東京", "1"]),
        ("1,000 1000 3.5 12.05.2024 3,", ["1,000", "1000", "3.5", "12.05.2024", "3"]),
        ("١٬٠٠٠ 3.5bn G20", ["1,000", "3.5bn", "g20"]),
        ("_stressed_ snake_case", ["stressed", "snake", "case"]),
        ("قال،ثم؛مضى", ["قال", "ثم", "مضي"]),
        ("m² CO₂ ½", ["m2", "co2", "1⁄2"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("— … !!! 😀 ـــ \u064b", []),
    ],
)
def test_text_is_cut_into_words(text: str, tokens: list[str]) -> None:
    assert folded(text) == tokens


def test_marks_and_invisible_signs_inside_a_word_do_not_part_it() -> None:
    assert folded("مُدَرِّسَة Minis\u00adter می\u200cخواهم تر\u200fكيا cafe\u0301") == [
        "مدرسه", "minister", "ميخواهم", "تركيا", "cafe",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("東京都", ["東京", "京都", "都"]),
        ("東", ["東"]),
        ("東京2024年", ["東京", "京", "2024", "年"]),
        ("ガソリン ｶﾞｿﾘﾝ", ["ガソ", "ソリ", "リン", "ン", "ガソ", "ソリ", "リン", "ン"]),
        ("서울시", ["서울", "울시", "시"]),
        ("น้ำมัน", ["น้ํามั", "มัน", "น"]),
        ("東京、大阪。", ["東京", "京", "大阪", "阪"]),
    ],
)
def test_script_without_spaces_gives_a_token_per_letter(text: str, tokens: list[str]) -> None:
    assert [len(form) for form in folded(text)] == [len(form) for form in tokens]
    assert folded(text) == tokens


def test_decomposed_hangul_is_cut_as_composed() -> None:
    import unicodedata

    assert folded(unicodedata.normalize("NFD", "서울시")) == folded("서울시")


def test_line_breaks_offered_inside_a_word_do_not_hide_it() -> None:
    assert finds("ภาษาไทย", "ภาษา\u200bไทย")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Türkiye", "Türkiye'de"),
        ("Türkiye’de", "TÜRKİYE'DE"),
        ("Apple", "Apple's profits"),
        ("e-mail", "an e mail"),
        ("E mail", "e-mail"),
        ("C++", "written in C++."),
        ("#tag", "see #Tag!"),
        ("@name", "(@Name)"),
        ("name", "ask @Name"),
        ("nam*", "ask @Name"),
        ("1,000", "1,000 people"),
        ("ترك*", "وتركيا"),
        ("*كيا", "بتركيا"),
        ("climat* change", "climatic change"),
        ("w?rd", "ward"),
        ("京", "東京都"),
        ("都", "東京都"),
        ("東京", "新東京都"),
        ("東京2024", "東京2024年"),
        ("東京都庁", "東京都庁舎"),
        ("東京 大阪", "東京 大阪"),
        ("29", "و29"),
    ],
)
def test_query_finds(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("e-mail", "email"),
        ("email", "e-mail"),
        ("C", "C++"),
        ("C", "C#"),
        ("@name", "name"),
        ("tag", "#tag"),
        ("1,000", "1000"),
        ("1000", "1,000"),
        ("3", "3.5"),
        ("京東", "東京"),
        ("東京2024", "東京都2024"),
        ("東京", "東 京"),
    ],
)
def test_query_does_not_find(query: str, text: str) -> None:
    assert not finds(query, text)


def test_exact_words_keep_case_accents_and_spelling() -> None:
    assert finds("Türkiye", "Türkiye'de", exact=True)
    assert not finds("türkiye", "Türkiye", exact=True)
    assert not finds("Turkiye", "Türkiye", exact=True)
    assert not finds("تركيا", "وتركيا", exact=True)
    assert finds("أنق*", "أنقرة", exact=True)
    assert not finds("انق*", "أنقرة", exact=True)


@given(TEXT)
def test_streams_are_aligned_and_offsets_point_into_the_text(text: str) -> None:
    tokens = tokenise(text, "ar", stems=True)

    assert (
        len(tokens.folded) == len(tokens.exact) == len(tokens.starts)
        == len(tokens.ends) == len(tokens.stems)
    )  # fmt: skip
    assert all(
        0 <= start < end <= len(text) for start, end in zip(tokens.starts, tokens.ends, strict=True)
    )
    assert list(tokens.starts) == sorted(set(tokens.starts))
    assert set(tokens.readings) <= set(range(len(tokens)))


@given(TEXT)
def test_no_form_is_empty_holds_white_space_or_a_wildcard(text: str) -> None:
    tokens = tokenise(text, "ar", stems=True)
    more = [form for forms in tokens.readings.values() for form in forms]

    for form in (*tokens.folded, *tokens.exact, *tokens.stems, *more):
        assert form
        assert not re.search(r"[\s*?]", form)


@given(TEXT)
def test_folded_form_is_fully_folded(text: str) -> None:
    from rasad_core.text.normalise import fold

    assert [fold(form) for form in tokenise(text).folded] == folded(text)


@pytest.mark.parametrize("exact", [False, True])
@given(text=PLAIN)
@example(text="東京\u200f都")
@example(text="ﷺ #_a1 C#c .NET")
def test_every_token_typed_as_written_finds_its_place(text: str, *, exact: bool) -> None:
    tokens = tokenise(text)

    for at, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
        assert at in places(text[start:end], text, exact=exact)


@pytest.mark.parametrize("exact", [False, True])
@given(text=PLAIN)
def test_a_whole_text_typed_as_a_phrase_finds_itself(text: str, *, exact: bool) -> None:
    assert not tokenise(text).folded or 0 in places(text, text, exact=exact)


_SIGNS = st.sampled_from(["", "(", '"', ")", ".", ",", ";", "!", "،", "+", "#", "'", "-", "؛", "."])
_WORDS = st.sampled_from(
    [
        "Bank",
        "C",
        "NET",
        "29",
        "1",
        "و",
        "وBank",
        "للجيش",
        "ة",
        "أمر",
        "لله",
        "東",
        "İ",
        "e",
        "a" * 119,
    ]
)


@given(chunk=st.lists(_SIGNS | _WORDS | _SIGNS, min_size=1, max_size=5).map("".join))
@settings(deadline=None, max_examples=200)
def test_plain_word_is_cut_as_any_other_is(chunk: str) -> None:
    assert list(module._cut_chunk(chunk)) == list(module._cut_any(chunk))


@given(st.lists(PLAIN, max_size=4))
def test_what_stands_between_spaces_is_cut_on_its_own(chunks: list[str]) -> None:
    assert folded(" ".join(chunks)) == [form for chunk in chunks for form in folded(chunk)]


@given(TEXT, st.integers(1, 400))
def test_longest_written_form_has_at_most_255_units(text: str, times: int) -> None:
    tokens = tokenise(("".join(text.split()) + "ﷺ𝔸") * times, "ar", stems=True)
    more = [form for forms in tokens.readings.values() for form in forms]
    stems = [f"ar|{form}" for form in tokens.stems]

    for form in (*tokens.folded, *tokens.exact, *stems, *more):
        assert len(form.encode("utf-16-le", "surrogatepass")) // 2 <= 255


def test_a_word_longer_than_a_token_is_found_by_itself_and_by_its_beginning() -> None:
    word = "ab" * 1000

    assert finds(word, f"x {word} y")
    assert finds(word + "*", word)
    assert finds("abab*", word)


@given(TEXT)
def test_a_token_has_at_most_four_readings(text: str) -> None:
    for at, more in tokenise("وبالجيش" + text).readings.items():
        assert 1 <= len(more) <= 3, at


def test_readings_are_given_for_arabic_only_where_the_language_is_known() -> None:
    assert tokenise("برای", "und").readings
    assert not tokenise("برای", "fa").readings
    assert not tokenise("برای", "fa-IR").readings
    assert not tokenise("برای", "FA").readings


def test_stems_are_empty_unless_asked_for() -> None:
    assert tokenise("banks", "en").stems == ()
    assert list(tokenise("banks والبنوك", "en", stems=True).stems) == ["bank", "والبنوك"]


def test_sentences_and_paragraphs_are_numbered() -> None:
    text = "One here. Two there?\n\nثلاثة هنا؟ أربعة"
    tokens = tokenise(text)

    assert list(sentence_numbers(tokens, text)) == [0, 0, 1, 1, 2, 2, 3]
    assert list(paragraph_numbers(tokens, text)) == [0, 0, 0, 0, 1, 1, 1]


def test_scripts_without_spaces_are_told_apart() -> None:
    assert is_cjk("abc東")
    assert is_cjk("ไทย")
    assert is_cjk("한국")
    assert is_cjk("ｶﾅ")
    assert not is_cjk("Ankara أنقرة 2024 Москва")


def test_lone_surrogates_and_marks_do_no_harm() -> None:
    assert folded("a\ud800b \udfff \u0301\u0301 \u064b x\u0301") == ["a", "b", "x"]
    assert query_tokens("\ud800 \u0301") == ()


def test_memory_of_words_is_bounded() -> None:
    for number in range(module._REMEMBERED_CHUNKS + 10):
        tokenise(f"w{number}")

    assert len(module._PIECES) <= module._REMEMBERED_CHUNKS


@pytest.mark.parametrize(
    "text",
    ["#" * 100_000, "a\u200d" * 50_000, "1," * 50_000, "漢\u200b" * 50_000, "ـ" * 100_000 + "م"],
    ids=["signs", "joiners", "numbers", "breaks", "tatweel"],
)
def test_odd_text_takes_no_more_than_a_moment(text: str) -> None:
    tokenise(text)
    query_tokens(text)
