"""The phrases that say what an article is about.

Runs of one to three words between stop words and punctuation, scored by how often and how early
they come and how rare their words are. Own, since YAKE is GPL and takes 12 times as long.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from rasad_core.events import Frozen, Keyphrase
from rasad_core.text.normalise import fold
from rasad_core.text.tokenise import is_cjk
from rasad_core.text.tokens import Tokens
from rasad_enrich.draft import Draft
from rasad_enrich.steps.frequency import has_words, stop_words, zipf

_MOST = 10
_LONGEST_WORDS = 3
# A phrase further back than this many words says no more about the article than its tail does.
_MAX_WORDS = 800
_EARLY_WORDS = 60
_TITLE_FACTOR = 1.6
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
_PLAIN = re.compile(r"[^\W\d_]+")


class _Word(Frozen, frozen=True, kw_only=True):
    key: str  # folded, Arabic proclitics off
    start: int
    end: int
    rarity: float


class _Phrase:
    """What is known of one phrase: how often, how early, in the headline or not, written how."""

    __slots__ = ("count", "first", "in_title", "rarity", "text", "words")

    def __init__(self, words: Sequence[_Word], text: str, first: int, *, in_title: bool) -> None:
        self.words = tuple(word.key for word in words)
        self.rarity = sum(word.rarity for word in words) / len(words)
        self.text = text
        self.first = first
        self.in_title = in_title
        self.count = 0

    @property
    def score(self) -> float:
        early = 1 + _EARLY_WORDS / (_EARLY_WORDS + self.first)
        long = 1 + 0.35 * (len(self.words) - 1)
        factor = _TITLE_FACTOR if self.in_title else 1.0
        return math.log1p(self.count) * self.rarity * early * long * factor


def extract_keyphrases(draft: Draft) -> Draft:
    """Set at most ten phrases, best first and apart; none in scripts without spaces."""
    phrases: dict[tuple[str, ...], _Phrase] = {}
    _collect(phrases, draft.title, draft.title_tokens, draft.language, in_title=True)
    _collect(phrases, draft.text, draft.text_tokens, draft.language, in_title=False)
    likely = [
        phrase
        for phrase in phrases.values()
        if (phrase.count > 1 or phrase.in_title)
        and (len(phrase.words) > 1 or phrase.rarity >= _LONE_RARITY)
    ]
    best = _apart(sorted(likely, key=lambda phrase: (-phrase.score, phrase.first)))
    if not best:
        return draft
    top = best[0].score
    keyphrases = tuple(
        Keyphrase(text=phrase.text, score=round(phrase.score / top, 3)) for phrase in best
    )
    return replace(draft, keyphrases=keyphrases)


def _collect(
    phrases: dict[tuple[str, ...], _Phrase],
    text: str,
    tokens: Tokens,
    language: str,
    *,
    in_title: bool,
) -> None:
    position = 0
    for run in _runs(text, tokens, language):
        for first in range(len(run)):
            for last in range(first + 1, min(first + _LONGEST_WORDS, len(run)) + 1):
                words = run[first:last]
                key = tuple([word.key for word in words])
                phrase = phrases.get(key)
                if phrase is None:
                    written = text[words[0].start : words[-1].end]
                    phrase = _Phrase(words, written, position + first, in_title=in_title)
                    phrases[key] = phrase
                phrase.count += 1
        position += len(run)


def _runs(text: str, tokens: Tokens, language: str) -> Iterator[list[_Word]]:
    """Give the runs of words between stop words and anything but one space."""
    run: list[_Word] = []
    end = -1
    for index in range(min(len(tokens), _MAX_WORDS)):
        word = _word(text, tokens, index, language)
        if run and (word is None or text[end : tokens.starts[index]] != " "):
            yield run
            run = []
        end = tokens.ends[index]
        if word is not None:
            run.append(word)
    if run:
        yield run


def _word(text: str, tokens: Tokens, index: int, language: str) -> _Word | None:
    folded = tokens.folded[index]
    readings = tokens.readings.get(index, ())
    key = _named(folded, readings)
    if _says_nothing(folded, language) or (key != folded and _says_nothing(key, language)):
        return None
    start, end = tokens.starts[index], tokens.ends[index]
    if key != folded:
        written = text[start:end]
        cut = next((cut for cut in range(1, 4) if fold(written[cut:]) == key), None)
        if cut is None:
            key = folded
        else:
            start += cut
    return _Word(key=key, start=start, end=end, rarity=_EMPTY_ZIPF - zipf(key, language))


def _named(folded: str, readings: Sequence[str]) -> str:
    """Give the word without conjunction and preposition, with its article."""
    for reading in readings:
        if reading.startswith("ال"):
            return reading
    if folded.startswith("ال") or not readings:
        return folded
    return readings[-1]


@cache
def _skipped(language: str) -> frozenset[str]:
    return _REPORTING | stop_words(language)


def _says_nothing(word: str, language: str) -> bool:
    return (
        len(word) < _FEWEST_LETTERS
        or word in _skipped(language)
        or _PLAIN.fullmatch(word) is None
        or (not word.isascii() and is_cjk(word))
        or (not has_words(language) and len(word) < _FEWEST_LETTERS + 1)
    )


def _apart(ranked: Iterable[_Phrase]) -> list[_Phrase]:
    """Leave out what shares half of its words, or of the other's, with a better one."""
    kept: list[_Phrase] = []
    for phrase in ranked:
        words = frozenset(phrase.words)
        if all(2 * len(words & set(one.words)) < min(len(words), len(one.words)) for one in kept):
            kept.append(phrase)
            if len(kept) == _MOST:
                break
    return kept
