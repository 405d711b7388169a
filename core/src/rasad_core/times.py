"""Times as publishers write them."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from dateutil import parser

# Month names to English: Mashriq, Maghreb and Egypt, Turkish, French.
_MONTHS = {
    "january": "يناير كانون\xa0الثاني جانفي ocak janvier",
    "february": "فبراير شباط فيفري şubat février fevrier",
    "march": "مارس آذار اذار mart mars",
    "april": "أبريل ابريل إبريل نيسان أفريل افريل nisan avril",
    "may": "مايو أيار ايار ماي mayıs mai",
    "june": "يونيو يونيه حزيران جوان haziran juin",
    "july": "يوليو يوليه يوليوز تموز جويلية temmuz juillet",
    "august": "أغسطس اغسطس غشت آب اب أوت اوت ağustos août aout",
    "september": "سبتمبر شتنبر أيلول ايلول eylül septembre",
    "october": "أكتوبر اكتوبر تشرين\xa0الأول ekim octobre",
    "november": "نوفمبر نونبر تشرين\xa0الثاني kasım novembre",
    "december": "ديسمبر دجنبر كانون\xa0الأول aralık décembre decembre",
}
_ENGLISH = {
    name.replace("\xa0", " "): english
    for english, names in _MONTHS.items()
    for name in names.split(" ")
}
_ONE_NAME = "|".join(sorted(map(re.escape, _ENGLISH), key=len, reverse=True))
# Both names of a month, as news for all Arab countries has them: "يونيو/حزيران".
_NAMES = re.compile(rf"\b({_ONE_NAME})(?:\s*[/(]\s*(?:{_ONE_NAME})\)?)?(?!\w)", re.IGNORECASE)
_HALVES = (
    (re.compile(r"(?<=\d)\s*(?:صباحا|صباحاً|ص)(?!\w)"), " am "),
    (re.compile(r"(?<=\d)\s*(?:مساء|مساءً|ظهرا|ظهراً|م)(?!\w)"), " pm "),
)
_WORDS = re.compile(r"[^\W\d_]+\.?,?")
_KNOWN_WORDS = re.compile(
    r"(?i)[aptmz]\.?,?|am|pm|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?,?|gmt|utc|[ecmp][sd]t|cest|"
    r"eet|eest|bst|msk|trt"
)
_YEAR = re.compile(r"(?:19|20)\d\d|\d\d?[/.-]\d\d?[/.-]\d\d\b")
# 2016-05-02 and 2016/05/02 name the year first; everything else the day.
_YEAR_FIRST = re.compile(r"\s*\d{4}\D")
_DIGITS_ONLY = re.compile(r"\d{8}(?:\d{4}(?:\d{2})?)?")
_MAIL_DATE = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d")
_FRENCH_HOUR = re.compile(r"(?<=\d)\s?h\s?(?=\d\d)")
# RFC 822's, and those of our readers' countries; AST and IST mean several and are left out.
_ZONE_HOURS = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3,
}  # fmt: skip
_MAX_CHARACTERS = 100


def parse_time(written: str) -> datetime | None:
    """Read a time in any format we have met; UTC where it names no offset, None if it is none.

    Day before month in `02/05/2016`, as everywhere but in the United States. A date without a day
    is the first of its month.
    """
    text = _plain(written)
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    for read in (datetime.fromisoformat, _digits, _mail_date, _loosely):
        try:
            at = read(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def _plain(written: str) -> str:
    """Give ASCII digits for every script's, and no marks of direction."""
    shown = (letter for letter in written if unicodedata.category(letter) != "Cf")
    digits = (str(unicodedata.decimal(each)) if each.isdecimal() else each for each in shown)
    return "".join(digits).strip()


def _digits(text: str) -> datetime:
    """Read 20160502101500, where dateutil takes the month for the day."""
    if not _DIGITS_ONLY.fullmatch(text):
        raise ValueError(text)
    return datetime.strptime(text, "%Y%m%d%H%M%S"[: len(text) - 2])  # noqa: DTZ007  made UTC above


def _mail_date(text: str) -> datetime:
    """Read RFC 822, as feeds write it; the standard library guesses at anything else."""
    if not _MAIL_DATE.match(text):
        raise ValueError(text)
    if text.rsplit(" ", 1)[-1] in _ZONE_HOURS:
        return _loosely(text)  # the standard library takes European names for UTC
    return parsedate_to_datetime(text)


def _loosely(text: str) -> datetime:
    plain = _NAMES.sub(lambda name: f" {_ENGLISH[name[1].casefold()]} ", text)
    for written, half in _HALVES:
        plain = written.sub(half, plain)
    plain = _FRENCH_HOUR.sub(":", plain)
    # Weekdays, endings of ordinals and words such as "at"; dateutil knows English ones only.
    plain = _WORDS.sub(lambda word: word[0] if _KNOWN_WORDS.fullmatch(word[0]) else " ", plain)
    plain = re.sub(r"[،,|•–]| - ", " ", plain)
    if not _YEAR.search(plain):
        raise ValueError(text)
    return parser.parse(
        plain,
        dayfirst=not _YEAR_FIRST.match(plain),
        default=datetime(2000, 1, 1),  # noqa: DTZ001  what it lacks; the zone is told apart
        tzinfos=_zone,
    )


def _zone(name: str | None, offset_seconds: int | None) -> tzinfo:
    if offset_seconds is None:
        return timezone(timedelta(hours=_ZONE_HOURS.get((name or "").upper(), 0)))
    return timezone(timedelta(seconds=offset_seconds))
