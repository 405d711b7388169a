from collections.abc import Callable

import pytest

from rasad_core.events import ArticleFetched
from rasad_enrich.pipeline import analyse
from rasad_enrich.steps.templates import is_template

Fetch = Callable[..., ArticleFetched]
TITLE = "مجلس البلدية يقر خطة جديدة لحدائق المدينة"
FIRST = "صوت الوادي – المدينة. أقر مجلس البلدية مساء أمس خطة لتوسيع الحدائق العامة، وفق رئيسه سامر عطية."
SECOND = "وقال عطية إن “الأشجار ستزرع قبل الصيف”، مضيفا أن الكلفة لن تتجاوز مليون دينار."
PAGE = f"""{TITLE}

0
{TITLE}
{TITLE}

{FIRST}

{SECOND}

يمكنكم متابعة المزيد من أخبار المدينة عبر موقع صوت الوادي

التعليقات المنشورة لا تعبر عن رأي موقع صوت الوادي وإنما تعبر عن رأي أصحابها

Please enter your comment!
Please enter your name here
"""


def test_a_scraped_page_is_left_with_its_title_and_its_own_paragraphs(fetch: Fetch) -> None:
    article = analyse(fetch(PAGE, form="text"))

    assert article.title == TITLE
    assert article.text == f"{FIRST}\n\n{SECOND}"


def test_a_record_keeps_every_line_as_given(fetch: Fetch) -> None:
    article = analyse(fetch("First line.\r\n0\r\nFollow us on Facebook\r\n", title="A record"))

    assert article.title == "A record"
    assert article.text == "First line.\n0\nFollow us on Facebook"


def test_a_given_title_wins_and_its_repetition_goes(fetch: Fetch) -> None:
    article = analyse(fetch("Rain ends\nIt rained.\nIt stopped.", form="text", title="Rain ends"))

    assert article.title == "Rain ends"
    assert article.text == "It rained.\n\nIt stopped."


def test_a_quotation_in_another_script_inside_an_article_stays(fetch: Fetch) -> None:
    text = f"{TITLE}\n{FIRST}\nThe trees come first\n{SECOND}"

    article = analyse(fetch(text, form="text"))

    assert "The trees come first" in article.text


def test_a_lone_paragraph_is_text_without_a_title(fetch: Fetch) -> None:
    article = analyse(fetch(FIRST, form="text"))

    assert article.title == ""
    assert article.text == FIRST


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضا: جولة في حدائق الوادي",
        "تابعونا على تلغرام",
        "جميع الحقوق محفوظة © صوت الوادي",
        "Follow us on Instagram",
        "Read also: gardens of the valley",
        "Your email address will not be published. Required fields are marked *",
        "The views expressed here do not necessarily reflect those of the Valley Voice.",
        "Lire aussi : les jardins de la vallée",
        "Suivez-nous sur WhatsApp",
        "Tous droits réservés",
        "Yorum yapın",
        "Tüm hakları saklıdır",
        "Bizi Instagram'da takip edin",
    ],
)
def test_lines_of_the_site_are_known(line: str) -> None:
    assert is_template(line)


@pytest.mark.parametrize(
    "line",
    [
        "يمكن للمواطنين متابعة المزيد من أعمال المجلس غدا.",
        "وقرأ أيضا كلمة الافتتاح.",
        "The council will share this plan with residents next week.",
        "Readers also wrote to the council.",
        "Le conseil partage le plan avec les habitants.",
        "Paylaşılan plan mecliste kabul edildi.",
        "Comments by the mayor were welcomed.",
    ],
)
def test_sentences_of_articles_are_not_taken_for_them(line: str) -> None:
    assert not is_template(line)
