"""The pieces of FTS5 expressions: tokens, columns, phrases."""

from collections.abc import Sequence
from itertools import product
from math import prod

from rasad_core.adapters.sqlite.streams import about_token, encode_token
from rasad_core.events import Frozen
from rasad_core.query.ast import Pattern
from rasad_core.text.tokenise import OTHER_LANGUAGES

# What no text has: the expression of nothing.
ABSENT = '"\ue003"'
NOTHING = f"(about : {ABSENT})"
# A phrase of two words with 7 and 5 spellings is 35 phrases and takes 10 ms among 100,000 articles;
# one of four words with 7, 5, 4 and 6 took 420 ms, and 140 ms as pairs that are verified.
_MAX_PHRASES = 200


class Ways(Frozen, frozen=True, kw_only=True):
    """How a word of a phrase is written, in FTS5: as it stands, and as what is read so.

    `read` None is too many ways.
    """

    typed: Sequence[str]
    read: Sequence[str] | None = ()


def quoted(token: str) -> str:
    """Write a token as a string of FTS5."""
    return '"' + token.replace('"', '""') + '"'


def in_columns(names: Sequence[str], said: str) -> str:
    """Look for something in some columns only."""
    return f"({{{' '.join(names)}}} : {said})"


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


def side_by_side(columns: Sequence[str], words: Sequence[Ways | None]) -> str:
    """Say a phrase in all the ways to write it; nothing where those are unknown or too many."""
    known = [each for each in words if each is not None]
    every = [(*each.typed, *each.read) for each in known if each.read is not None]
    if len(every) < len(words) or prod(map(len, every)) > _MAX_PHRASES:
        return ""
    typed_so = dict.fromkeys(map(" + ".join, product(*(each.typed for each in known))))
    read_so = [said for said in map(" + ".join, product(*every)) if said not in typed_so]
    found = in_columns(columns, f"({' OR '.join(typed_so) or ABSENT})")
    if not read_so:
        return found
    read = in_columns(columns, f"({' OR '.join(read_so)})")
    return f"({found} OR ({read} NOT {_NOT_READ}))"


def _languages_not_read() -> str:
    """Say: in a language that writes Arabic letters and knows no Arabic proclitics."""
    codes = [about_token("lang", language) for language in sorted(OTHER_LANGUAGES)]
    said = [word for code in codes for word in (quoted(code), f"{quoted(code + '-')} *")]
    return in_columns(["about"], f"({' OR '.join(said)})")


_NOT_READ = _languages_not_read()
