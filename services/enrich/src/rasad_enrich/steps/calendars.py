"""How languages write dates: names of months and days, and the words around them.

Months: CLDR's, with the names of the Mashriq, the Nile, the Gulf, Tunisia, Algeria and Morocco for
Arabic. Everything here is a regular expression over the text as written.
"""

import re
from collections.abc import Iterable, Mapping

from rasad_core.events import Frozen

_MONTHS: Mapping[str, str] = {
    "ar": """
        يناير جانفي كانون_الثاني; فبراير فيفري شباط; مارس آذار; أبريل أفريل نيسان; مايو ماي أيار;
        يونيو يونيه جوان حزيران; يوليو يوليه جويلية يوليوز تموز; أغسطس أوت غشت آب;
        سبتمبر شتنبر أيلول; أكتوبر تشرين_الأول; نوفمبر نونبر تشرين_الثاني; ديسمبر دجنبر كانون_الأول
    """,
    "en": """
        January Jan; February Feb; March Mar; April Apr; May; June Jun; July Jul; August Aug;
        September Sept Sep; October Oct; November Nov; December Dec
    """,
    "fr": """
        janvier janv; février févr; mars; avril avr; mai; juin; juillet juil; août; septembre sept;
        octobre oct; novembre nov; décembre déc
    """,
    "tr": """
        Ocak; Şubat; Mart; Nisan; Mayıs; Haziran; Temmuz; Ağustos; Eylül; Ekim; Kasım; Aralık
    """,
}
_WEEKDAYS: Mapping[str, str] = {
    "ar": "الاثنين الإثنين; الثلاثاء; الأربعاء; الخميس; الجمعة; السبت; الأحد",
    "en": "Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Sunday",
    "fr": "lundi; mardi; mercredi; jeudi; vendredi; samedi; dimanche",
    "tr": "Pazartesi; Salı; Çarşamba; Perşembe; Cuma; Cumartesi; Pazar",
}
_VARIANTS = {
    **dict.fromkeys("اأإآ", "[اأإآ]"), "ة": "[ةه]", "ي": "[يى]", "é": "[eé]", "û": "[uû]",
    "_": r"\s+",
}  # fmt: skip


class Grammar(Frozen, frozen=True, kw_only=True):
    """The pieces one language's patterns are made of; all but the maps are patterns.

    `past`, `next` and `this` say which Monday or month; `before` tells that they stand before it.
    """

    months: Mapping[str, int]  # normalised name → 1 … 12
    weekdays: Mapping[str, int]  # normalised name → 0 … 6
    month: str
    weekday: str
    until: str  # between the two days of an interval
    of: str = r"\s+"  # between day and month
    ordinal: str = ""  # behind the number of a day
    past: str
    next: str
    this: str
    before: bool = False
    week: str
    month_word: str
    year_word: str
    on: str  # what a weekday needs before it to stand alone
    in_month: str  # and what a month does
    days: Mapping[str, int]  # today, yesterday, … → distance
    in_year: str  # what a year needs before it
    year_after: str = r"(?!)"  # or behind it
    month_first: bool = False  # "May 9" beside "9 May", and 5/9 for it


def _names(listed: str) -> list[list[str]]:
    return [part.split() for part in listed.split(";")]


def normalised(name: str) -> str:
    """Give the form that month and weekday names are looked up by."""
    name = re.sub("[أإآ]", "ا", name.strip(" .").casefold())
    name = name.replace("ى", "ي").replace("ه", "ة").replace("é", "e").replace("û", "u")
    return re.sub(r"[\s_]+", " ", name.replace("i\u0307", "i"))


def _numbered(listed: str, first: int) -> dict[str, int]:
    groups = enumerate(_names(listed), first)
    return {normalised(name): number for number, names in groups for name in names}


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join("".join(_VARIANTS.get(letter, letter) for letter in w) for w in longest_first)


def _all(listed: str) -> str:
    return _any_of(name for names in _names(listed) for name in names)


