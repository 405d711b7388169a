from collections.abc import Callable

from rasad_core.events import ArticleFetched
from rasad_enrich.pipeline import analyse

Fetch = Callable[..., ArticleFetched]
TEXT = (
    "The Marden river project began in spring. Mayor Ada Kaya said the river project would cost"
    " little. Ada Kaya has led the town for years. The river project ends in autumn."
)


def test_phrases_that_recur_are_found_whole_and_best_first(fetch: Fetch) -> None:
    phrases = analyse(fetch(TEXT, title="River project begins")).keyphrases

    texts = [phrase.text for phrase in phrases]
    assert "Ada Kaya" in texts
    assert any(text.casefold() == "river project" for text in texts[:3])
    assert [phrase.score for phrase in phrases] == sorted(
        (phrase.score for phrase in phrases), reverse=True
    )
    assert phrases[0].score == 1.0


def test_no_phrase_is_part_of_another(fetch: Fetch) -> None:
    texts = [one.text.casefold().split() for one in analyse(fetch(TEXT)).keyphrases]

    for one in texts:
        for other in texts:
            assert one is other or not set(one) <= set(other)


def test_arabic_phrases_stand_without_conjunctions(fetch: Fetch) -> None:
    text = (
        "تطلق البلدية مشروع النهر في الربيع. ومشروع النهر قليل الكلفة، ومشروع النهر طويل."
        " وقالت الرئيسة سلوى الحكيم إن المشروع مهم. وتعمل سلوى الحكيم منذ سنوات."
    )

    texts = [phrase.text for phrase in analyse(fetch(text)).keyphrases]

    assert "مشروع النهر" in texts
    assert "سلوى الحكيم" in texts


def test_there_are_never_more_than_ten(fetch: Fetch) -> None:
    names = " ".join(f"Quorra{letter}" for letter in "abcdefghijklmnopqrst")

    assert len(analyse(fetch(f"{names}. " * 3)).keyphrases) <= 10


def test_a_text_of_stop_words_has_none(fetch: Fetch) -> None:
    assert analyse(fetch("It is what it is, and that is that.")).keyphrases == ()
