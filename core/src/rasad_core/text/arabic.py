"""Arabic proclitics: what else a written word may be read as (LANGUAGE 14).

A written word may carry a conjunction (و ف), then a preposition (ب ل ك), then the article (ال).
Whether its first letter is one of these or belongs to the word, letters alone cannot say: وزير is
a word, وتركيا is "and Turkey". The evidence is `wordfreq`'s list of Arabic words, whose
frequencies come from web, news and subtitles: a word is whole when it is common and what would be
left is rarer.
"""

import math
from functools import lru_cache

import wordfreq

_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"
_ARTICLE = "ال"
# What is left of a word must have this many letters. Two would strip ولد, فقد and بعد.
_FEWEST_LETTERS = 3
# How much more common the whole may be than what is left before it counts as a word of its own,
# in powers of ten. Read off 2,540 news articles by eye, the 160 commonest words of each letter:
# و joins almost anything (وأضاف is .5 above أضاف, وحدة .7 above حدة); ف and ك are rare before
# nouns and common in them (فيصل, كمال); ب and ل lie between (بشكل .8, بيان 1.1; لمدة .5, لجنة 1.1).
_MARGIN = {"و": 0.55, "ف": -1.0, "ب": 0.85, "ل": 0.55, "ك": -1.1}
# Before an article the letter is a proclitic almost always (بالإضافة is 2.1 above الإضافة).
_MARGIN_BEFORE_ARTICLE = 2.5
# Where the frequencies say otherwise and a reader does not.
_WHOLE = frozenset(
    """
    واحد وادي وجهه ورود والد والده والي ولاء
    فتحت فاصل فادي فلين فعلي فعليه فيصل فالس فارس فارق
    بطاقه بطاقات بلديه بلديات باراك بوزيد بالغ بالون باليه بالغه بدوي بقيه بلدي
    لسان ليلي ليلا لازم ليون لدينا ليبي
    كانا كولا كاهل كمون كلهم كاري كذلك
    الله التي الذي الذين اللذين اللتين الان المانيا الماني المانيه البانيا الباني البانيه الكترون
    الكتروني الكترونيه العاب الغاء القاء القت التزام التهاب التقاط التماس التحاق الحاق الصاق الهام
    الوان الاف الات الفه الفت اليه اليها اليهم اليك الينا اليات اليه الزام الياف
    """.split()  # noqa: SIM905  words read better than quoted words
)


@lru_cache(maxsize=200_000)
def readings(folded: str) -> tuple[str, ...]:
    """Give the further readings of a folded word with proclitics off, longest first.

    Three at most; none for a word known whole, or one that is not Arabic.
    """
    if folded[:1] not in _FIRST_LETTERS:
        return ()
    found: list[str] = []
    rest = folded
    if _strips(rest, _CONJUNCTIONS):
        rest = rest[1:]
        found.append(rest)
    if rest.startswith("لل") and len(rest) > _FEWEST_LETTERS:
        return (*found, *_assimilated(rest))
    if _strips(rest, _PREPOSITIONS):
        rest = rest[1:]
        found.append(rest)
    if rest.startswith(_ARTICLE) and len(rest) > _FEWEST_LETTERS and rest not in _WHOLE:
        found.append(rest[len(_ARTICLE) :])
    return tuple(found)


_FIRST_LETTERS = frozenset(_CONJUNCTIONS + _PREPOSITIONS + _ARTICLE[0])


def _strips(word: str, letters: str) -> bool:
    """Say whether the first letter of `word` is one of `letters` in front of another word."""
    rest = word[1:]
    if word[:1] not in letters or word in _WHOLE:
        return False
    if rest[:1].isdigit():
        return True
    if len(rest) < _FEWEST_LETTERS:
        return False
    whole, left = _magnitude(word), _magnitude(rest)
    if whole == 0:
        return True
    before_article = rest.startswith(_ARTICLE) and len(rest) > len(_ARTICLE) + _FEWEST_LETTERS - 1
    margin = _MARGIN_BEFORE_ARTICLE if before_article else _MARGIN[word[0]]
    return left > 0 and whole - left < margin


def _assimilated(word: str) -> tuple[str, ...]:
    """Read لل: للجيش is ل + الجيش, للبنان is ل + لبنان, للجنة may be ل + اللجنة."""
    after_one, after_two = word[1:], word[2:]
    if _magnitude(after_one) > _magnitude(after_two):
        return _ARTICLE + after_one, after_one
    return _ARTICLE + after_two, after_two


def _magnitude(folded: str) -> float:
    return _magnitudes().get(folded, 0.0)


@lru_cache(maxsize=1)
def _magnitudes() -> dict[str, float]:
    """Load the words used more than once in a million, as log10 of uses in 10^9; 0.1 s, 8 MB.

    The larger list (600,000 words, 96 MB) was tried: its rare words are mostly forms with
    proclitics, which is what we ask it about.
    """
    frequencies: dict[str, float] = {}
    for word, frequency in wordfreq.get_frequency_dict("ar", wordlist="small").items():
        folded = word.translate(_FOLDING)
        frequencies[folded] = frequencies.get(folded, 0.0) + frequency
    return {word: math.log10(frequency * 1e9) for word, frequency in frequencies.items()}


# The letters that `normalise.fold` changes in this list, which has no harakat.
_FOLDING = str.maketrans("أإآٱىة", "اااايه")
