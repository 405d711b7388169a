"""A text reduced letter by letter to less than its folded form: a quick test before analysis.

Where a word is found by its folded or exact form, its skeleton is in the skeleton of the text.
The opposite need not hold: marks that make another letter (ؤ, й) are gone too.
"""

import unicodedata

from rasad_core.text.normalise import fold


class _Letters(dict[int, str]):
    """What becomes of each letter, found out when it is first met; no larger than Unicode."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFKD", fold(chr(code)))
        kept = "".join(
            each for each in letters if not unicodedata.combining(each) and not each.isspace()
        )
        self[code] = kept
        return kept


# The only white space that stays, so that lines can be counted.
_LETTERS = _Letters({ord("\n"): "\n"})


def skeleton(text: str) -> str:
    """Give the skeleton of a text; nothing but a line's end becomes one."""
    if text.isascii():
        return "\n".join("".join(line.split()) for line in text.lower().split("\n"))
    return text.translate(_LETTERS)
