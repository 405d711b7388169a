"""Places named in an article: countries and cities, with every mention.

A name is no proof: cities are called Nice, Mobile and صور. Each candidate is weighed: by its
size, how common its name is as a word, capitals, and what else the article names.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from rasad_core.events import Entity, Frozen, Mention, TextField
from rasad_core.text.normalise import fold
from rasad_core.text.tokens import Tokens
from rasad_enrich.draft import Draft
from rasad_enrich.places.gazetteer import Names, Place, cities_in, countries_in
from rasad_enrich.places.labels import main_name, names_of
from rasad_enrich.steps.frequency import zipf
from rasad_enrich.steps.scripts import Script, main_script

GAZETTEER_VERSION = "gazetteer-1"
_ARTICLE = re.compile("ال|لل")
_CASED: frozenset[Script] = frozenset({"latin", "cyrillic", "greek"})
# Tuned by eye on Arabic, English, French, German and Turkish news. A weight is log10 of the people
# who live there, less what the name weighs as a word. In cased text: Paris 4.3, Mobile 3.4,
# Nice 3.1. Without capitals a word is more often just a word, so it weighs more, and towns of a
# country that nothing else speaks of need to be large.
_ENOUGH_CASED = 3.4
_ENOUGH_UNCASED = 4.2
_COUNTRY_WEIGHT = 7.5
_PROPER_ZIPF = 3.0  # below this a word is no common word
_SLOPE_CASED = 1.0
_SLOPE_UNCASED = 1.3
_OWN_NAME = 0.3  # called by its main name
_SEVERAL_WORDS = 0.5
_SAME_COUNTRY = 0.8  # its country, or another place of it, is named
_FOREIGN = -0.7  # neither, and fewer than a million people
_HOME_COUNTRY = 0.5  # the outlet is from there
_INTRODUCED = 1.2  # "the city of", مدينة
_READING = -0.8  # found only with a proclitic taken off
_BEFORE_CAPITAL = -1.2  # Paris Hilton, but also London Mayor
_BEHIND_CAPITAL = -2.2  # Jack London
_EVIDENT = 4.9  # a candidate of this weight is evidence for its country
_LARGE = 1_000_000
_INTRODUCTIONS = frozenset(
    ("مدينه", "محافظه", "ولايه", "بلده", "قريه", "عاصمه", "العاصمه", "معتمديه", "اماره", "مقاطعه",
     "city", "town", "province", "ville", "stadt", "ciudad", "citta", "город")
)  # fmt: skip
_LOCATED = 0.6  # "in Gabès", "à Gabès", "Gabès'te"
_UNLOCATED = -1.5  # where a language says so with a word, and none is there: it may be a surname
_LOCATIVE = {
    "en": frozenset(("in", "at", "from", "near", "outside", "around")),
    "fr": frozenset(("a", "dans", "en", "pres", "vers", "depuis")),
    "de": frozenset(("in", "aus", "nach", "bei")),
    "es": frozenset(("en", "desde", "cerca")),
    "it": frozenset(("a", "in", "da")),
    "pt": frozenset(("em", "no", "na")),
    "nl": frozenset(("in", "te", "uit", "bij")),
    "tr": frozenset[str](),
}
# Countries that are an everyday word: they need one of these before them, or a conjunction on them.
_WORDS_TOO = frozenset({"مالي", "عمان", "توغو"})
_BEFORE_COUNTRIES = frozenset(
    ("في", "من", "الي", "علي", "عن", "بين", "مع", "ضد", "شمال", "جنوب", "شرق", "غرب", "وسط",
     "دوله", "جمهوريه", "رئيس", "حكومه", "جيش", "عاصمه", "سلطنه", "منتخب", "ملك")
)  # fmt: skip
# In an American article it is the state, unless something else is from the Caucasus.
_STATES_TOO = frozenset({"georgia", "جورجيا", "georgie", "gurcistan"})
# Countries that people are called: beside another capital they are a person.
_PEOPLE_TOO = frozenset({"chad", "jordan"})


class Found(Frozen, frozen=True, kw_only=True):
    """One stretch of words that names one of `places`."""

    mention: Mention
    places: tuple[Place, ...]
    alias: str
    word: str  # its first word as folded, proclitics still on
    cased: bool
    bonus: float
    located: float  # counts for places of fewer than a million people


def find_places(draft: Draft) -> Draft:
    """Add the places as entities, the ones named first and most often first."""
    script = main_script(f"{draft.title}\n{draft.text[:500]}")
    found = [
        *_search("title", draft.title, draft.title_tokens, draft.language, script),
        *_search("text", draft.text, draft.text_tokens, draft.language, script),
    ]
    return replace(draft, entities=(*draft.entities, *_entities(found, draft, script)))


def _search(
    field: TextField, text: str, tokens: Tokens, language: str, script: Script
) -> Iterator[Found]:
    names = (countries_in(language), cities_in(script, arabic=language == "ar"))
    cased = script in _CASED
    behind = 0
    for index in _beginnings(names, tokens):
        if index < behind or (cased and not tokens.exact[index][0].isupper()):
            continue
        match = _longest_match(names, tokens, index)
        if match is None:
            continue
        alias, places, words, read = match
        last = index + words - 1
        start = tokens.starts[index] + _proclitic(text, tokens, index, read)
        end = tokens.ends[last]
        if words == 1 and read and _is_a_word(tokens.folded[index], alias, language):
            continue
        yield Found(
            mention=Mention(field=field, start=start, end=end, text=text[start:end]),
            places=places,
            alias=alias,
            word=tokens.folded[index],
            cased=cased,
            located=_located(text, tokens, index, last, language) if cased else 0.0,
            bonus=_bonus(text, tokens, index, last, cased=cased, read=read is not None),
        )
        behind = last + 1


def _is_a_word(whole: str, name: str, language: str) -> bool:
    """Whether the name is rarer than it and its proclitic as one word: باكرا, early, no Accra."""
    return zipf(whole, language) > zipf(name, language)


def _beginnings(names: Sequence[Names], tokens: Tokens) -> Iterator[int]:
    """Give the places in the text where some name may begin: most words begin none."""
    heads = [each.longest for each in names]
    readings = tokens.readings
    for index, word in enumerate(tokens.folded):
        for head in heads:
            if word in head or (
                index in readings and any(form in head for form in readings[index])
            ):
                yield index
                break


def _longest_match(
    names: Sequence[Names], tokens: Tokens, index: int
) -> tuple[str, tuple[Place, ...], int, str | None] | None:
    best = None
    most = 0
    word = tokens.folded[index]
    room = len(tokens) - index
    for form in (word, *tokens.readings.get(index, ())):
        if form != word and not _takes_proclitic(word, form):
            continue
        known = min(max(each.longest.get(form, 0) for each in names), room)
        for words in range(known, most, -1):
            alias = " ".join((form, *tokens.folded[index + 1 : index + words]))
            places = tuple(place for each in names for place in each.places.get(alias, ()))
            if places and _stands(alias, tokens, index, read=form != word):
                best = (alias, places, words, None if form == word else form)
                most = words
                break
    return best


def _takes_proclitic(word: str, name: str) -> bool:
    """Whether what is off the word is and, to, in, like: a name takes no article that it lacks."""
    if word.endswith(name):
        return _ARTICLE.search(word[: -len(name)]) is None
    return name.startswith("ال")  # للقاهرة


def _stands(alias: str, tokens: Tokens, index: int, *, read: bool) -> bool:
    if alias not in _WORDS_TOO:
        return True
    return read or (index > 0 and tokens.folded[index - 1] in _BEFORE_COUNTRIES)


def _proclitic(text: str, tokens: Tokens, index: int, read: str | None) -> int:
    """Count the letters before the name inside its word; 0 where they have grown together (لل)."""
    if read is None:
        return 0
    word = text[tokens.starts[index] : tokens.ends[index]]
    return next((cut for cut in range(1, len(word)) if fold(word[cut:]) == read), 0)


def _bonus(text: str, tokens: Tokens, first: int, last: int, *, cased: bool, read: bool) -> float:
    bonus = _READING if read else 0.0
    if first and not {tokens.folded[first - 1], *tokens.readings.get(first - 1, ())}.isdisjoint(
        _INTRODUCTIONS
    ):
        bonus += _INTRODUCED
    return bonus + _capitals_beside(text, tokens, first, last) if cased else bonus


def _located(text: str, tokens: Tokens, first: int, last: int, language: str) -> float:
    locative = _LOCATIVE.get(language)
    if locative is None:
        return 0.0
    before = tokens.folded[first - 1] if first else ""
    suffixed = language == "tr" and text[tokens.ends[last] : tokens.ends[last] + 1] in ("'", "’")
    return _LOCATED if before in locative or suffixed else _UNLOCATED


def _capitals_beside(text: str, tokens: Tokens, first: int, last: int) -> float:
    """Weigh the words beside: a run of capitals is a longer name, often a person's."""
    weight = 0.0
    after = last + 1
    if after < len(tokens) and tokens.exact[after][0].isupper():
        beside = text[tokens.ends[last] : tokens.starts[after]] == " "
        weight += _BEFORE_CAPITAL if beside else 0.0
    before = first - 1
    if before >= 0 and tokens.exact[before][0].isupper():
        beside = text[tokens.ends[before] : tokens.starts[first]] == " "
        named = beside and not _starts_sentence(text, tokens.starts[before])
        weight += _BEHIND_CAPITAL if named else 0.0
    return weight


