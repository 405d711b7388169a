"""What a table about another system holds; the reader knows nothing else about it."""

from collections.abc import Mapping
from typing import Literal

from rasad_core.events import Frozen

Vendor = Literal["meltwater", "brandwatch", "cision", "talkwalker", "lexisnexis", "x", "gdelt"]
# written: as typed. upper: in capitals. capital: with a capital letter somewhere. lower: with none.
Case = Literal["written", "upper", "capital", "lower"]
# and-first: AND binds before OR. in-turn: from left to right.
Precedence = Literal["and-first", "in-turn"]
# How a value is read: as our field reads it, or first as a country, a language.
Values = Literal["words", "site", "address", "country", "fips", "language"]


class Field(Frozen, frozen=True, kw_only=True):
    """A field or function of theirs: where it goes, or why it goes nowhere.

    `to` is a field of ours, `headlead`, or the sign before a word (`#`, `@`); empty means nowhere,
    and then `note` says why. Otherwise `note` says what differs, at each place it stands.
    """

    to: str = ""
    values: Values = "words"
    note: str = ""


class Dialect(Frozen, frozen=True, kw_only=True):
    """How one system writes queries."""

    title: str
    fields: Mapping[str, Field]
    functions: Mapping[str, Field | Case]
    precedence: Precedence = "and-first"
    # What a mix of AND and OR on one level is noted with; empty where its meaning is published.
    mixed: str = ""
    # Operators count in small letters too.
    small_operators: bool = False
    # Names of distances it has; others are read as well, and noted.
    distances: frozenset[str] = frozenset()
    # What its distances are noted with.
    counts: str = ""
    # `-word` excludes.
    signs: bool = False
    # Words side by side without an operator are a phrase, not an AND.
    phrases_of_words: bool = False
    # What a query of words alone, without any operator, is noted with.
    words_alone: str = ""
    # Sites side by side are alternatives.
    sites_are_either: bool = False
    # `{BAT}` and `<<<note>>>`.
    braces: bool = False
    # near20:"a b", repeat3:"word".
    counted_fields: bool = False
    # What its `"a b"~5` is noted with.
    slop: str = ""
    # Wildcards that it writes otherwise, and ours.
    wildcards: Mapping[str, str] = {}
    # `*` and `?` are no wildcards there.
    without_wildcards: bool = False
