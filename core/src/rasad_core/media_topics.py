"""The 17 top-level IPTC media topics: ids, labels in the interface languages, short names.

Codes and English labels: IPTC Media Topics, CC BY 4.0. Turkish labels and aliases are ours.
"""

from functools import cache

from rasad_core.events import Frozen


class MediaTopic(Frozen, frozen=True, kw_only=True):
    """A topic; `labels` is by BCP 47 language, `aliases` what people type instead of a label."""

    id: str
    labels: dict[str, str]
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The English label."""
        return self.labels["en"]


def _topic(code: str, en: str, ar: str, fr: str, tr: str, *aliases: str) -> MediaTopic:
    labels = {"en": en, "ar": ar, "fr": fr, "tr": tr}
    return MediaTopic(id=f"medtop:{code}", labels=labels, aliases=aliases)


MEDIA_TOPICS: tuple[MediaTopic, ...] = (
    _topic("01000000", "arts, culture, entertainment and media", "فنون وثقافة وترفيه وإعلام",
           "arts, culture, divertissement et médias", "sanat, kültür, eğlence ve medya",
           "arts", "culture", "entertainment", "media", "ثقافة", "فنون", "médias", "kültür",
           "sanat"),
    _topic("02000000", "crime, law and justice", "جريمة وقانون وقضاء",
           "criminalité, droit et justice", "suç, hukuk ve adalet",
           "crime", "law", "justice", "جريمة", "قضاء", "قانون", "criminalité", "suç", "hukuk",
           "adalet"),
    _topic("03000000", "disaster, accident and emergency incident", "كوارث وحوادث وطوارئ",
           "désastres, accidents et urgences", "afet, kaza ve acil durum",
           "disaster", "disasters", "accident", "accidents", "emergency", "كوارث", "حوادث",
           "désastres", "afet", "kaza"),
    _topic("04000000", "economy, business and finance", "اقتصاد وأعمال ومال",
           "économie, affaires et finances", "ekonomi, iş dünyası ve finans",
           "economy", "business", "finance", "اقتصاد", "أعمال", "économie", "ekonomi", "finans"),
    _topic("05000000", "education", "تعليم", "éducation", "eğitim",
           "school", "تربية", "enseignement"),
    _topic("06000000", "environment", "بيئة", "environnement", "çevre", "climate", "مناخ", "climat",
           "iklim"),
    _topic("07000000", "health", "صحة", "santé", "sağlık", "medicine", "طب"),
    _topic("08000000", "human interest", "قضايا إنسانية", "vie quotidienne et insolite",
           "insan hikâyeleri",
           "people", "oddities", "منوعات", "insolite", "magazin"),
    _topic("09000000", "labour", "عمل", "travail", "çalışma hayatı",
           "labor", "work", "employment", "jobs", "عمال", "emploi", "emek", "istihdam"),
    _topic("10000000", "lifestyle and leisure", "أسلوب حياة وترفيه", "style de vie et loisirs",
           "yaşam tarzı ve boş zaman",
           "lifestyle", "leisure", "travel", "food", "أسلوب حياة", "loisirs", "yaşam"),
    _topic("11000000", "politics and government", "سياسة وحكومة", "politique et gouvernement",
           "siyaset ve hükûmet",
           "politics", "government", "سياسة", "حكومة", "politique", "siyaset", "politika"),
    _topic("12000000", "religion", "دين ومعتقدات", "religion", "din", "belief", "دين", "inanç"),
    _topic("13000000", "science and technology", "علوم وتكنولوجيا", "science et technologie",
           "bilim ve teknoloji",
           "science", "technology", "tech", "علوم", "تكنولوجيا", "تقنية", "technologie", "bilim",
           "teknoloji"),
    _topic("14000000", "society", "مجتمع", "société", "toplum", "social", "قضايا اجتماعية"),
    _topic("15000000", "sport", "رياضة", "sport", "spor", "sports"),
    _topic("16000000", "conflict, war and peace", "نزاع وحرب وسلام", "conflit, guerre et paix",
           "çatışma, savaş ve barış",
           "conflict", "war", "peace", "نزاع", "حرب", "سلام", "guerre", "conflit", "paix", "savaş",
           "çatışma", "barış"),
    _topic("17000000", "weather", "طقس", "météo", "hava durumu", "meteo", "أحوال جوية"),
)  # fmt: skip


@cache
def _by_id() -> dict[str, MediaTopic]:
    return {topic.id: topic for topic in MEDIA_TOPICS}


def names_of(topic_id: str) -> tuple[str, ...]:
    """Give every label and alias of a topic, each once; empty for an id that is not ours."""
    topic = _by_id().get(topic_id)
    if topic is None:
        return ()
    return tuple(dict.fromkeys((*topic.labels.values(), *topic.aliases)))
