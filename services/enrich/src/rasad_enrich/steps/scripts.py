"""Which script a text is written in, by the blocks its letters come from."""

import re
from functools import cache
from typing import Literal

Script = Literal[
    "latin", "arabic", "cyrillic", "greek", "hebrew", "han", "kana", "hangul", "thai", "other", ""
]

_BLOCKS: tuple[tuple[Script, re.Pattern[str]], ...] = (
    ("latin", re.compile(r"[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u024f\u1e00-\u1eff]")),
    ("arabic", re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff"
                          r"\ufe70-\ufefc]")),
    ("cyrillic", re.compile(r"[\u0400-\u052f]")),
    ("greek", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("hebrew", re.compile(r"[\u05d0-\u05ea]")),
    ("han", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("kana", re.compile(r"[\u3041-\u30ff]")),
    ("hangul", re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")),
    ("thai", re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]")),
)  # fmt: skip
_ANY_LETTER = re.compile(r"[^\W\d_]")


def main_script(text: str) -> Script:
    """Name the script of most letters; "" where there is no letter.

    Kana anywhere beside Han is Japanese writing and counts as kana.
    """
    letters = len(_ANY_LETTER.findall(text))
    if not letters:
        return ""
    counts: dict[Script, int] = {}
    for script, block in _BLOCKS:
        counts[script] = len(block.findall(text))
        if counts[script] * 2 > letters and script != "han":
            return script
    if counts["kana"]:
        counts["kana"] += counts["han"]
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] * 2 >= letters or sum(counts.values()) * 2 >= letters else "other"


@cache
def script_of(letter: str) -> Script:
    """Name the script of one letter; "" for what is no letter."""
    return main_script(letter)
