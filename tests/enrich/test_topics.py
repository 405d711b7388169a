from collections.abc import Callable

import pytest

from rasad_core.events import ArticleFetched
from rasad_core.media_topics import MEDIA_TOPICS, names_of
from rasad_enrich.pipeline import analyse
from rasad_enrich.steps.topics import _lexicon

Fetch = Callable[..., ArticleFetched]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("15", "فاز المنتخب في المباراة النهائية وسجل اللاعب هدفين أمام جماهير الملعب"),
        ("04", "رفع البنك المركزي أسعار الفائدة لكبح التضخم وتراجعت البورصة والأسهم"),
        ("16", "قصف الجيش مواقع المسلحين وأعلنت القوات هدنة بعد معارك عنيفة"),
        ("07", "سجلت وزارة الصحة إصابات بالفيروس ودعت المرضى إلى أخذ اللقاح في المستشفى"),
        ("17", "أمطار ورياح قوية وانخفاض في درجات الحرارة وفق الرصد الجوي"),
        ("15", "The striker scored two goals and the team won the championship match."),
        ("04", "The central bank raised interest rates as inflation hurt investors."),
        ("13", "Scientists found a planet with the new telescope, researchers at the lab said."),
        ("11", "Les députés de l'opposition votent contre le gouvernement au parlement."),
        ("03", "Depremde binalar yıkıldı, AFAD ekipleri enkazda kurtarma çalışması yapıyor."),
        ("02", "Mahkeme sanık hakkında hapis cezası verdi, savcı itiraz etti."),
    ],
)
def test_articles_get_the_topic_they_are_about(fetch: Fetch, code: str, text: str) -> None:
    article = analyse(fetch(text))

    assert article.topics[0].id == f"medtop:{code}000000"


def test_scores_lie_between_0_and_1_best_first(fetch: Fetch) -> None:
    text = "The minister and the army: parliament votes on the war, soldiers and troops wait."

    scores = [topic.score for topic in analyse(fetch(text)).topics]

    assert len(scores) == 2
    assert 1 > scores[0] > scores[1] > 0


def test_one_stray_word_in_a_title_is_no_sure_topic(fetch: Fetch) -> None:
    topics = analyse(fetch("Nothing else is known about it.", title="A goal at last")).topics

    assert all(topic.score < 0.6 for topic in topics)


def test_a_language_without_words_gets_no_topics(fetch: Fetch) -> None:
    article = analyse(fetch("Der Stürmer schoss zwei Tore und die Mannschaft gewann das Spiel."))

    assert (article.language, article.topics) == ("de", ())


@pytest.mark.parametrize("language", ["ar", "en", "fr", "tr"])
def test_every_topic_has_words_in_every_language(language: str) -> None:
    lexicon = _lexicon(language)
    every = (lexicon.words, lexicon.beginnings, lexicon.phrases)
    counts = [0] * len(MEDIA_TOPICS)
    for entries in every:
        for weights in entries.values():
            for topic, _ in weights:
                counts[topic] += 1

    assert min(counts) >= 15


def test_topics_answer_to_every_label_and_alias() -> None:
    assert len({topic.id for topic in MEDIA_TOPICS}) == 17
    assert {"politics and government", "politics", "سياسة", "siyaset"} <= set(
        names_of("medtop:11000000")
    )
    assert names_of("medtop:20000002") == ()
