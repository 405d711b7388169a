"""How a person wants the pages: language, theme, shortcuts; and values written in that language."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final, Literal, get_args

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup
from starlette.requests import Request

from rasad_api.web.texts import TEXTS
from rasad_core.events import Frozen
from rasad_core.media_topics import MEDIA_TOPICS

LANGUAGES: Final = tuple(TEXTS)
LANGUAGE_COOKIE: Final = "rasad_language"
THEME_COOKIE: Final = "rasad_theme"
SHORTCUTS_COOKIE: Final = "rasad_shortcuts"
Theme = Literal["auto", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
_TOPICS = {topic.id: topic for topic in MEDIA_TOPICS}


class Interface(Frozen, frozen=True, kw_only=True):
    """The interface of one request. Content has its own language and direction, item by item."""

    language: str = "en"
    theme: Theme = "auto"
    shortcuts: bool = True

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction_of(self.language)

    def __call__(self, key: str, **values: object) -> str:
        """Give a text; raises KeyError for one that is not there."""
        text = TEXTS[self.language][key]
        return text.format(**values) if values else text

    def counted(self, key: str, count: int, **values: object) -> str:
        """Give the form of a text that the language has for this number."""
        texts = TEXTS[self.language]
        form = _locale(self.language).plural_form(count)
        text = texts.get(f"{key}.{form}") or texts[f"{key}.other"]
        return text.format(n=self.number(count), **values)

    def number(self, value: float) -> str:
        """Write a number; with the digits of times and addresses, beside which it stands."""
        return str(format_decimal(value, locale=self.language))

    def moment(self, at: datetime) -> Markup:
        """Write a point in time, to the minute and in UTC, as an element that machines read."""
        tag = Markup('<time datetime="{}" dir="{}">{}</time>')
        return tag.format(_machine(at), self.direction, self.day(at, hours=True))

    def day(self, at: datetime, *, hours: bool = False) -> str:
        """Write a day, with its hour and minute where they matter."""
        day = format_skeleton("yMMMd", at, locale=_locale(self.language))
        return self("day_and_time", day=day, time=f"{at:%H:%M}") if hours else day

    def month(self, at: datetime) -> str:
        """Write a month and its year."""
        return format_skeleton("yMMMM", at, locale=_locale(self.language))

    def language_name(self, code: str) -> str:
        """Name a language; its code where it has no name."""
        if code == "und":
            return self("language.und")
        return str(_locale(self.language).languages.get(code.replace("-", "_"), code))

    def country_name(self, code: str) -> str:
        """Name a country; its code where it has no name."""
        return str(_locale(self.language).territories.get(code.upper(), code))

    def topic_name(self, topic_id: str, name: str = "") -> str:
        """Name a topic; the name that came with it, or its id, where it is none of ours."""
        topic = _TOPICS.get(topic_id)
        return topic.labels[self.language] if topic else name or topic_id


def interface_of(request: Request) -> Interface:
    """Say how this person wants the pages: by their cookies, else as the browser asks."""
    cookies = request.cookies
    language = cookies.get(LANGUAGE_COOKIE, "")
    if language not in LANGUAGES:
        language = _negotiated(request.headers.get("accept-language", ""))
    theme: Theme = next((each for each in THEMES if each == cookies.get(THEME_COOKIE)), "auto")
    return Interface(
        language=language, theme=theme, shortcuts=cookies.get(SHORTCUTS_COOKIE) != "off"
    )


@cache
def direction_of(language: str) -> str:
    """Give the direction of a language's script; `auto` where the language is not known."""
    if language == "und":
        return "auto"
    try:
        order = Locale.parse(language, sep="-").character_order
    except (UnknownLocaleError, ValueError):
        return "auto"
    return "rtl" if order == "right-to-left" else "ltr"


def _negotiated(header: str) -> str:
    for wanted in _by_preference(header):
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


def _by_preference(header: str) -> Sequence[str]:
    weighed: list[tuple[float, str]] = []
    for part in header.split(",")[:50]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if quality > 0:
            weighed.append((quality, tag.split("-")[0].strip().lower()))
    # Stable: of equal weights the first stands first.
    return [tag for _, tag in sorted(weighed, key=lambda each: -each[0])]


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _machine(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
