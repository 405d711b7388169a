"""The phrases that say what an article is about.

Runs of one to three words between stop words and punctuation, scored by how often and how early
they come and how rare their words are. Own, since YAKE is GPL and takes 12 times as long.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from rasad_core.events import Keyphrase
from rasad_core.text.normalise import fold
from rasad_core.text.tokenise import is_cjk
from rasad_core.text.tokens import Tokens
from rasad_enrich.draft import Draft
from rasad_enrich.steps.frequency import has_words, stop_words, zipf

_MOST = 10
_LONGEST_WORDS = 3
# A phrase further back than this many words says no more about the article than its tail does.
_MAX_WORDS = 800
# A phrase that first comes at this word gains half of what one at the beginning gains.
_EARLY_WORDS = 60
_TITLE_FACTOR = 1.6
_LENGTH_FACTOR = 0.35  # what each further word of a phrase adds
# Rarity at which a word says nothing (zipf 7 is "the"), and the least a lone word must have.
_EMPTY_ZIPF = 7.0
_LONE_RARITY = 1.8
_FEWEST_LETTERS = 3
# Words of reporting, which are in every article and on no list of function words.
_REPORTING = frozenset(
    """
    قال قالت واضاف اضاف اضافت اكد اكدت اعلن اعلنت اشار اشارت اوضح اوضحت ذكر ذكرت افاد افادت كشف نقل
    قوله تصريح تصريحات بيان اليوم امس عام سنه خلال الماضي الماضيه المقبل القادم الجاري وفق حسب عديد
    said says told added according also would could will one two three year years day week month
    people new last monday tuesday wednesday thursday friday saturday sunday
    dit selon ajoute affirme declare annee annees jour lundi mardi mercredi jeudi vendredi samedi
    dimanche plus deux trois
    dedi soyledi belirtti ifade etti eden olarak oldugu oldugunu gore kaydetti aciklama yil gun ay
    """.split()  # noqa: SIM905  a list this long reads better as words
)
_LETTERS = re.compile(r"[^\W\d_]+")

Key = tuple[str, ...]


class _Word(NamedTuple):  # a tuple, since there is one for every word of every article
    key: str  # folded, Arabic proclitics off
    rarity: float
    start: int
    end: int


class _Phrase(NamedTuple):
    key: Key
    text: str
    score: float
    first: int


class _Place(NamedTuple):
    text: str
    words: Sequence[_Word]
    position: int  # words before it


def extract_keyphrases(draft: Draft) -> Draft:
    """Set at most ten phrases, best first and apart; none in scripts without spaces."""
    title = list(_runs(draft.title, draft.title_tokens, draft.language))
    text = list(_runs(draft.text, draft.text_tokens, draft.language))
    counts = Counter(word.key for run in (*title, *text) for word in run)
    titled = {word.key for run in title for word in run}
    # A phrase that comes twice has words that do: most words of an article come once.
    likely = titled.union(word for word, count in counts.items() if count > 1)
    places = [*_phrases(draft.title, title, likely), *_phrases(draft.text, text, likely)]
    best = _apart(_scored(places, titled))
    keyphrases = [
        Keyphrase(text=one.text, score=round(one.score / best[0].score, 3)) for one in best
    ]
    return replace(draft, keyphrases=tuple(keyphrases))


def _phrases(
    text: str, runs: Iterable[Sequence[_Word]], likely: set[str]
) -> Iterator[tuple[Key, _Place]]:
    position = 0
    for run in runs:
        for first in range(len(run)):
            key: Key = ()
            for last in range(first, min(first + _LONGEST_WORDS, len(run))):
                if run[last].key not in likely:
                    break
                key = (*key, run[last].key)
                yield key, _Place(text, run[first : last + 1], position + first)
        position += len(run)


def _scored(places: Sequence[tuple[Key, _Place]], titled: set[str]) -> list[_Phrase]:
    counts = Counter(key for key, _ in places)
    firsts: dict[Key, _Place] = {}
    for key, place in places:
        firsts.setdefault(key, place)
    scored = [
        _Phrase(key, _written(place), _score(key, place, counts, titled), place.position)
        for key, place in firsts.items()
        if counts[key] > 1 or titled.issuperset(key)
    ]
    return sorted((one for one in scored if one.score), key=lambda one: (-one.score, one.first))


def _score(key: Key, place: _Place, counts: Mapping[Key, int], titled: set[str]) -> float:
    rarity = sum(word.rarity for word in place.words) / len(key)
    if len(key) == 1 and rarity < _LONE_RARITY:
        return 0.0
    early = 1 + _EARLY_WORDS / (_EARLY_WORDS + place.position)
    factor = _TITLE_FACTOR if titled.issuperset(key) else 1.0
    length = 1 + _LENGTH_FACTOR * (len(key) - 1)
    return math.log1p(counts[key]) * rarity * early * length * factor


def _written(place: _Place) -> str:
    return place.text[place.words[0].start : place.words[-1].end]


def _apart(ranked: Iterable[_Phrase]) -> list[_Phrase]:
    """Leave out what shares half of its words, or of the other's, with a better one."""
    kept: list[_Phrase] = []
    for phrase in ranked:
        words = frozenset(phrase.key)
        if all(2 * len(words & set(one.key)) < min(len(words), len(one.key)) for one in kept):
            kept.append(phrase)
            if len(kept) == _MOST:
                break
    return kept


def _runs(text: str, tokens: Tokens, language: str) -> Iterator[list[_Word]]:
    """Give the runs of words between stop words and anything but one space."""
    run: list[_Word] = []
    behind = -1
    readings = tokens.readings
    for index, folded in enumerate(tokens.folded[:_MAX_WORDS]):
        start, end = tokens.starts[index], tokens.ends[index]
        meant = _meant(folded, readings.get(index, ()), language)
        if run and (meant is None or start != behind + 1 or text[behind] != " "):
            yield run
            run = []
        behind = end
        if meant is not None:
            key, rarity = meant
            cut = 0 if key == folded else _proclitic(text[start:end], key)
            run.append(_Word(key, rarity, start + cut, end))
    if run:
        yield run


@lru_cache(maxsize=100_000)
def _meant(folded: str, readings: Sequence[str], language: str) -> tuple[str, float] | None:
    """Give a word without its proclitics, and its rarity; None for one that says nothing."""
    key = _named(folded, readings)
    if _says_nothing(folded, language) or _says_nothing(key, language):
        return None
    return key, _EMPTY_ZIPF - zipf(key, language)


def _named(folded: str, readings: Sequence[str]) -> str:
    """Give the word without conjunction and preposition, with its article."""
    for reading in readings:
        if reading.startswith("ال"):
            return reading
    if folded.startswith("ال") or not readings:
        return folded
    return readings[-1]


def _proclitic(written: str, key: str) -> int:
    """Count the letters before the word itself; 0 where they have grown together (لل)."""
    return next((cut for cut in range(1, 4) if fold(written[cut:]) == key), 0)


@cache
def _skipped(language: str) -> frozenset[str]:
    return _REPORTING | stop_words(language)


def _says_nothing(word: str, language: str) -> bool:
    fewest = _FEWEST_LETTERS if has_words(language) else _FEWEST_LETTERS + 1
    return (
        len(word) < fewest
        or word in _skipped(language)
        or _LETTERS.fullmatch(word) is None
        or (not word.isascii() and is_cjk(word))
    )
