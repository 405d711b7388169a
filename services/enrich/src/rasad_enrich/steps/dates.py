"""Dates in title and text: absolute ones, intervals, and relative ones against `published`."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Literal

from msgspec.structs import replace

from rasad_core.events import DateMention, TextField
from rasad_core.text.normalise import fold
from rasad_core.text.tokens import Tokens
from rasad_enrich.draft import Draft
from rasad_enrich.steps.calendars import GRAMMARS, Grammar, normalised

_YEARS = range(1500, 2200)
# A day and month without a year is the nearest one that is at most this far ahead.
_AHEAD = timedelta(days=60)
# The longest expressions: من الخميس 28 إلى الأحد 31 مارس/ آذار من عام 2024.
_BEFORE_WORDS = 5
_AFTER_WORDS = 9
Groups = Mapping[str, str | None]
Resolve = Callable[[Groups, date, Grammar], str | None]
# What a pattern cannot do without: a number, a word of time, or both.
Needs = Literal["number", "word", "both"]
Rule = tuple[re.Pattern[str], Resolve, Needs]


def find_dates(draft: Draft) -> Draft:
    """Set the dates named in title and text, in order; each stretch of text counts once."""
    today = (draft.published or draft.fetched.fetched_at).date()
    found = [
        *dates_in("title", draft.title, draft.title_tokens, draft.language, today),
        *dates_in("text", draft.text, draft.text_tokens, draft.language, today),
    ]
    return replace(draft, dates=tuple(found))


def dates_in(
    field: TextField, text: str, tokens: Tokens, language: str, today: date
) -> Iterator[DateMention]:
    """Give the dates of one field; only ISO dates in a language without a grammar."""
    grammar = GRAMMARS.get(language, GRAMMARS["en"])
    taken: list[tuple[int, int, str]] = []
    for first, last, holds in _windows(tokens, language):
        for pattern, resolve, needs in _rules(language):
            if holds not in (needs, "both"):
                continue
            for match in pattern.finditer(text, first, last):
                start, end = match.span("date")
                if any(start < other_end and other < end for other, other_end, _ in taken):
                    continue
                value = resolve(match.groupdict(), today, grammar)
                if value is not None:
                    taken.append((start, end, value))
    for start, end, value in sorted(taken):
        yield DateMention(field=field, start=start, end=end, text=text[start:end], value=value)


def _windows(tokens: Tokens, language: str) -> Iterator[tuple[int, int, Needs]]:
    """Give the stretches round numbers and words of time; patterns are slow and look at these."""
    start = end = -1
    holds: Needs = "number"
    for index, what in _hits(tokens, language):
        first = tokens.starts[max(0, index - _BEFORE_WORDS)]
        if start >= 0 and first > end:
            yield start, end, holds
            start = -1
        if start < 0:
            start, holds = first, what
        elif holds != what:
            holds = "both"
        end = tokens.ends[min(len(tokens) - 1, index + _AFTER_WORDS)]
    if start >= 0:
        yield start, end, holds


def _hits(tokens: Tokens, language: str) -> Iterator[tuple[int, Needs]]:
    triggers = _triggers(language)
    readings = tokens.readings
    for index, word in enumerate(tokens.folded):
        if word[-1].isdigit() or word[0].isdigit():  # و29, 9th
            yield index, "number"
        elif word in triggers or (index in readings and not triggers.isdisjoint(readings[index])):
            yield index, "word"


@cache
def _triggers(language: str) -> frozenset[str]:
    grammar = GRAMMARS.get(language)
    if grammar is None:
        return frozenset()
    # One word of each name is enough, and the others (the day before …) are everywhere.
    names = [name.split()[0] for name in (*grammar.months, *grammar.weekdays)]
    names += [re.split(r"[ '’]", name)[-1] for name in grammar.days]
    periods = f"{grammar.week} {grammar.month_word} {grammar.year_word}"
    names += re.findall(r"[^\W\d_]{2,}", periods)
    return frozenset(map(fold, names)) - {"la", "le"}


def _whole(groups: Groups, today: date, grammar: Grammar) -> str | None:
    """Resolve a day with its month: 9 May, 9 May 2024, 9 May last."""
    day = _day(groups, "day", today, grammar)
    return day.isoformat() if day else None


def _interval(groups: Groups, today: date, grammar: Grammar) -> str | None:
    """Resolve 21 to 29 April, or 28 April to 3 May."""
    last = _day(groups, "day", today, grammar)
    if last is None:
        return None
    month = groups.get("month1")
    number = grammar.months[normalised(month)] if month else last.month
    first = _made(last.year, number, int(groups["day1"] or 0))
    if first and first > last and month:
        first = _made(last.year - 1, number, int(groups["day1"] or 0))
    return f"{first.isoformat()}/{last.isoformat()}" if first and first < last else None


def _month(groups: Groups, today: date, grammar: Grammar) -> str | None:
    """Resolve a month: May 2024, أبريل الماضي."""
    number = grammar.months[normalised(groups["month"] or "")]
    if groups.get("year"):
        year = int(groups["year"] or 0)
        return f"{year:04}-{number:02}" if year in _YEARS else None
    year = today.year
    if groups.get("past"):
        year -= number >= today.month
    elif groups.get("next"):
        year += number <= today.month
    elif not groups.get("this"):
        year -= date(year, number, 1) > today + _AHEAD
    return f"{year:04}-{number:02}"


def _numeric(groups: Groups, _: date, grammar: Grammar) -> str | None:
    """Resolve 9/5/2024; None where both orders make sense and the language uses both."""
    first, second, year = (int(groups[part] or 0) for part in ("first", "second", "year"))
    if grammar.month_first and first <= 12 and second <= 12 and first != second:
        return None
    day, month = (second, first) if second > 12 else (first, second)
    made = _made(year, month, day)
    return made.isoformat() if made else None


def _iso(groups: Groups, _: date, __: Grammar) -> str | None:
    made = _made(*(int(groups[part] or 0) for part in ("year", "month", "day")))
    return made.isoformat() if made else None


def _weekday(groups: Groups, today: date, grammar: Grammar) -> str | None:
    """Resolve a weekday: the last one, the next one, or the latest that is not after today."""
    number = grammar.weekdays[normalised(groups["weekday"] or "")]
    back = (today.weekday() - number) % 7
    if groups.get("past"):
        back = back or 7
    elif groups.get("next"):
        back = back - 7
    return (today - timedelta(days=back)).isoformat()


def _near(groups: Groups, today: date, grammar: Grammar) -> str | None:
    """Resolve today, yesterday, tomorrow; a weekday beside it wins over the clock's zone."""
    near = today + timedelta(days=grammar.days[" ".join((groups["near"] or "").casefold().split())])
    weekday = groups.get("weekday")
    if weekday:
        off = (grammar.weekdays[normalised(weekday)] - near.weekday() + 3) % 7 - 3
        near += timedelta(days=off)
    return near.isoformat()


