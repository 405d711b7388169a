"""The two written forms of a word: folded, which queries compare by default, and exact.

A query has no language, so neither has folding: it does the same to every text.
"""

import re
import unicodedata

# A token in its longest written form, `lang|stem`, has at most 255 UTF-16 units (LANGUAGE 25):
# Elasticsearch's tokenizer splits longer ones. 15 are kept for the language and its bar.
MAX_UNITS = 240


def _table() -> dict[int, str | None]:
    """Build the letters that NFKC and case folding leave apart and a reader does not."""
    table: dict[int, str | None] = {}
    pairs = (
        ("ı", "i"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ð", "d"), ("ħ", "h"), ("ŧ", "t"),
        ("þ", "th"), ("æ", "ae"), ("œ", "oe"), ("ŋ", "n"), ("ƶ", "z"), ("ƀ", "b"), ("ɨ", "i"),
        # Arabic: alef forms, final forms, Persian and Urdu letters on their Arabic ones.
        ("آ", "ا"), ("أ", "ا"), ("إ", "ا"), ("ٱ", "ا"), ("ٲ", "ا"), ("ٳ", "ا"), ("ٵ", "ا"),
        ("ى", "ي"), ("ی", "ي"), ("ې", "ي"), ("ة", "ه"), ("ۀ", "ه"), ("ە", "ه"), ("ہ", "ه"),
        ("ۃ", "ه"), ("ۂ", "ه"), ("ھ", "ه"), ("ک", "ك"), ("ڪ", "ك"),
        ("٬", ","), ("٫", "."),
    )  # fmt: skip
    table.update({ord(letter): plain for letter, plain in pairs})
    dropped = (
        (0x0640, 0x0640),  # tatweel
        (0x0610, 0x061A), (0x064B, 0x0652), (0x0656, 0x065F), (0x0670, 0x0670),  # harakat
        (0x06D6, 0x06DC), (0x06DF, 0x06E4), (0x06E7, 0x06E8), (0x06EA, 0x06ED),  # Quran marks
        (0x08D3, 0x08FF), (0x0898, 0x089F),
        (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7),
        (0x02B9, 0x02BF),  # the strokes that stand for ayn and hamza in romanised Arabic
        # Invisible: soft hyphen, joiners, bidi marks, fillers, variation selectors, tags.
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
        (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF),
    )  # fmt: skip
    for first, last in dropped:
        table.update(dict.fromkeys(range(first, last + 1)))
    return table


_TABLE = _table()
_MARKS = re.compile(
    r"[\u0300-\u036F\u0653-\u0655\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20F0\uFE20-\uFE2F]+"
)
_HAMZA = "\u0654"
_STRESS = "\u0300\u0301"
_DOTS = "\u0308"
# Only these letters change in a word of plain Arabic letters: most words there are, kept quick.
_PLAIN_ARABIC = re.compile(r"[\u0621-\u063A\u0641-\u064A]+")
_PLAIN_FOLDING = str.maketrans("أإآىة", "ااايه")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]+"
)
_WHITE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Give the form compared by default: no case, accents, harakat or letter variants.

    Idempotent. White space stays white space; text may fold to nothing.
    """
    if text.isascii():
        return text.lower()
    if _PLAIN_ARABIC.fullmatch(text):
        return text.translate(_PLAIN_FOLDING)
    folded = _folded_once(text)
    while (again := _folded_once(folded)) != folded:
        folded = again
    return folded


def fold_value(value: str) -> str:
    """Fold a metadata value; runs of white space become one space, none at the ends."""
    return " ".join(fold(value).split())


def exact(token: str) -> str:
    """Give a token as written: NFC, without what cannot be seen (bidi marks, soft hyphens).

    Joiners stay: Persian and the scripts of India spell with them.
    """
    if token.isascii() or _PLAIN_ARABIC.fullmatch(token):
        return token
    return _WHITE.sub("", unicodedata.normalize("NFC", _INVISIBLE.sub("", token)))


def cut(form: str) -> str:
    """Cut a form of a token to `MAX_UNITS` UTF-16 units, never inside a character."""
    if len(form) <= MAX_UNITS // 2:
        return form
    units = form.encode("utf-16-le", "surrogatepass")[: 2 * MAX_UNITS]
    return units.decode("utf-16-le", "ignore")


def _folded_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    text = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    text = _MARKS.sub(_kept_mark, unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", text)


def _kept_mark(marks: re.Match[str]) -> str:
    """Give the mark that makes another letter (ؤ ئ, й ї ў ѓ ќ); accents and stress give none.

    ё is е to most who write it.
    """
    letter = marks.string[marks.start() - 1] if marks.start() else ""
    if letter in "وي":
        return _HAMZA if _HAMZA in marks[0] else ""
    if not "\u0400" <= letter <= "\u052f":
        return ""
    kept = (mark for mark in marks[0] if mark not in _STRESS or letter in "гк")
    first = next(kept, "")
    return "" if letter == "е" and first == _DOTS else first
