"""Text to tokens, for documents and for the words of a query alike.

Both are cut by the same pattern (a query's has `*` and `?` as further letters) and take their
forms from the same functions, so a token typed as it is written in a text is found there.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from rasad_core.events import Frozen
from rasad_core.text.arabic import readings
from rasad_core.text.boundaries import paragraph_ends, sentence_ends
from rasad_core.text.normalise import cut, exact, fold
from rasad_core.text.stem import stem
from rasad_core.text.tokens import Tokens

# Scripts written without spaces, halfwidth and prolonged-sound marks included.
_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\u30FC\uFF70"
_RUN = rf"[[{_SCRIPTS}]&&[\p{{L}}\p{{N}}]--\p{{Nd}}]"
_MARK = r"\p{M}\uFF9E\uFF9F"
# Letters that stand for an apostrophe part words as an apostrophe does.
_START = rf"[[\p{{L}}\p{{N}}]--[{_RUN}ʹ-ʿ]]"
_INSIDE = rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{_RUN}ʹ-ʿ]]"
# Invisible between two letters: soft hyphen, joiners, bidi marks.
_JOIN = r"[\u00AD\u061C\u200C-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]"


def _pattern(wild: str) -> "regex.Pattern[str]":
    start, inside = (rf"[{letters}{wild}]" for letters in (_START, _INSIDE))
    return regex.compile(
        rf"""(?V1)
        [A-Za-z](?:\+\+|\#(?!{inside}))             # C++ C# F#
        | {start}{inside}*+
            (?:(?:{_JOIN}++|(?<=\d)[.,٫٬](?=[\d{wild}])){inside}++)*+
        | (?<!{inside}|_)[#＃@＠](?=\d*_*{start}) (?!\d++(?!{inside}|_))
            (?:{inside}|[_{_SCRIPTS}])++
        | (?<!{inside})\.[Nn][Ee][Tt](?!{inside})
        | ({_RUN}(?:[{_RUN}{_MARK}]|{_JOIN}++(?={_RUN}))*+)
        """,
        regex.VERBOSE,
    )


_DOCUMENT = _pattern("")
_QUERY = _pattern("*?")
_CJK = regex.compile(rf"(?V1)[{_SCRIPTS}]")
_JOINS = regex.compile(rf"(?V1){_JOIN}+")
_CLUSTER = regex.compile(r"(?V1)\X")

Offsets = list[tuple[int, int]]


class QueryToken(Frozen, frozen=True, kw_only=True):
    """One token of a query's word; `text` is folded, or as written where exact was asked for."""

    text: str
    wildcard: bool


def is_cjk(word: str) -> bool:
    """Say whether a word holds letters of a script that is written without spaces."""
    return _CJK.search(word) is not None


def tokenise(text: str, language: str = "und", *, stems: bool = False) -> Tokens:
    """Cut a text into its three aligned streams; offsets are into `text` as given.

    `language` matters for stems alone, which cost as much as all the rest.
    """
    spans = _spans(text)
    forms = [_form(text[start:end]) for start, end in spans]
    if not all(forms):
        spans = [span for span, form in zip(spans, forms, strict=True) if form]
    kept = [form for form in forms if form]
    folded = [form[0] for form in kept]
    return Tokens(
        folded=folded,
        exact=[form[1] for form in kept],
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
        readings={index: form[2] for index, form in enumerate(kept) if form[2]},
        stems=[cut(stem(word, language)) for word in folded] if stems else (),
    )


def sentence_numbers(tokens: Tokens, text: str) -> Sequence[int]:
    """Give for each token the number of its sentence, from 0."""
    return _numbers(tokens.starts, sentence_ends(text))


def paragraph_numbers(tokens: Tokens, text: str) -> Sequence[int]:
    """Give for each token the number of its paragraph, from 0."""
    return _numbers(tokens.starts, paragraph_ends(text))


def query_tokens(written: str, *, exact: bool = False) -> tuple[QueryToken, ...]:
    """Cut a word or phrase of a query as a document is cut; `*` and `?` stay wildcards.

    A lone letter of a script without spaces becomes a prefix, since every letter of such a run
    begins a token; of a longer run the last, one-letter token is left out.
    """
    found: list[QueryToken] = []
    for match in _QUERY.finditer(written):
        if match.lastindex:
            found.extend(_run_tokens(match[0], exact=exact))
        elif text := _query_form(match[0], exact=exact):
            found.append(QueryToken(text=text, wildcard="*" in text or "?" in text))
    return tuple(found)


def _run_tokens(run: str, *, exact: bool) -> Iterator[QueryToken]:
    spans = _spans(run)
    if len(spans) == 1:
        yield QueryToken(text=_query_form(run, exact=exact) + "*", wildcard=True)
    for start, end in spans[:-1]:
        yield QueryToken(text=_query_form(run[start:end], exact=exact), wildcard=False)


def _spans(text: str) -> Offsets:
    spans: Offsets = []
    for match in _DOCUMENT.finditer(text):
        if match.lastindex:
            spans.extend(_bigrams(text, *match.span()))
        else:
            spans.append(match.span())
    return spans


def _bigrams(text: str, start: int, end: int) -> Offsets:
    """Give each letter of a run, with its marks, together with the one behind it."""
    clusters = [match.span() for match in _CLUSTER.finditer(text, start, end)]
    letters = [span for span in clusters if _form(text[span[0] : span[1]])]
    behind = [*letters[1:], *letters[-1:]]
    return [(first[0], second[1]) for first, second in zip(letters, behind, strict=True)]


def _query_form(piece: str, *, exact: bool) -> str:
    form = _form(piece)
    return form[1 if exact else 0] if form else ""


# A newsroom's week has about half a million distinct words; the usual ones stay.
@lru_cache(maxsize=200_000)
def _form(piece: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Give the folded and exact form and the readings, or None for what folds to nothing."""
    folded = cut("".join(fold(_JOINS.sub("", piece)).split()))
    if not folded:
        return None
    return folded, cut(exact(piece)) or folded, readings(folded)


def _numbers(starts: Sequence[int], ends: Sequence[int]) -> Sequence[int]:
    return [bisect_left(ends, start + 1) for start in starts]
