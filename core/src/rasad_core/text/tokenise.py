"""Text to tokens, for documents and for the words of a query alike.

Both are cut by the same pattern (a query's has `*` and `?` as further letters) and take their
forms from the same functions, so a token typed as it is written in a text is found there.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import regex

from rasad_core.events import Frozen
from rasad_core.text.arabic import readings
from rasad_core.text.boundaries import paragraph_ends, sentence_ends
from rasad_core.text.normalise import cut, exact, fold, fold_value
from rasad_core.text.stem import stem
from rasad_core.text.tokens import Tokens

# Scripts written without spaces, halfwidth and prolonged-sound marks included.
_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\u30FC\uFF70"
_RUN = rf"[[{_SCRIPTS}]&&[\p{{L}}\p{{N}}]--\p{{Nd}}]"
# Letters that stand for an apostrophe part words as an apostrophe does.
_START = rf"[[\p{{L}}\p{{N}}]--[{_RUN}ʹ-ʿ]]"
_INSIDE = rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{_RUN}ʹ-ʿ]]"
# Invisible between two letters: soft hyphen, joiners, bidi marks.
_JOIN = r"\u00AD\u061C\u200C-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF"


def _pattern(wild: str) -> "regex.Pattern[str]":
    start, inside = (rf"[{letters}{wild}]" for letters in (_START, _INSIDE))
    return regex.compile(
        rf"""(?V1)
        [A-Za-z](?:\+\+|\#(?!{inside}))                         # C++ C# F#
        | {start}{inside}*+                                     # word, 29, 1,000, 3.5bn
            (?:(?:[{_JOIN}]++|(?<=\d)[.,٫٬](?=[\d{wild}])){inside}++)*+
        | (?<!{inside}|_)[#＃@＠](?=[\d_]*+[[^\W\d_]{wild}])    # #tag, @name
            (?:[{inside}{_SCRIPTS}_])++
        | (?<!{inside})\.[Nn][Ee][Tt](?!{inside})               # .NET
        | ({_RUN}(?:[{_RUN}\p{{M}}\uFF9E\uFF9F]|[{_JOIN}\u200B]++(?={_RUN}))*+)
        """,
        regex.VERBOSE,
    )


_DOCUMENT = _pattern("")
_QUERY = _pattern("*?")
_CJK = regex.compile(rf"(?V1){_RUN}")
_LETTER = regex.compile(r"\X")
_CHUNK = re.compile(r"\S+")
# Most chunks: a word of English or Arabic letters without signs, between plain marks. The pattern
# for all takes ten times as long.
_PLAIN = re.compile(
    r"[(\"]*([A-Za-z0-9]+|[\u0621-\u063A\u0641-\u064A]+)[)\".,;:!?\u060C\u061B\u061F]*"
)
# Longer chunks are text without spaces, new each time, or no text at all.
_REMEMBERED_CHARACTERS = 32
# Twice as many are kept, 12 MB of Arabic: the distinct chunks of about a thousand articles.
_REMEMBERED_CHUNKS = 20_000
# How much of one token is looked at: folding may take away most of it (tatweel), never this much.
_LONGEST = 2048
# Written in Arabic letters, but with other proclitics: برای is no ب with رای.
OTHER_LANGUAGES = frozenset({"fa", "ur", "ps", "ckb", "ku", "ug", "sd", "ks", "pnb", "azb"})

_NAME = "@"

# A token of a chunk: start, end, folded, exact, readings. A plain tuple, being unpacked per token.
Piece = tuple[int, int, str, str, tuple[str, ...]]


class QueryToken(Frozen, frozen=True, kw_only=True):
    """One token of a query's word; `text` is folded, or as written where exact was asked for."""

    text: str
    wildcard: bool


def is_cjk(word: str) -> bool:
    """Say whether a word holds letters of a script that is written without spaces."""
    return _CJK.search(word) is not None


def tokenise(text: str, language: str = "und", *, stems: bool = False) -> Tokens:
    """Cut a text into its three aligned streams; offsets are into `text` as given.

    `language` decides on stems, and takes readings away where Arabic letters spell another
    language. A token in a script without spaces spans two letters, so spans overlap there.
    """
    folded: list[str] = []
    written: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    read: dict[int, tuple[str, ...]] = {}
    # Nothing in the pattern looks past white space, so what stands between is cut on its own.
    for chunk in _CHUNK.finditer(text):
        at = chunk.start()
        for start, end, form, as_written, more in _PIECES[chunk[0]]:
            if more:
                read[len(folded)] = more
            folded.append(form)
            written.append(as_written)
            starts.append(at + start)
            ends.append(at + end)
    return Tokens(
        folded=folded,
        exact=written,
        starts=starts,
        ends=ends,
        readings=read if has_readings(language) else _names_in(read, folded),
        stems=[cut(stem(word, language)) for word in folded] if stems else (),
    )


def has_readings(language: str) -> bool:
    """Say whether Arabic letters spell Arabic in a language: others have other proclitics."""
    return fold_value(language).partition("-")[0] not in OTHER_LANGUAGES


def readings_in(folded: str, more: Sequence[str], *, arabic: bool) -> Sequence[str]:
    """Give those readings of a token that it has in a text, by what `has_readings` says of it.

    An @name has its reading in every language.
    """
    return more if arabic or _is_name(folded) else ()


def pieces_of(chunk: str) -> Sequence[Piece]:
    """Give the tokens of what stands between white space; offsets are into the chunk."""
    return _PIECES[chunk]


def sentence_numbers(tokens: Tokens, text: str) -> Sequence[int]:
    """Give for each token the number of its sentence, from 0."""
    return _numbers(tokens.starts, sorted({*sentence_ends(text), *paragraph_ends(text)}))


def paragraph_numbers(tokens: Tokens, text: str) -> Sequence[int]:
    """Give for each token the number of its paragraph, from 0."""
    return _numbers(tokens.starts, paragraph_ends(text))


def query_tokens(written: str, *, exact: bool = False) -> tuple[QueryToken, ...]:
    """Cut a word or phrase of a query as a document is cut; `*` and `?` stay wildcards.

    Every letter of a script without spaces begins a token that holds the next letter too. At the
    end of what is typed the next letter is not known: the last token of two or more letters is
    left out, and a lone letter becomes a prefix.
    """
    matches = list(_QUERY.finditer(written))
    found: list[QueryToken] = []
    for match in matches:
        if match.lastindex:
            ends_here = match is matches[-1]
            found += _run_tokens(match[0], exact=exact, open_end=ends_here)
        elif form := _form(match[0][:_LONGEST]):
            text = form[1] if exact else form[0]
            found.append(QueryToken(text=text, wildcard="*" in text or "?" in text))
    return tuple(found)


def _run_tokens(run: str, *, exact: bool, open_end: bool) -> Iterator[QueryToken]:
    tokens = [piece[3] if exact else piece[2] for piece in _cut_run(run, 0, len(run))]
    if open_end and len(tokens) == 1:
        yield QueryToken(text=tokens[0] + "*", wildcard=True)
    else:
        for text in tokens[:-1] if open_end else tokens:
            yield QueryToken(text=text, wildcard=False)


class _Memory(dict[str, Sequence[Piece]]):
    """The pieces of every chunk met lately: a dict, since a call per word would cost as much.

    When it is full, what was met is put aside, and comes back when it is met again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.aside: dict[str, Sequence[Piece]] = {}

    def __missing__(self, chunk: str) -> Sequence[Piece]:
        pieces = self.aside.get(chunk) or _cut_chunk(chunk)
        if len(chunk) <= _REMEMBERED_CHARACTERS:
            if len(self) >= _REMEMBERED_CHUNKS:
                self.aside = dict(self)
                self.clear()
            self[chunk] = pieces
        return pieces


_PIECES = _Memory()


def _cut_chunk(chunk: str) -> Sequence[Piece]:
    plain = _PLAIN.fullmatch(chunk)
    if plain is None:
        return tuple(_cut_any(chunk))
    word = plain[1]
    folded, written = cut(fold(word)), cut(word)
    # Most are the same: one string is kept.
    same = written == folded
    return ((*plain.span(1), folded, folded if same else written, readings(folded)),)


def _cut_any(chunk: str) -> Iterator[Piece]:
    for match in _DOCUMENT.finditer(chunk):
        start, end = match.span()
        if match.lastindex:
            yield from _cut_run(chunk, start, end)
        elif form := _form(chunk[start : min(end, start + _LONGEST)]):
            yield (start, end, *form)


def _cut_run(text: str, start: int, end: int) -> Iterator[Piece]:
    """Give each letter of a run, with its marks, together with the one behind it."""
    letters = [match.span() for match in _LETTER.finditer(text, start, end)]
    letters = [(first, last) for first, last in letters if _form(text[first:last][:_LONGEST])]
    for index, (first, last) in enumerate(letters):
        stop = letters[index + 1][1] if index + 1 < len(letters) else last
        if form := _form(text[first:stop][:_LONGEST]):
            yield (first, stop, *form)


@lru_cache(maxsize=32_768)
def _form(piece: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Give the folded and exact form and the readings, or None for what folds to nothing."""
    folded = cut("".join(fold(piece).split()))
    if not folded:
        return None
    written = cut(exact(piece))
    return folded, folded if written in (folded, "") else written, _readings(folded)


def _readings(folded: str) -> tuple[str, ...]:
    """Give what else a token is found by: @name by name (LANGUAGE 16), Arabic by what is left."""
    return (folded[1:],) if _is_name(folded) else readings(folded)


def _names_in(
    read: Mapping[int, tuple[str, ...]], folded: Sequence[str]
) -> Mapping[int, tuple[str, ...]]:
    return {at: forms for at, forms in read.items() if _is_name(folded[at])}


def _is_name(folded: str) -> bool:
    return folded[:1] == _NAME


def _numbers(starts: Sequence[int], ends: Sequence[int]) -> Sequence[int]:
    return [bisect_left(ends, start + 1) for start in starts]