def _starts_sentence(text: str, start: int) -> bool:
    return start == 0 or text[max(0, start - 4) : start].rstrip(" \"'“”«»")[-1:] in "\n.!?:"


def _entities(found: Sequence[Found], draft: Draft, script: Script) -> Iterator[Entity]:
    evident = _evident_countries(found, draft)
    enough = _ENOUGH_CASED if script in _CASED else _ENOUGH_UNCASED
    mentions: dict[Place, list[Mention]] = {}
    weights: dict[Place, float] = {}
    for one in found:
        place, weight = _best(one, draft, evident)
        mentions.setdefault(place, []).append(one.mention)
        weights[place] = max(weight, weights.get(place, 0.0))
    # A place is named by its best mention; the others, also in headlines, then count as well.
    for place in sorted(mentions, key=lambda place: -len(mentions[place])):
        if weights[place] >= enough:
            yield Entity(
                id=place.id,
                type="place",
                name=main_name(place),
                names=names_of(place),
                confidence=_confidence(weights[place] - enough),
                mentions=tuple(mentions[place]),
            )


def _evident_countries(found: Sequence[Found], draft: Draft) -> Mapping[str, set[str]]:
    """Give the countries that are surely named, each with the ids that say so."""
    evident: dict[str, set[str]] = {}
    for one in found:
        place, weight = _best(one, draft, {})
        if weight >= _EVIDENT:
            evident.setdefault(place.country, set()).add(place.id)
    return evident