def _grammar(language: str, **pieces: object) -> Grammar:
    month = _all(_MONTHS[language])
    return Grammar(
        months=_numbered(_MONTHS[language], 1),
        weekdays=_numbered(_WEEKDAYS[language], 0),
        # A march and what may be are no months.
        month=f"(?-i:{month})" if language == "en" else month,
        weekday=_all(_WEEKDAYS[language]),
        **pieces,  # type: ignore[arg-type]  # checked by msgspec's own signature
    )


GRAMMARS: Mapping[str, Grammar] = {
    "ar": _grammar(
        "ar",
        until=r"\s*(?:-|–|\bو|(?:إلى|الى|حتى)\s+)\s*",
        of=r"\s+(?:من\s+)?(?:شهر\s+)?",
        past="الماضي|الماضية|المنصرم|المنصرمة|الفارط|الفارطة|الفائت|الفائتة|المنقضي|المنقضية",
        next="المقبل|المقبلة|القادم|القادمة",
        this="الجاري|الجارية|الحالي|الحالية",
        week="الأسبوع",
        month_word="الشهر",
        year_word="العام|السنة",
        on=r"(?:يوم|نهار|ليلة|مساء|صباح|فجر)\s+",
        days={
            "اليوم": 0, "أمس الأول": -2, "أول أمس": -2, "أول من أمس": -2, "يوم أمس": -1, "أمس": -1,
            "بعد غد": 2, "يوم غد": 1, "غدا": 1, "غدًا": 1, "غداً": 1,
        },
        in_month=r"(?:في|خلال|منذ|شهر)\s+(?:شهر\s+)?",
        in_year=r"(?:عام|سنة|العام|السنة)\s+",
    ),
    "en": _grammar(
        "en",
        until=r"\s*(?:-|–|—|\s(?:to|and|until|through)\s)\s*",
        of=r"\s+(?:of\s+)?",
        ordinal="(?:st|nd|rd|th)?",
        past="last",
        next="next",
        this="this",
        before=True,
        week="week",
        month_word="month",
        year_word="year",
        on=r"(?:on|since|until|by)\s+",
        days={"today": 0, "yesterday": -1, "tomorrow": 1, "the day before yesterday": -2},
        in_month=r"(?:in|since|until|by)\s+",
        in_year=r"(?:in|since|of|by|until|during)\s+",
        month_first=True,
    ),
    "fr": _grammar(
        "fr",
        until=r"\s*(?:-|–|\s(?:au|et|à|jusqu'au)\s)\s*",
        ordinal="(?:er)?",
        past="dernier|dernière|passé|passée",
        next="prochain|prochaine",
        this="courant|en cours",
        week="(?:la )?semaine",
        month_word="(?:le )?mois",
        year_word="l['’]an|l['’]année|année",
        on=r"(?:ce|le|en|depuis)\s+",
        days={
            "aujourd'hui": 0, "aujourd’hui": 0, "avant-hier": -2, "hier": -1, "après-demain": 2,
            "demain": 1,
        },
        in_month=r"(?:en|depuis)\s+",
        in_year=r"(?:en|depuis|de|l['’]année|l['’]an)\s+",
    ),
    "tr": _grammar(
        "tr",
        until=r"\s*(?:-|–|\s(?:ile|ve|ila)\s)\s*",
        past="geçen|geçtiğimiz",
        next="gelecek|önümüzdeki",
        this="bu",
        before=True,
        week="hafta",
        month_word="ay",
        year_word="yıl|sene",
        on=r"(?!)",
        days={"bugün": 0, "önceki gün": -2, "dün": -1, "yarın": 1},
        in_month=r"(?!)",
        in_year=r"(?!)",
        year_after=r"(?=['’]?(?:d[ae]|t[ae]|d[ae]n|t[ae]n)\b|\s+(?:yılı|senesi))",
    ),
}  # fmt: skip
