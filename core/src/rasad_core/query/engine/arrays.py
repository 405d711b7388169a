"""The arrays of the compiled machine, and how functions on them become machine code."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np

from rasad_core.query.engine.vocabulary import ALWAYS

F = TypeVar("F", bound=Callable[..., Any])
# Of 32-bit integers, for all that there is much of. Machine code has types of its own.
Ints = np.ndarray[Any, Any]

# Columns of `Shelf.terms`: the article it was in last, where its places stand and how many, in how
# many articles it was, and the block of postings: place, length, size as a power of two.
MARK, START, COUNT, MET, POSTINGS, HELD, SIZE = range(7)
TERM_COLUMNS = 8  # a row is half a cache line
# Before an entry of a program in the code, so that one look fetches all: the article it was entered
# for last, whose it is, how often it was.
SEEN, QUERY, VISITS = -3, -2, -1
# Columns of `Shelf.queries`: the article it matched last, where its program is, how long, and how
# many postings follow it.
MATCHED, CODE, LENGTH, ANCHORS = range(4)
QUERY_COLUMNS = 4
# Columns of `Shelf.forms`: where its terms stand and how many, and up to which version.
FIRST, NUMBER, VERSION = range(3)
FORM_COLUMNS = 4
# Columns of `Shelf.postings`: twice the entry; or twice the query and one, which matches then. Then
# the guards, two in a number: places of `Desk.sketch` of which one is set, or nothing matches.
POSTING, GUARD = range(2)
POSTING_COLUMNS = 4
_GUARD_BITS = 15
# Numbers of `Sheet.numbers`.
MARKED, LATEST, TITLE_CHUNKS, LEAD_CHUNKS, LEAD_TOKENS, PUBLISHED, NOW = range(7)
# Numbers of `Desk.stack`: lists on it, and how much of `firsts` and `lasts` is used.
LISTS, SPANS = range(2)
# What a program returns beside false and true, and the kernel for the number of queries found.
TOO_SMALL = -1
STALE = -2
# A byte for every so many terms: absent ones, as most alternatives are, cost no look at their row.
# 2 % of the bytes are set by an article of 700 terms, and all stay in the first cache.
SKETCH = 1 << _GUARD_BITS
# How many programs before its turn one is touched, and how many numbers a cache fetches at once.
# 4 to 16 are alike, 64 brings nothing; a third line took longer than it saved.
AHEAD = 8
LINE = 16


class Shelf(NamedTuple):
    """What stays from one article to the next."""

    terms: Ints
    queries: Ints
    code: Ints
    postings: Ints
    forms: Ints
    form_terms: Ints


class Sheet(NamedTuple):
    """An article, as `Numbered` has it."""

    chunks: Ints
    passing: Ints
    several: Ints
    terms: Ints
    places: Ints
    numbers: Ints


class Desk(NamedTuple):
    """Room to work in.

    `tokens` are forms; `places` those of all terms, each term's together; `found` the terms;
    `sketch` says which are surely absent; `lists` are those on the stack, from and to in `firsts`
    and `lasts`, `stack` how many; `ranges` by `program.RANGES`; `waiting` the entries of programs
    to run; `result` the queries, or the stale forms; `counts` what the kernel says beside.
    """

    tokens: Ints
    places: Ints
    found: Ints
    sketch: Ints
    lists: Ints
    firsts: Ints
    lasts: Ints
    ranges: Ints
    waiting: Ints
    result: Ints
    counts: Ints
    stack: Ints


def name_of_sources(folder: Path) -> str:
    """Give a short name of the modules in a folder that changes with any of them."""
    sources = sorted(folder.glob("*.py"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]


_AS: Mapping[str, Any] = {"error_model": "numpy", "forceinline": True, "_nrt": False}
_SOURCES = name_of_sources(Path(__file__).parent)


def machine_code(function: F) -> F:
    """Compile a function when it is first called, and keep what came of it for the next start.

    A call passes every field of every array: inlined, 30,000 queries took 6 % less. Arrays stay
    alive through a call and none is made in it, so that nobody needs to count who names them: with
    the counting an article took 305 us, and 81 without. `_nrt` is numba's name for it.
    """
    # What is kept goes by this name, and would be taken though a function that it calls changed.
    function.__qualname__ += f"-{_SOURCES}"
    try:
        return cast("F", numba.njit(cache=True, **_AS)(function))
    except RuntimeError:  # neither beside the source nor at home can files be written
        return cast("F", numba.njit(**_AS)(function))


@machine_code
def is_guarded(at: int, postings: Ints, sketch: Ints) -> bool:
    """Say whether none of the terms beside a posting is there, surely."""
    for column in range(GUARD, POSTING_COLUMNS):
        guards = postings[at, column]
        if sketch[guards & (SKETCH - 1)] != 0 or sketch[guards >> _GUARD_BITS] != 0:
            return False
    return True


def guards(terms: Sequence[int]) -> list[int]:
    """Put the places of up to six terms side by side; without any, that of what is always there."""
    slots = [term & (SKETCH - 1) for term in terms] or [ALWAYS]
    slots += slots[:1] * (2 * (POSTING_COLUMNS - 1) - len(slots))
    return [slots[at] | slots[at + 1] << _GUARD_BITS for at in range(0, len(slots), 2)]
