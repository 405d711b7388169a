"""Countries and their names, from CLDR, with the short names that people write."""

from collections.abc import Iterator, Mapping
from functools import cache

from babel import Locale, UnknownLocaleError

# What CLDR does not call them, by language. Not here: a part for the whole (England), a capital
# for its government, adjectives.
_ALSO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "US": ("USA", "U.S.A.", "U.S.", "US", "United States of America"),
        "GB": ("UK", "U.K.", "Britain", "Great Britain"),
        "AE": ("UAE", "Emirates"), "TR": ("Turkey", "Turkiye"),
        "PS": ("Palestine",), "CD": ("DR Congo", "DRC", "Democratic Republic of the Congo",
                                     "Democratic Republic of Congo"),
        "CG": ("Republic of the Congo", "Congo-Brazzaville"),
        "CI": ("Ivory Coast", "Cote d'Ivoire"), "CZ": ("Czech Republic",),
        "MM": ("Burma",), "VA": ("Vatican", "Holy See"), "NL": ("Holland",),
        "MK": ("Macedonia",), "SZ": ("Swaziland",), "CV": ("Cape Verde",), "TL": ("East Timor",),
        "RU": ("Russian Federation",), "HK": ("Hong Kong",), "MO": ("Macau", "Macao"),
    },
    "ar": {
        "US": ("أمريكا", "أميركا", "الولايات المتحدة الأمريكية", "الولايات المتحدة الأميركية"),
        "GB": ("بريطانيا", "بريطانيا العظمى"), "AE": ("الإمارات", "دولة الإمارات"),
        "SA": ("السعودية",), "SY": ("سورية",), "PS": ("فلسطين", "دولة فلسطين"),
        "CD": ("الكونغو الديمقراطية", "جمهورية الكونغو الديمقراطية"),
        "CG": ("الكونغو برازافيل",), "CI": ("كوت ديفوار", "ساحل العاج"),
        "CZ": ("جمهورية التشيك",), "MM": ("بورما",), "VA": ("الفاتيكان",),
        "MK": ("مقدونيا",), "CF": ("أفريقيا الوسطى", "إفريقيا الوسطى"),
        "ZA": ("إفريقيا الجنوبية", "جنوب إفريقيا"), "BY": ("روسيا البيضاء",),
        "HK": ("هونغ كونغ", "هونج كونج"), "BA": ("البوسنة",), "GR": ("يونان",),
        "AZ": ("آذربيجان",), "AR": ("الارجنتين",),
    },
    "fr": {
        "US": ("États-Unis d'Amérique", "USA"), "GB": ("Grande-Bretagne",),
        "AE": ("Émirats", "EAU"), "PS": ("Palestine",),
        "CD": ("RDC", "République démocratique du Congo", "RD Congo"),
        "CZ": ("République tchèque",), "MM": ("Birmanie",), "VA": ("Vatican",),
        "NL": ("Hollande",), "CV": ("Cap-Vert",), "HK": ("Hong Kong",),
    },
    "tr": {
        "US": ("ABD", "Amerika"), "GB": ("İngiltere", "Britanya"), "AE": ("BAE",),
        "PS": ("Filistin",), "CD": ("Demokratik Kongo Cumhuriyeti",),
        "CI": ("Fildişi Sahili",), "CZ": ("Çek Cumhuriyeti",), "VA": ("Vatikan",),
        "MK": ("Makedonya",), "NL": ("Hollanda",),
    },
    "de": {
        "US": ("USA",), "GB": ("Großbritannien",), "AE": ("VAE",), "PS": ("Palästina",),
        "CZ": ("Tschechische Republik",), "NL": ("Holland",), "VA": ("Vatikan",),
    },
    "es": {
        "US": ("EE.UU.", "Estados Unidos de América"), "GB": ("Gran Bretaña",),
        "PS": ("Palestina",), "VA": ("Vaticano",), "NL": ("Holanda",),
    },
    "it": {"US": ("USA",), "GB": ("Gran Bretagna",), "PS": ("Palestina",)},
    "ru": {
        "US": ("США", "Америка"), "GB": ("Британия",), "AE": ("ОАЭ",), "PS": ("Палестина",),
        "RU": ("Российская Федерация",),
    },
    "fa": {
        "US": ("آمریکا", "امریکا"), "GB": ("انگلستان", "انگلیس"), "AE": ("امارات",),
        "SA": ("عربستان",), "PS": ("فلسطین",),
    },
}  # fmt: skip
# Codes that CLDR names and that are no countries, or part of one.
_SKIPPED = frozenset(
    ("AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ", "AQ", "BV")
)
# Where the press writes another name than CLDR's official or cautious one.
_USUAL = {
    ("TR", "en"): "Turkey", ("PS", "en"): "Palestine", ("PS", "ar"): "فلسطين",
    ("PS", "fr"): "Palestine", ("PS", "tr"): "Filistin", ("SA", "ar"): "السعودية",
    ("CD", "en"): "Democratic Republic of the Congo", ("CG", "en"): "Republic of the Congo",
    ("HK", "en"): "Hong Kong", ("MO", "en"): "Macau",
}  # fmt: skip
_LOCALES = {"zh": ("zh", "zh_Hant"), "no": ("nb",), "sr": ("sr", "sr_Latn")}


def country_names(language: str) -> Iterator[tuple[str, str]]:
    """Give (name, ISO code) for every name in a language; nothing for one that CLDR lacks."""
    for locale in _LOCALES.get(language, (language,)):
        for code, name in _territories(locale).items():
            yield name, code
    for code, names in _ALSO.get(language, {}).items():
        for name in names:
            yield name, code


def country_name(code: str, language: str) -> str | None:
    """Give the country's usual name in a language."""
    return _USUAL.get((code, language)) or _territories(language).get(code)


@cache
def _territories(locale: str) -> Mapping[str, str]:
    try:
        names = Locale.parse(locale).territories
    except (UnknownLocaleError, ValueError):
        return {}
    # "Myanmar (Burma)" and its like are written by nobody.
    return {
        code: str(name).partition(" (")[0]
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _SKIPPED
    }
