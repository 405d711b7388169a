"""What a place is called in the interface languages."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from babel import Locale

from rasad_core.text.normalise import fold
from rasad_enrich.places.countries import country_name
from rasad_enrich.places.gazetteer import City, Place, cities
from rasad_enrich.steps.frequency import RARE, zipf

LANGUAGES = ("ar", "en", "fr", "tr")
_ARABIC = re.compile(r"[ء-غف-ي\s]+")
_LATIN = re.compile(r"[A-Z\u00c0-\u00de\u0130][A-Za-z\u00c0-\u024f'’ -]{2,}")
# Spellings that a careful writer prefers among those that fold to one form.
_CAREFUL = re.compile(r"[أإآةى\u00c0-\u024f]")
_HOME = {"fr": "FR", "tr": "TR"}


@lru_cache(maxsize=20_000)
def names_of(place: Place) -> Mapping[str, str]:
    """Give the name by language, for Arabic, English, French and Turkish where it is known."""
    if place.is_country:
        named = {language: country_name(place.country, language) for language in LANGUAGES}
        return {language: name for language, name in named.items() if name}
    city = cities()[place.id.removeprefix("gn:")]
    named = {"ar": _arabic(city), "en": city.name}
    named |= {language: _latin(city, language) for language in ("fr", "tr")}
    return {language: name for language, name in named.items() if name}


def main_name(place: Place) -> str:
    """Give the English name."""
    return place.name or country_name(place.country, "en") or place.country


def _arabic(city: City) -> str | None:
    written = [name for name in city.alternatenames if _ARABIC.fullmatch(name)]
    return _most_written(written, "ar") or next(iter(written), None)


def _latin(city: City, language: str) -> str | None:
    """Say what speakers of the language write most; GeoNames does not mark its names by language.

    CLDR knows a few hundred cities, those that time zones are named for.
    """
    if _HOME[language] == city.countrycode:
        return city.name
    of_zone = _zone_city(city.timezone, language)
    if of_zone and _zone_city(city.timezone, "en") == city.name:
        return of_zone
    written = [name for name in city.alternatenames if _LATIN.fullmatch(name)]
    return _most_written((city.name, *written), language)


def _most_written(names: Iterable[str], language: str) -> str | None:
    best = max(names, key=lambda name: (_written(name, language), _careful(name)), default=None)
    return best if best and _written(best, language) > RARE else None


def _written(name: str, language: str) -> float:
    return min((zipf(word, language) for word in fold(name).split()), default=0.0)


def _careful(name: str) -> int:
    return len(_CAREFUL.findall(name))


@cache
def _zone_city(zone: str, language: str) -> str | None:
    zones = Locale.parse(language).time_zones
    named = zones[zone].get("city") if zone in zones else None
    return str(named) if named else zone.rpartition("/")[2].replace("_", " ")
