from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from rasad_core.events import ArticleFetched
from rasad_enrich.draft import Draft
from rasad_enrich.steps.language import canonical_code, detect_language, language_of


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
    ("given", "sample", "language"),
    [
        ("ar", "انتخابات بتونس", "ar"),
        ("fr", "Nova Arena", "fr"),
        ("ar", "12:30 – 14:00", "ar"),
        ("ar", "Nova Arena", "ar"),
        # Letters of its own, and a sentence or two, say it better.
        ("ar", "سەرۆکی شارەوانی گوتی", "ckb"),
        (
            "fr",
            "The mayor said that the trees would be planted in every street before summer",
            "en",
        ),
    ],
)
def test_language_that_is_given_holds_for_short_texts(
    given: str, sample: str, language: str
) -> None:
    assert language_of(sample, given=given) == language


def test_only_who_sends_a_record_gives_its_language() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    fetched = ArticleFetched(
        trace_id="t", article_id="a", form="record", fetched_at=now, title="Nova Arena",
        language="pt-BR",
    )  # fmt: skip
    record = Draft(fetched=fetched, title="Nova Arena", declared_language="pt-BR")
    page = replace(record, fetched=replace(fetched, form="entry"))

    assert detect_language(record).language == "pt"
    assert detect_language(page).language == language_of("Nova Arena", declared="pt")


@pytest.mark.parametrize(
    ("written", "code"),
    [("ar-EG", "ar"), ("nb_NO", "no"), ("zh-Hans", "zh"), ("", None), ("x", None), (None, None)],
)
def test_declared_codes_are_read(written: str | None, code: str | None) -> None:
    assert canonical_code(written) == code
