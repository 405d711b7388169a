"""Times as publishers write them."""

import re
import unicodedata
import warnings
from datetime import UTC, datetime
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
    "july": "يوليو يوليه تموز جويلية temmuz juillet",
    "august": "أغسطس اغسطس آب اب أوت اوت ağustos août aout",
    "september": "سبتمبر أيلول ايلول eylül septembre",
    "october": "أكتوبر اكتوبر تشرين\xa0الأول ekim octobre",
    "november": "نوفمبر تشرين\xa0الثاني kasım novembre",
    "december": "ديسمبر كانون\xa0الأول aralık décembre",
}
_ENGLISH = {
    name.replace("\xa0", " "): english
    for english, names in _MONTHS.items()
    for name in names.split(" ")
}
_NAMES = re.compile(
    "|".join(sorted(map(re.escape, _ENGLISH), key=len, reverse=True)), re.IGNORECASE
)
_WORDS = re.compile(r"[^\W\d_]{3,}\.?,?")
_KNOWN_WORDS = re.compile(
    r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?,?|gmt|utc|am|pm"
)
_YEAR = re.compile(r"(?:19|20)\d\d|\d\d?[/.-]\d\d?[/.-]\d\d\b")
# 2016-05-02 and 2016/05/02 name the year first; everything else the day.
_YEAR_FIRST = re.compile(r"\s*\d{4}\D")
_MAIL_DATE = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:er|st|nd|rd|th|e)\b", re.IGNORECASE)
_MAX_CHARACTERS = 100


def parse_time(written: str) -> datetime | None:
    """Read a time in any format we have met; UTC where it names no offset, None if it is none.

    Day before month in `02/05/2016`, as everywhere but in the United States.
    """
    text = _with_ascii_digits(written.strip())
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    for read in (datetime.fromisoformat, _mail_date, _loosely):
        try:
            at = read(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def _mail_date(text: str) -> datetime:
    """Read RFC 822, as feeds write it; the standard library guesses at anything else."""
    if not _MAIL_DATE.match(text):
        raise ValueError(text)
    return parsedate_to_datetime(text)


def _with_ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _loosely(text: str) -> datetime:
    named = _NAMES.sub(lambda name: f" {_ENGLISH[name[0].casefold()]} ", text)
    # Weekdays and words such as "at" in any language; dateutil knows English ones only.
    plain = _WORDS.sub(lambda word: word[0] if _KNOWN_WORDS.fullmatch(word[0]) else " ", named)
    plain = _ORDINAL.sub(r"\1", plain)
    plain = re.sub(r"[،,|•–]| - ", " ", plain)
    if not _YEAR.search(plain):
        raise ValueError(text)
    with warnings.catch_warnings():
        # A zone name that dateutil does not know: taken as UTC.
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        return parser.parse(
            plain,
            dayfirst=not _YEAR_FIRST.match(plain),
            default=datetime(2000, 1, 1),  # noqa: DTZ001
        )
