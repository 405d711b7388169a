import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.text.normalise import cut, exact, fold, fold_value

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("STRASSE", "Straße"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("IĞDIR", "ığdır"),
        ("São Tomé", "sao tome"),
        ("Ærø Łódź Đà Nẵng", "aero lodz da nang"),
        ("ΑΘΗΝΑ", "Αθήνα"),
        ("ΟΔΟΣ", "οδός"),
        ("ёлка", "елка"),
        ("за\u0301мок", "замок"),
        ("Qurʾān", "quran"),
        ("ＦＩＦＡ", "fifa"),
        ("ﬁnance", "finance"),
        ("Minis\u00adter", "minister"),
        ("مُدَرِّسَة", "مدرسه"),
        ("ٱلْقُرْآن", "القران"),
        ("هٰذا", "هذا"),
        ("مـــرحبا", "مرحبا"),
        ("أنقرة", "انقره"),
        ("إلى", "الي"),
        ("ایران", "ايران"),
        ("کتاب", "كتاب"),
        ("می\u200cخواهم", "ميخواهم"),
        ("\u200fتركيا\u200e", "تركيا"),
        ("١٢٣ ۴۵۶ ７", "123 456 7"),
        ("١٬٠٠٠٫٥", "1,000.5"),
        ("ﻻ", "لا"),
    ],
)
def test_both_spellings_fold_alike(written: str, same_as: str) -> None:
    assert fold(written) == fold(same_as)


@pytest.mark.parametrize(
    ("one", "other"),
    [("مؤمن", "مومن"), ("بئر", "بير"), ("мой", "мои"), ("їх", "іх"), ("東", "京"), ("か", "が")],
)
def test_letters_of_their_own_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_hamza_written_as_a_mark_is_the_composed_letter() -> None:
    assert fold("و\u0654") == fold("ؤ")
    assert fold("ی\u0654") == fold("ئ")
    assert fold("ا\u0654") == "ا"


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_to_itself_the_second_time() -> None:
    changed = [code for code in range(0x110000) if fold(folded := fold(chr(code))) != folded]

    assert changed == []


@given(ANY_TEXT)
def test_case_never_matters_in_latin(text: str) -> None:
    latin = "".join(letter for letter in text if "a" <= letter.lower() <= "ɏ")

    assert fold(latin.upper()) == fold(latin.lower())


def test_value_has_single_spaces_and_none_at_its_ends() -> None:
    assert fold_value("\u00a0 The\t\u2003Harbour \n Post\u3000") == "the harbour post"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Türkiye", "Türkiye"),
        ("Tu\u0308rkiye", "Türkiye"),
        ("أَنْقَرة", "أَنْقَرة"),
        ("\u200fتركيا\u202c", "تركيا"),
        ("Minis\u00adter", "Minister"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_exact_form_is_what_can_be_seen(written: str, kept: str) -> None:
    assert exact(written) == kept


@given(st.text(max_size=30))
def test_cut_form_fits_and_begins_as_the_form(text: str) -> None:
    long = (text + "x𝔸") * 60

    assert len(cut(long).encode("utf-16-le", "surrogatepass")) // 2 <= 240
    assert long.startswith(cut(long))


def test_short_form_is_not_cut() -> None:
    assert cut("a" * 240) == "a" * 240
    assert cut("a" * 241) == "a" * 240
    assert cut("😀" * 121) == "😀" * 120
