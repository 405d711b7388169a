"""The signs of proximity: NEAR/n, ONEAR/n, NOT NEAR/n, and the number of atleastN."""

from typing import NamedTuple

from rasad_core.query.ast import Near, Node, NotNear
from rasad_core.query.errors import Code, refuse
from rasad_core.query.lex import Lexeme

DISTANCE = 4
MAX_DISTANCE = 100
# No article says one thing so often, and a server takes as many clauses as there are times.
MAX_TIMES = 1_000


class Operator(NamedTuple):
    """NEAR, ONEAR or NOT NEAR with its distance."""

    distance: int
    ordered: bool
    negated: bool

    @property
    def name(self) -> str:
        """Give it as written, without the distance."""
        return "NOT NEAR" if self.negated else "ONEAR" if self.ordered else "NEAR"

    def between(self, left: Node, right: Node, start: int = 0, end: int = 0) -> Near | NotNear:
        """Build the node of two operands."""
        distance = self.distance
        if self.negated:
            return NotNear(left=left, right=right, distance=distance, start=start, end=end)
        return Near(
            left=left, right=right, distance=distance, ordered=self.ordered, start=start, end=end
        )


def read_operator(near: Lexeme, *, negated: bool) -> Operator:
    """Read NEAR, NEAR/n, ONEAR or ONEAR/n; raises `QueryRefused` for a distance too large."""
    name, slash, digits = near.text.partition("/")
    distance = _number(digits) if slash else DISTANCE
    if distance > MAX_DISTANCE:
        message = f"`{near.text[:20]}`: the distance may be {MAX_DISTANCE} words at most."
        suggestion = f"{name}/{MAX_DISTANCE}"
        raise refuse(Code.DISTANCE_TOO_LARGE, message, near.start, near.end, suggestion)
    if negated and name == "ONEAR":
        message = "There is no NOT ONEAR; NOT NEAR looks on both sides."
        raise refuse(Code.UNKNOWN_OPERATOR, message, near.start, near.end, f"NEAR/{distance}")
    return Operator(distance, ordered=name == "ONEAR", negated=negated)


def read_times(function: Lexeme) -> int:
    """Read the number of atleastN; raises `QueryRefused` for none, zero or too large a one."""
    times = _number(function.text[len("atleast") :])
    if 1 <= times <= MAX_TIMES:
        return times
    message = f"`{function.text[:20]}(…)` needs a number from 1 to {MAX_TIMES:,}: atleast3(…)."
    suggestion = f"atleast{MAX_TIMES}" if times else "atleast3"
    raise refuse(Code.BAD_VALUE, message, function.start, function.end, suggestion)


def _number(digits: str) -> int:
    """Read a number, or the first digits of one too large: int() of a million takes seconds."""
    return int(digits.lstrip("0")[:9] or 0)