def _period(groups: Groups, today: date, _: Grammar) -> str | None:
    """Resolve last week, this month, next year."""
    step = -1 if groups.get("past") else 1 if groups.get("next") else 0
    if groups.get("week"):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    if groups.get("month_word"):
        months = today.year * 12 + today.month - 1 + step
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return f"{today.year + step:04}"


def _year(groups: Groups, _: date, __: Grammar) -> str | None:
    year = int(groups["year"] or 0)
    return f"{year:04}" if year in _YEARS else None


def _day(groups: Groups, name: str, today: date, grammar: Grammar) -> date | None:
    month = grammar.months[normalised(groups["month"] or "")]
    day = int(groups[name] or 0)
    if groups.get("year"):
        return _made(int(groups["year"] or 0), month, day)
    this_year = _made(today.year, month, day)
    limit = today if groups.get("past") else today + _AHEAD
    if groups.get("next"):
        return this_year if this_year and this_year > today else _made(today.year + 1, month, day)
    if this_year is None or this_year <= limit:
        return this_year
    return _made(today.year - 1, month, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


# A word begins here, or behind one Arabic proclitic.
_BEGIN = r"(?:(?<![\w.,/-])|(?<=\b[وفبلك]))"
_END = r"(?![\w])"
_NUMERIC = r"(?P<first>\d{1,2})(?P<by>[/.-])(?P<second>\d{1,2})(?P=by)(?P<year>\d{4})"
_ISO_RULE: Rule = (
    re.compile(r"(?<![\w-])(?P<date>(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2}))(?!\d|-\d)"),
    _iso,
    "number",
)


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    """Give a language's patterns, what says more before what says less."""
    grammar = GRAMMARS.get(language)
    if grammar is None:
        return (_ISO_RULE,)
    day = rf"(?P<day>\d{{1,2}}){grammar.ordinal}"
    day1 = rf"(?P<day1>\d{{1,2}}){grammar.ordinal}"
    # أبريل/ نيسان, تموز (يوليو): the second name says the same again.
    month = rf"(?P<month>{grammar.month})\.?(?:\s*[/(-]\s*(?:{grammar.month})\)?)?{_END}"
    month1 = rf"(?P<month1>{grammar.month})\.?(?:\s*[/(-]\s*(?:{grammar.month})\)?)?{_END}"
    which = rf"(?P<past>{grammar.past})|(?P<next>{grammar.next})|(?P<this>{grammar.this})"
    year = r"(?:,?\s+(?:سنة\s+|عام\s+|de\s+)?(?P<year>\d{4})(?!\d))"
    tail = rf"(?:{year}|\s+(?:{which}){_END})?" if not grammar.before else rf"{year}?"
    weekday = rf"(?:(?:{grammar.weekday}),?\s+(?:الموافق\s+)?)?"
    spoken = [
        (
            rf"{day1}(?:{grammar.of}{month1})?{grammar.until}{day}{grammar.of}{month}{tail}",
            _interval,
        ),
        (rf"{weekday}{day}{grammar.of}{month}{tail}", _whole),
    ]
    if grammar.month_first:
        spoken = [
            (rf"{month}\s+{day1}{grammar.until}{day}{_END}{tail}", _interval),
            (rf"{weekday}{month}\s+{day}{_END}{tail}", _whole),
            *spoken,
        ]
    return (
        _ISO_RULE,
        *((_compiled(pattern), resolve, "both") for pattern, resolve in spoken),
        (_compiled(_NUMERIC), _numeric, "number"),
        *_relative_rules(grammar, month, which, year),
    )


def _relative_rules(grammar: Grammar, month: str, which: str, year: str) -> Iterator[Rule]:
    near = "|".join(sorted(grammar.days, key=len, reverse=True)).replace(" ", r"\s+")
    weekday = rf"(?P<weekday>{grammar.weekday})"
    period = (
        rf"(?:(?P<week>{grammar.week})|(?P<month_word>{grammar.month_word})"
        rf"|(?P<year_word>{grammar.year_word}))"
    )
    yield _compiled(rf"{month}{year}"), _month, "both"
    if grammar.before:
        yield _compiled(rf"(?:{which})\s+{weekday}"), _weekday, "word"
        yield _compiled(rf"(?:{which})\s+{month}"), _month, "word"
        yield _compiled(rf"(?:{which})\s+{period}"), _period, "word"
    else:
        yield _compiled(rf"{weekday}\s+(?:{which})"), _weekday, "word"
        yield _compiled(rf"{month}\s+(?:{which})"), _month, "word"
        yield _compiled(rf"{period}\s+(?:{which})"), _period, "word"
    yield _compiled(rf"(?P<near>{near})(?:\s+{weekday})?"), _near, "word"
    yield _compiled(weekday, after=grammar.on), _weekday, "word"
    yield _compiled(month, after=grammar.in_month, end=r"(?!\s+\d)"), _month, "word"
    yield (
        _compiled(r"(?P<year>\d{4})", after=grammar.in_year, end=r"(?![\w/.,-]?\d)"),
        _year,
        "number",
    )
    yield _compiled(rf"(?P<year>\d{{4}}){grammar.year_after}", end=""), _year, "number"


def _compiled(pattern: str, *, after: str = "", end: str = _END) -> re.Pattern[str]:
    return re.compile(rf"{_BEGIN}{after}(?P<date>{pattern}){end}", re.IGNORECASE)
