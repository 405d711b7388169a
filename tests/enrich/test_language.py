import pytest

from rasad_enrich.steps.language import canonical_code, language_of


@pytest.mark.parametrize(
    ("language", "sample"),
    [
        ("ar", "أقر مجلس البلدية مساء أمس خطة لتوسيع الحدائق العامة في المدينة"),
        ("ar", "الراجل ده كان بيقول ايه امبارح في القهوة"),
        ("fa", "شهردار تهران گفت که درختان تازه پیش از تابستان کاشته می‌شوند"),
        ("ur", "میئر نے کہا ہے کہ گرمیوں سے پہلے درخت لگائے جائیں گے"),
        ("ps", "ښاروال وویل چې د ښار په باغونو کې به نوې ونې وکرل شي"),
        ("ckb", "سەرۆکی شارەوانی گوتی دارەکان پێش هاوین دەچێنرێن"),
        ("ku", "Serokê şaredariyê got ku dê dar berî havînê werin çandin"),
        ("tr", "Belediye başkanı ağaçların yazdan önce dikileceğini söyledi"),
        ("en", "The mayor said the trees would be planted before summer"),
        ("fr", "Le maire a déclaré que les arbres seront plantés avant l'été"),
        ("no", "Ordføreren sier at trærne skal plantes før sommeren kommer"),
        ("zh", "市长表示将在夏天之前种植树木"),
        ("ja", "市長は夏までに木を植えると述べた"),
        ("ru", "Мэр заявил, что деревья посадят до лета"),
        ("und", "12:30 – 14:00"),
        ("und", ""),
    ],
)
def test_languages_are_told_apart(language: str, sample: str) -> None:
    assert language_of(sample) == language


def test_a_declared_language_does_not_beat_the_text() -> None:
    sample = "The mayor said the trees would be planted before summer"

    assert language_of(sample, declared="ar") == "en"


def test_a_declared_language_decides_where_a_name_says_nothing() -> None:
    assert language_of("Nova Arena", declared="pt") in {"pt", "it", "es"}
    assert language_of("Ayla Demir", declared="zh") != "zh"


@pytest.mark.parametrize(
    ("written", "code"),
    [("ar-EG", "ar"), ("nb_NO", "no"), ("zh-Hans", "zh"), ("", None), ("x", None), (None, None)],
)
def test_declared_codes_are_read(written: str | None, code: str | None) -> None:
    assert canonical_code(written) == code