def _best(found: Found, draft: Draft, evident: Mapping[str, set[str]]) -> tuple[Place, float]:
    weights = {place: _weight(place, found, draft, evident) for place in found.places}
    place = max(weights, key=lambda place: weights[place])
    if found.alias in _STATES_TOO and "US" in evident and evident.get("GE") == {"iso:GE"}:
        return place, 0.0
    if place.is_country and len(weights) > 1:
        # عمان is Oman, unless Jordan is spoken of: then it is Amman.
        rivals = (
            city
            for city in weights
            if city.population >= _LARGE
            and city.country != place.country
            and city.country in evident
        )
        return next(rivals, place), weights[place]
    return place, weights[place]


def _weight(place: Place, found: Found, draft: Draft, evident: Mapping[str, set[str]]) -> float:
    if place.is_country:
        person = found.alias in _PEOPLE_TOO and found.bonus < 0
        return 0.0 if person else _COUNTRY_WEIGHT + found.bonus
    weight = math.log10(place.population) + found.bonus - _as_word(found, draft.language)
    if place.population < _LARGE:
        weight += found.located
    if fold(place.name) == found.alias:
        weight += _OWN_NAME
    if draft.fetched.country == place.country:
        weight += _HOME_COUNTRY
    elif evident.get(place.country, set()) - {place.id}:
        weight += _SAME_COUNTRY
    elif place.population < _LARGE:
        weight += _FOREIGN
    return weight


def _as_word(found: Found, language: str) -> float:
    """Weigh the name as an ordinary word, or what it was taken out of."""
    if " " in found.alias:
        return -_SEVERAL_WORDS
    common = max(zipf(found.alias, language), zipf(found.word, language))
    return max(0.0, common - _PROPER_ZIPF) * (_SLOPE_CASED if found.cased else _SLOPE_UNCASED)


def _confidence(margin: float) -> float:
    """Map what a candidate has beyond enough to 0.5 … 0.99."""
    return round(0.99 - 0.49 * math.exp(-margin), 2)
