"""Gibberish that one charset's letters make when they are read as another's."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u0e00-\u0e7f]")
# A capital after a small letter inside a word; "McDonald" has one, mojibake has many.
_CAPITAL_INSIDE = re.compile("[a-zß-öø-ÿа-яё][À-ÖØ-ÞА-ЯЁ]")
# One foreign word in three; real text that mixes scripts, such as brand names in Arabic, has
# fewer than one in twenty of them glued together.
_MOST = 1 / 3
_SAMPLE_CHARACTERS = 40_000
# Currency, fractions, accents standing alone: what the second bytes of CJK charsets become.
_SYMBOL = re.compile("[¡-ª¬-¯±-¶¸-º¼-¿×÷]")
# Turkish ğ ş ı İ read as Western letters; Icelandic, which has these, has many of the others too.
_TURKISH_AS_WESTERN = re.compile("[ðþýÝÞÐ]")
_ICELANDIC = re.compile("[áíúæÁÍÚÆ]")


def is_mojibake(text: str) -> bool:
    """Say whether the words with letters beyond ASCII look like none of any language."""
    sample = text[:_SAMPLE_CHARACTERS]
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    symbols = len(_SYMBOL.findall(sample))
    letters = sum(not letter.isascii() for word in words for letter in word)
    # A page of prices has symbols too, beside few foreign letters.
    if len(words) > 5 and symbols > letters / 4:
        return True
    bad = sum(map(_is_strange, words))
    return bad > len(words) * _MOST


def looks_turkish(western: str) -> bool:
    """Say whether text read as Western European is Turkish in truth."""
    turkish = len(_TURKISH_AS_WESTERN.findall(western))
    # In Icelandic the two are about as frequent, in Turkish the others stand in names only.
    return turkish > 4 * len(_ICELANDIC.findall(western))


def _is_strange(word: str) -> bool:
    if _LATIN.search(word) and _OTHER_SCRIPT.search(word):
        return True
    foreign = sum(not letter.isascii() for letter in word)
    if _LATIN.search(word) and len(word) > 3 and foreign * 3 > len(word) * 2:
        return True
    return bool(_CAPITAL_INSIDE.search(word))
