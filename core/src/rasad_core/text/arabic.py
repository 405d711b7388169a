"""Arabic proclitics: what else a written word may be read as (LANGUAGE 14).

A written word may carry a conjunction (و ف), then a preposition (ب ل ك), then the article (ال).
Whether its first letter is one of these or belongs to the word, letters alone cannot say: وزير is
a word, وتركيا is "and Turkey". The evidence is `wordfreq`'s list of Arabic words as written in
web, news and subtitles: a word is whole when it is common and what would be left is rarer.
Unknown words lose what looks like a proclitic: most are names with one, and what is left of the
others is no word that anybody asks for.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from rasad_core.events import Frozen
from rasad_core.text.normalise import fold

_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"
_ARTICLE = "ال"
_FIRST_LETTERS = frozenset(_CONJUNCTIONS + _PREPOSITIONS + _ARTICLE[0])
# A word is whole when it is more common than what is left by more than this, in powers of ten.
# Read off the 260 commonest words of each letter in 2,540 news articles. With three letters left:
# و joins almost anything (وأضاف is .5 above أضاف, وحدة .7 above حدة); ف and ك are rare before
# nouns and common in them (فيصل, كمال); ب and ل lie between (بشكل .8, بيان 1.1; لمدة .5, لجنة 1.1).
_MARGIN = {"و": 0.55, "ف": -1.0, "ب": 0.85, "ل": 0.55, "ك": -1.1}
# With two letters left: لكل -1.0, لحل -.7 against لقد -.6; ومن -1.5, وهو -.4 against ورد -.2;
# فهو -1.3 against فاس -.9; بما -1.0 against بهم -.5; ككل -2.4 against كلم -2.2.
_MARGIN_SHORT = {"و": -0.3, "ف": -1.05, "ب": -1.0, "ل": -0.65, "ك": -2.3}
# Before an article the letter is a proclitic almost always (بالإضافة is 2.1 above الإضافة).
_MARGIN_BEFORE_ARTICLE = 2.5
# Endings of words too rare for the list whose beginning is in it: كتابهم is whole as كتاب is.
_ENDINGS = ("هما", "ها", "هم", "هن", "ه", "نا", "كم", "ك", "تين", "تان", "ات", "ين", "ون", "ان",
            "وا", "يه", "يا", "ي", "ا", "ت")  # fmt: skip
# Where the frequencies say otherwise and a reader does not.
_WHOLE = frozenset(
    """
    واحد واحدا وادي وجهه ورود والد والده والي ولاء واصل وصفه وردت وارد واثق وديه وجودي وجوده وداع
    وجيه وباء واقف وعود ورقيه وسعت وردي وفاق وهمي وحوش وكيلا وفود وداد ودود وضيع واصف وجدتها وجدته
    وجدها وزنا وضحت وقفا وديا وليم وولف واضع واكب واكبت
    فتحت فاصل فاصلا فادي فلين فعلي فعليه فيصل فالس فارس فارق فلكي فلاح فحوي فقد فيري فصلي فصله
    فقاعه فتحيه فراس فاهم فرضا فاجر فقري فاكس فظاعه
    بطاقه بطاقات بلديه بلديات باراك بوزيد بالغ بالون باليه بالغه بدوي بقيه بلدي بعيد بنيه باجه
    برد بال بطولي بلاتين بنما بليز بوتسوانا بكين بايدن بابا بديل بديلا بحيره بارد بارز بوست بدانا
    بشير بلال بيلا بطله بيبي بوتر بلاء بادر برايان بشره بحثت برهان بستان بعضه بريت براد باسل بتاتا
    باطل برقيه بدري بصير بولين بدعه بليغ بيار بدنا براند بيوتا بكري بدني بولند بوعلي
    لسان ليلي ليلا لازم ليون لدينا ليبي لسنا لاذ لاوس ليسوتو لاغوس لاهور لاهاي لقطه لازال ليستر
    لوكاس لورا لويد لعله لعلها لمست لمسنا لحام ليام لوبي لغزا ليفني
    كانا كولا كاهل كمون كلهم كاري كذلك كراس كوفي كسوف كلو كابو كيري كولن كلاي كسري كروي كرام كريد
    كراسه كاميره كويل كليو
    الله التي الذي الذين اللذين اللتين اللتان اللواتي اللاتي الان الياس
    التزام التزامات التزم التزمت التهاب التهابات التماس التحاق التحق التحقت التقاط التقط التقطت
    التقاء التقي التقت التفاف التباس التصاق
    """.split()  # noqa: SIM905  words read better than quoted words
)
_JOINED = frozenset(
    """
    وبالتالي بحق بخصوص بصدد بواسطه بموجب بمثابه بمفرده بمفردها بلقاء بكوريا كجزء كبديل فمثلا
    """.split()  # noqa: SIM905  as above
)


class _Words(Frozen, frozen=True, kw_only=True):
    """The words of the list, and those of them whose first letters are their own."""

    known: frozenset[str]
    whole: frozenset[str]


def readings(folded: str) -> tuple[str, ...]:
    """Give the further readings of a folded word with proclitics off, longest first.

    Three at most; none for a word known whole, or one that is not Arabic.
    """
    if folded[:1] not in _FIRST_LETTERS:
        return ()
    found: list[str] = []
    rest = folded
    if rest[0] in _CONJUNCTIONS and not _is_whole(rest):
        rest = rest[1:]
        found.append(rest)
    if rest == "لله":
        return (*found, "الله")
    if rest.startswith("لل") and len(rest) > 3:
        longest, *between, shortest = _assimilated(rest)
        return (*found, longest, shortest) if found else (longest, *between, shortest)
    if rest[:1] in _PREPOSITIONS and not _is_whole(rest):
        rest = rest[1:]
        found.append(rest)
    if rest.startswith(_ARTICLE) and not _is_whole(rest):
        found.append(rest[len(_ARTICLE) :])
    return tuple(found)


def spellings(word: str) -> tuple[str, ...]:
    """Give the folded words that may be read as `word`: itself, and with proclitics."""
    return (word, *(each for each in beginnings(word) if word in readings(each)))


def beginnings(word: str) -> tuple[str, ...]:
    """Give what a folded word begins with that may be read as one that begins with `word`."""
    bare = [word, _ARTICLE + word, *(letter + word for letter in _PREPOSITIONS)]
    bare += [f"{letter}{_ARTICLE}{word}" for letter in _PREPOSITIONS]
    bare.append(f"لل{word}")
    if word[:2] in (_ARTICLE, _ARTICLE[0]):
        bare += [f"ل{word[2:]}", f"لل{word[2:]}"]
    return tuple(dict.fromkeys(first + rest for first in ("", *_CONJUNCTIONS) for rest in bare))


def _is_whole(word: str) -> bool:
    """Say whether the first letter, or `ال`, is part of the word itself."""
    words = _words()
    rest = word[1:]
    if rest[:1].isdigit():  # و29 is "and 29", be it ever so short
        return False
    if len(word) < 3 or word in words.known:
        return len(word) < 3 or word in words.whole
    if word.startswith(_ARTICLE):
        return len(word) < 4
    if rest in words.known:
        return len(rest) == 2 and word[0] in "فك"
    return len(rest) < 3 or _ends_like_a_whole_word(word, words.whole)


def _ends_like_a_whole_word(word: str, whole: frozenset[str]) -> bool:
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        # The feminine ending is written ت before another: وزارتها is وزارة with an ending.
        if stem != word and (stem in whole or (stem[-1:] == "ت" and stem[:-1] + "ه" in whole)):
            return len(stem) > 2
    return False


def _assimilated(word: str) -> tuple[str, ...]:
    """Read لل: للجيش is ل + الجيش, للجنة is ل + اللجنة, للبنان is ل + لبنان.

    An unknown name may be either: للمنستير has the article, للوبومباشي has not.
    """
    after_one, after_two = word[1:], word[2:]
    words = _words()
    if after_one in words.whole:
        return _ARTICLE + after_one, after_one
    if after_two in words.known:
        return _ARTICLE + after_two, after_two
    return _ARTICLE + after_two, after_one, after_two


@cache
def _words() -> _Words:
    """Judge the words used more than once in a million; 0.2 s, once, most of it for the import.

    The larger list (600,000 words, 96 MB) was tried: its rare words are mostly forms with
    proclitics, which is what we ask it about.
    """
    import wordfreq

    # Not `get_frequency_dict`, which keeps all 57,000 words in memory for good.
    bins = wordfreq.read_cBpack(str(wordfreq.available_languages("small")["ar"]))
    folded: dict[str, float] = defaultdict(float)
    hamza: dict[str, float] = defaultdict(float)
    for centibels, words in enumerate(bins):
        frequency = 10 ** (-centibels / 100)
        for word in words:
            form = fold(word)
            folded[form] += frequency
            if form.startswith(_ARTICLE):
                hamza[form] += -frequency if word.startswith(_ARTICLE) else frequency
    judged = (word for word in folded if word[:1] in _FIRST_LETTERS and len(word) > 2)
    # No article is written with a hamza: what mostly is, as ألمانيا, begins with ال of its own.
    whole = frozenset(
        word for word in judged if hamza.get(word, 0) > 0 or _judged_whole(word, folded)
    )
    return _Words(known=frozenset(folded) | _WHOLE | _JOINED, whole=whole - _JOINED | _WHOLE)


def _judged_whole(word: str, frequencies: Mapping[str, float]) -> bool:
    if word[0] not in _MARGIN:
        return not word.startswith(_ARTICLE) or len(word) < 4
    rest = word[1:]
    left = frequencies.get(rest)
    if left is None:
        return True
    difference = math.log10(frequencies[word] / left)
    if rest.startswith(_ARTICLE) and len(rest) > 4:
        return difference >= _MARGIN_BEFORE_ARTICLE
    margins = _MARGIN if len(rest) > 2 else _MARGIN_SHORT
    return difference >= margins[word[0]]
