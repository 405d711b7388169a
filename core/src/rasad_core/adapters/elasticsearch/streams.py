"""An article's tokens as aligned streams: one text a stream, the same number of tokens in each.

Two tokens cannot stand at one position of a field, so every form of a word has its own stream.
The `whitespace` tokenizer cuts them at the spaces set here: no token holds white space or has
more than 255 UTF-16 units (`text.normalise.cut`), or all that follow would shift.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from rasad_core.query.document import SearchDocument
from rasad_core.text.normalise import cut
from rasad_core.text.stem import LANGUAGES, algorithm_of, stem
from rasad_core.text.tokens import Tokens

# One text per value of an array: title and text, or each tag.
Streams: TypeAlias = Mapping[str, Sequence[str]]

# Close title and text in every stream, and stand at the first place behind the lead in `z`.
# No token holds the sign: it is no letter, mark or number.
TITLE_END = "␂T"
TEXT_END = "␂R"
LEAD_END = "␂L"
# Matches nothing, where a query needs two sources that differ.
NEVER = "␂never"
# Stands for a position at which a stream has no form; no token is one.
NONE = "_"
READINGS = ("p1", "p2", "p3")
STEMS = "s"
# What a word's stem may be written as: by each algorithm, and by none.
STEM_TERMS = len(LANGUAGES)
# 5 MB a language that is read.
_REMEMBERED_STEMS = 30_000
WORD_FIELDS = ("source", "author", "tags")


def text_streams(document: SearchDocument) -> Streams:
    """Give the streams of title and text, as an array [title, text] in each.

    Streams of readings that no word of the article has are left out.
    """
    both = (document.title, document.text)
    streams: dict[str, Sequence[str]] = {
        "f": _closed(*(tokens.folded for tokens in both)),
        "x": _closed(*(tokens.exact for tokens in both)),
        STEMS: _closed(*(_stems(tokens, document.language) for tokens in both)),
        "z": _lead_stream(document),
    }
    for number in range(_most_readings(both)):
        streams[READINGS[number]] = _closed(*(_reading(tokens, number) for tokens in both))
    return streams


def word_streams(values: Sequence[Tokens]) -> Streams:
    """Give the streams of a field of words, one text a value; values without words are left out."""
    kept = [tokens for tokens in values if len(tokens)]
    if not kept:
        return {}
    streams: dict[str, Sequence[str]] = {
        "f": [" ".join(tokens.folded) for tokens in kept],
        "x": [" ".join(tokens.exact) for tokens in kept],
    }
    for number in range(_most_readings(kept)):
        streams[READINGS[number]] = [" ".join(_reading(tokens, number)) for tokens in kept]
    return streams


def stems_of(word: str) -> Sequence[str]:
    """Give what stands in the stream of stems where a folded word or a relative of it does.

    Stems are compared within a language, so each is written behind a language of its algorithm;
    languages without one have words alone, behind nothing.
    """
    return [stems[word] for stems in _STEMS.values()]


def stemmed(word: str, language: str) -> str:
    """Write the stem of a folded word in a language."""
    return _STEMS[algorithm_of(language)][word]


def _stems(tokens: Tokens, language: str) -> Sequence[str]:
    return [*map(_STEMS[algorithm_of(language)].__getitem__, tokens.folded)]


class _Stems(dict[str, str]):
    """The stems met lately in one language: a dict, since a call per word would cost as much."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        # Short, since every token has it. The bar stands apart: no token holds one.
        self._prefix = f"{language}|" if algorithm_of(language) else "|"

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED_STEMS:
            self.clear()
        self[word] = written = self._prefix + cut(stem(word, self._language))
        return written


_STEMS: Mapping[str, _Stems] = {algorithm_of(language): _Stems(language) for language in LANGUAGES}


def _closed(title: Sequence[str], text: Sequence[str]) -> Sequence[str]:
    # An empty value would add no gap in front of the next: the mark keeps it from being empty.
    return [" ".join((*title, TITLE_END)), " ".join((*text, TEXT_END))]


def _lead_stream(document: SearchDocument) -> Sequence[str]:
    """Mark the first place behind the lead, which may be the end of the text."""
    text = [NONE] * len(document.text) + [TEXT_END]
    text[document.lead_tokens] = LEAD_END
    return [" ".join([NONE] * len(document.title) + [TITLE_END]), " ".join(text)]


def _most_readings(texts: Sequence[Tokens]) -> int:
    return max((len(forms) for tokens in texts for forms in tokens.readings.values()), default=0)


def _reading(tokens: Tokens, number: int) -> Sequence[str]:
    words = [NONE] * len(tokens)
    for position, forms in tokens.readings.items():
        if number < len(forms):
            words[position] = forms[number]
    return words
