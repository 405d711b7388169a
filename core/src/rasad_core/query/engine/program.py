"""A query as a row of integers, which both machines run: its operations, and where it is entered.

A leaf sets the flag; jumps and NOT make the boolean structure of it. Below NEAR, NOT NEAR and
atleastN lists of places are put on a stack, one for each alternative (`query.spans`).
"""

from typing import NamedTuple

# Every op is followed by its operands. `range` is one of RANGES, `n terms…` their count and they.
END = 0  # the flag is the answer
JUMP_FALSE = 1  # by, from where the jump stands
JUMP_TRUE = 2  # by
NOT = 3
TERM = 4  # term
ANY = 5  # n terms…
ALL = 6  # n terms…
ANY_IN = 7  # range n terms…
PHRASE = 8  # range n terms…
LENGTH = 9  # low high
TIME = 10  # kind high-half low-half of the low end, and of the high end
PLACES = 11  # range n terms…: puts a list of the places of any of them
PHRASES = 12  # range n terms…: puts a list of the places where they stand side by side
JOIN = 13  # lists lists distance ordered: in their place puts those of the NEAR
IS_NEAR = 14  # lists lists distance ordered
IS_FAR = 15  # lists lists distance
AT_LEAST = 16  # lists times

RANGES = {None: 0, "title": 1, "lead": 2, "body": 3}
# Kinds of a moment: none, fixed, counted back from now, the same at midnight.
OPEN, FIXED, BEFORE_NOW, MIDNIGHT = range(4)
# So many numbers are left free before each entry, for the machine.
HEADER = 3
# As many terms stand beside a posting.
GUARDS = 6
# In place of where a program goes on: the query matches.
CERTAIN = -1
# Between title and text; no article has as many tokens, and so no distance is larger.
WALL = 1 << 20


class Entry(NamedTuple):
    """Where a program is entered when an article has a term: `at` of its code.

    That is where the rest of the query begins. At `CERTAIN` there is no rest. Without one of the
    terms of `guard`, unless it is empty, the rest is false.
    """

    term: int
    at: int
    guard: tuple[int, ...] = ()


class Program(NamedTuple):
    """A compiled query. Every match has the term of one of the `entries`, and holds from there.

    `lists` is the most that stand on the stack at once.
    """

    code: list[int]
    entries: list[Entry]
    lists: int
