from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.text.tokenise import tokenise
from rasad_enrich.steps.dates import dates_in

TODAY = date(2024, 5, 9)  # a Thursday


def found(text: str, language: str) -> list[tuple[str, str]]:
    mentions = list(dates_in("text", text, tokenise(text), language, TODAY))
    assert all(text[one.start : one.end] == one.text for one in mentions)
    return [(one.text, one.value) for one in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("زار المدينة في 4 يوليو/ تموز 2023", ("4 يوليو/ تموز 2023", "2023-07-04")),
        ("زارها في ٣ يونيو ٢٠٢٣ رسميا", ("٣ يونيو ٢٠٢٣", "2023-06-03")),
        ("بين 21 و29 أبريل/ نيسان الماضي", ("21 و29 أبريل/ نيسان الماضي", "2024-04-21/2024-04-29")),
        ("من 21 إلى 29 أبريل", ("21 إلى 29 أبريل", "2024-04-21/2024-04-29")),
        ("من 28 أبريل إلى 3 مايو 2024", ("28 أبريل إلى 3 مايو 2024", "2024-04-28/2024-05-03")),
        ("يوم الخميس 18 ماي 2017", ("الخميس 18 ماي 2017", "2017-05-18")),
        ("في 15 تشرين الأول 2023", ("15 تشرين الأول 2023", "2023-10-15")),
        ("في 9 غشت 2022", ("9 غشت 2022", "2022-08-09")),
        ("والخميس الماضي عاد", ("الخميس الماضي", "2024-05-02")),
        ("يعود الخميس المقبل", ("الخميس المقبل", "2024-05-16")),
        ("خلال الأسبوع الماضي", ("الأسبوع الماضي", "2024-04-29/2024-05-05")),
        ("في العام الماضي", ("العام الماضي", "2023")),
        ("في أبريل الماضي", ("أبريل الماضي", "2024-04")),
        ("في أكتوبر المقبل", ("أكتوبر المقبل", "2024-10")),
        ("قال أمس إنه", ("أمس", "2024-05-08")),
        ("أمس الأربعاء", ("أمس الأربعاء", "2024-05-08")),
        ("منذ عام 2011", ("2011", "2011")),
    ],
)
def test_arabic_dates(text: str, expected: tuple[str, str]) -> None:
    assert found(text, "ar") == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "on May 9, 2024", ("May 9, 2024", "2024-05-09")),
        ("en", "on the 9th of May", ("9th of May", "2024-05-09")),
        ("en", "April 21–29", ("April 21–29", "2024-04-21/2024-04-29")),
        ("en", "in March 2020", ("March 2020", "2020-03")),
        ("en", "opened in January.", ("January", "2024-01")),
        ("en", "opened in November after", ("November", "2023-11")),
        ("en", "last Friday", ("last Friday", "2024-05-03")),
        ("en", "he came last week", ("last week", "2024-04-29/2024-05-05")),
        ("en", "in December 3 left", ("December 3", "2023-12-03")),
        ("en", "on 2024-05-01 at", ("2024-05-01", "2024-05-01")),
        ("fr", "le 1er mai 2024", ("1er mai 2024", "2024-05-01")),
        ("fr", "du 21 au 29 avril", ("21 au 29 avril", "2024-04-21/2024-04-29")),
        ("fr", "jeudi dernier", ("jeudi dernier", "2024-05-02")),
        ("fr", "le 31/12/2023", ("31/12/2023", "2023-12-31")),
        ("tr", "9 Mayıs 2024'te", ("9 Mayıs 2024", "2024-05-09")),
        ("tr", "geçen hafta", ("geçen hafta", "2024-04-29/2024-05-05")),
        ("tr", "2019'da açıldı", ("2019", "2019")),
        ("de", "am 2024-05-01", ("2024-05-01", "2024-05-01")),
    ],
)
def test_dates_of_other_languages(language: str, text: str, expected: tuple[str, str]) -> None:
    assert found(text, language) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "They may march 5 miles for 2,024 metres"),
        ("en", "on 05/06/2024"),  # the fifth of June to some, the sixth of May to others
        ("en", "on February 30, 2024"),
        ("ar", "بلغ 2500 دينار تقريبا"),
        ("ar", "الاثنان معا"),
        ("fr", "un total de 31/12"),
        ("tr", "Ocak başı"),
    ],
)
def test_what_is_no_date_is_left_alone(language: str, text: str) -> None:
    assert found(text, language) == []


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_written_out_is_found_in_every_language(day: date) -> None:
    english = f"on {day:%B} {day.day}, {day.year} it"
    assert found(f"في {day.day}/{day.month}/{day.year} كان", "ar")[0][1] == day.isoformat()
    assert found(english, "en")[0][1] == day.isoformat()
    assert found(f"x {day.isoformat()} y", "und")[0][1] == day.isoformat()


@given(st.text(alphabet="0123456789 /-. وفيمنإلىأبريلMay mars", max_size=60))
def test_dates_never_overlap_and_never_fail(text: str) -> None:
    for language in ("ar", "en", "fr", "tr"):
        ends = 0
        for one in dates_in("text", text, tokenise(text), language, TODAY):
            assert one.start >= ends
            ends = one.end
