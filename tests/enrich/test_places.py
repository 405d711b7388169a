from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasad_core.events import ArticleAnalysed, ArticleFetched, Entity
from rasad_enrich.pipeline import analyse

Fetch = Callable[..., ArticleFetched]


def places(article: ArticleAnalysed) -> Mapping[str, Entity]:
    assert article.problems == ()
    return {entity.id: entity for entity in article.entities}


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("وصل الوفد إلى أنقرة صباحا لبحث خطة الحدائق مع رئيس بلديتها", "أنقرة"),
        ("The delegation arrived in Ankara to talk about gardens with its mayor.", "Ankara"),
        ("Heyet, bahçeleri konuşmak üzere Ankara'ya geldi ve başkanla görüştü.", "Ankara"),
        ("La délégation est arrivée à Ankara pour parler des jardins avec le maire.", "Ankara"),
        ("Делегация прибыла в город Анкара, чтобы поговорить о садах.", "Анкара"),
        ("代表团抵达安卡拉讨论花园计划", "安卡拉"),
    ],
)
def test_one_city_has_one_id_in_every_script(fetch: Fetch, text: str, mention: str) -> None:
    ankara = places(analyse(fetch(text)))["gn:323786"]

    assert (ankara.type, ankara.name) == ("place", "Ankara")
    assert ankara.names["ar"] == "أنقرة"
    assert [one.text for one in ankara.mentions] == [mention]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("عادت العلاقات بين تركيا والعراق بعد لقاء في بغداد", "iso:TR"),
        ("زار وفد من الولايات المتحدة مزارع الجنوب أمس الأول", "iso:US"),
        ("Relations between Turkey and Iraq are warming, the ministers said.", "iso:TR"),
        ("Officials from the UK and the U.S. met farmers in the south.", "iso:GB"),
        ("Les relations entre la Turquie et l'Irak se réchauffent, selon eux.", "iso:TR"),
        ("ABD heyeti, çiftçilerle görüşmek için güneye gitti ve orada kaldı.", "iso:US"),
        ("Die Beziehungen zwischen der Türkei und dem Irak werden besser.", "iso:TR"),
    ],
)
def test_countries_are_found_under_their_iso_code(fetch: Fetch, text: str, country: str) -> None:
    assert country in places(analyse(fetch(text)))


def test_a_mention_leaves_the_proclitic_outside_where_it_can(fetch: Fetch) -> None:
    text = "وعاد الوفد لتركيا بعد زيارة للعراق والتقى بأنقرة ممثلين للولايات المتحدة"

    found = places(analyse(fetch(text)))

    assert [one.text for one in found["iso:TR"].mentions] == ["تركيا"]
    assert [one.text for one in found["gn:323786"].mentions] == ["أنقرة"]
    assert [one.text for one in found["iso:US"].mentions] == ["للولايات المتحدة"]


def test_every_mention_is_listed_title_first(fetch: Fetch) -> None:
    article = analyse(fetch("Cairo grows. In Cairo, trees.", title="Cairo plants trees"))

    cairo = places(article)["gn:360630"]

    assert [(one.field, one.start) for one in cairo.mentions] == [
        ("title", 0),
        ("text", 0),
        ("text", 16),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It was a nice day for reading a mobile phone in the bath, said Jack London's reader.",
        "The Turkish minister praised the Egyptian gardens and the turkey on his plate.",
        "نشر الموقع صور الحديقة الجديدة باكرا في دولة أخرى وقال إن الميدان خال",
        "أكد وزير المالية أن الدعم مالي فقط وأن الوضع مستقر",
        "Chad Smith and Michael Jordan played the drums together for an hour.",
    ],
)
def test_ordinary_words_demonyms_and_people_are_no_places(fetch: Fetch, text: str) -> None:
    assert places(analyse(fetch(text))) == {}


def test_georgia_is_a_state_in_american_articles_alone(fetch: Fetch) -> None:
    state = "Voters in Georgia and in the United States at large went to the polls."
    country = "Voters in Georgia, the United States said, were free to choose in Tbilisi."

    assert "iso:GE" not in places(analyse(fetch(state)))
    assert "iso:GE" in places(analyse(fetch(country)))


def test_what_else_is_named_decides_which_place_is_meant(fetch: Fetch) -> None:
    oman = places(analyse(fetch("زار رئيس الوزراء سلطنة عمان ثم عاد إلى اليمن")))
    amman = places(analyse(fetch("استقبل ملك الأردن الوفود في عمان قبل القمة")))

    assert "iso:OM" in oman
    assert "gn:250441" in amman
    assert "iso:OM" not in amman


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(
    ["أنقرة", "وتركيا", "للعراق", "Ankara", "U.S.", "New York", "ـ", "أَنْقَرَة", "土耳其", "'s", ".", "\n",
     "Le Caire", "\u200f", "ﷺ", "İstanbul", "São Paulo"]), max_size=12))  # fmt: skip
def test_the_text_of_a_mention_stands_where_it_says(fetch: Fetch, words: list[str]) -> None:
    article = analyse(fetch("x " + " ".join(words), title=" ".join(reversed(words))))

    assert article.problems == ()
    for entity in article.entities:
        for mention in entity.mentions:
            assert getattr(article, mention.field)[mention.start : mention.end] == mention.text
