"""The pieces of FTS5 expressions: tokens, columns, phrases."""

from collections.abc import Iterable, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from rasad_core.adapters.sqlite.streams import about_token, encode_token
from rasad_core.events import Frozen
from rasad_core.query.ast import Pattern
from rasad_core.text.tokenise import OTHER_LANGUAGES

# What no text has: the expression of nothing.
ABSENT = '"\ue003"'
NOTHING = f"(about : {ABSENT})"
# A phrase of two words with 7 and 5 spellings is 35 phrases and takes 10 ms among 100,000 articles;
# one of four words with 7, 5, 4 and 6 took 420 ms, and 140 ms as pairs that are verified.
MAX_PHRASES = 200


class Ways(Frozen, frozen=True, kw_only=True):
    """How a word of a phrase is written, in FTS5: as it stands, and as what is read so.

    `read` None is too many ways.
    """

    typed: Sequence[str]
    read: Sequence[str] | None = ()


class Phrase(NamedTuple):
    """Words of FTS5 side by side; `read` if one is written otherwise than typed."""

    words: tuple[str, ...]
    read: bool = False

    @property
    def said(self) -> str:
        """The phrase in FTS5."""
        return " + ".join(self.words)


def quoted(token: str) -> str:
    """Write a token as a string of FTS5."""
    return '"' + token.replace('"', '""') + '"'


def in_columns(names: Sequence[str], said: str) -> str:
    """Look for something in some columns only."""
    return f"({{{' '.join(names)}}} : {said})"


def any_of(said: Iterable[str]) -> str:
    """Say OR; of nothing, what no text has."""
    return f"({' OR '.join(dict.fromkeys(said)) or ABSENT})"


def without(unwanted: Sequence[str | None]) -> str:
    """Say NOT: the longest on its own, since FTS5's parser has room for 100 open parts only."""
    longest, *others = sorted(filter(None, unwanted), key=len, reverse=True) or [""]
    return (f" NOT {longest}" if longest else "") + (
        f" NOT ({' OR '.join(others)})" if others else ""
    )


def typed(pattern: Pattern) -> str:
    """Say a word, or a beginning with its star."""
    if not pattern.wildcard:
        return quoted(encode_token(pattern.text))
    return f"{quoted(encode_token(pattern.text.rstrip('*')))} *"


def is_inner(pattern: Pattern) -> bool:
    """Say whether a wildcard stands anywhere but as the one star at the end."""
    return pattern.wildcard and ("*" in pattern.text[:-1] or "?" in pattern.text)


def phrasings(words: Sequence[Ways | None]) -> list[Phrase] | None:
    """Give a phrase in all the ways to write it; None where those are unknown or too many."""
    known = [each for each in words if each is not None]
    every = [(*each.typed, *each.read) for each in known if each.read is not None]
    if len(every) < len(words) or prod(map(len, every)) > MAX_PHRASES:
        return None
    as_typed = dict.fromkeys(product(*(each.typed for each in known)))
    return [Phrase(each, each not in as_typed) for each in dict.fromkeys(product(*every))]


def side_by_side(columns: Sequence[str], words: Sequence[Ways | None]) -> str:
    """Say a phrase in all the ways to write it; nothing where those are unknown or too many."""
    phrases = phrasings(words)
    if phrases is None:
        return ""
    return read_or_typed(columns, ((each.said, each.read) for each in phrases))


def read_or_typed(columns: Sequence[str], ways: Iterable[tuple[str, bool]]) -> str:
    """Say any of some ways; those that are only read so, where words are read at all."""
    every = list(ways)
    found = in_columns(columns, any_of(said for said, read in every if not read))
    read_so = [said for said, read in every if read]
    if not read_so:
        return found
    return f"({found} OR ({in_columns(columns, any_of(read_so))} NOT {_NOT_READ}))"


def in_languages(languages: Iterable[str]) -> str:
    """Say: in one of the languages, by their primary subtags."""
    codes = [about_token("lang", language) for language in sorted(languages)]
    return in_columns(
        ["about"],
        any_of(each for code in codes for each in (quoted(code), f"{quoted(code + '-')} *")),
    )


# In a language that writes Arabic letters and knows no Arabic proclitics.
_NOT_READ = in_languages(OTHER_LANGUAGES)
