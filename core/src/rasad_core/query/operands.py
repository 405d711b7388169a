"""What stands in NEAR, NOT NEAR and atleastN: judged and put together (LANGUAGE 5, 24)."""

from typing import NamedTuple

from rasad_core.query.around import Meta, as_phrase, counted_around, rewritten_around
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Words,
)
from rasad_core.query.errors import Code, QueryRefused, refuse
from rasad_core.query.faults import too_complex
from rasad_core.query.near import Operator
from rasad_core.query.places import meaning
from rasad_core.query.print import to_text
from rasad_core.query.shape import short

MAX_LEVELS = 25
# Elasticsearch takes so many: a chain of nine words has them, and one of eleven it refuses.
MAX_ALTERNATIVES = 256
# A rewrite repeats what stands on both sides; nobody would read a longer one.
_MOST_REWRITTEN_CHARACTERS = 400


class Side(NamedTuple):
    """An operand, and where it is written, parentheses included."""

    node: Node
    start: int
    end: int


def build_near(left: Side, operator: Operator, right: Side, level: int) -> Near | NotNear:
    """Put two operands together; raises `QueryRefused` where they cannot stand so.

    `level` is how deep in parentheses they stand.
    """
    start, end = left.start, right.end
    for side in (left, right):
        if (stranger := _stranger(side.node)) is not None:
            raise _no_operand(left, operator, right, side, stranger)
    node = operator.between(left.node, right.node, start, end)
    if isinstance(node, NotNear) and meaning(left.node) == meaning(right.node):
        message = "Every place is near itself, so this finds nothing."
        raise refuse(Code.NEAR_ITSELF, message, start, end, short(to_text(left.node)))
    if level + _levels(node) > MAX_LEVELS:
        message = f"NEAR in a chain counts as in parentheses, which may stand {MAX_LEVELS} deep."
        raise too_complex(message, start, end)
    if isinstance(node, Near) and (_nests(left.node) or _nests(right.node)):
        _check_alternatives(node)
    return node


def build_at_least(times: int, child: Side, start: int) -> AtLeast:
    """Count the places of a group; raises `QueryRefused` where it has none."""
    node = AtLeast(times=times, child=child.node, start=start, end=child.end)
    if (stranger := _stranger(child.node)) is None:
        return node
    message = f"atleast{times}(…) counts places in a text; {_what(stranger)} has none."
    suggestion = "keep it outside of atleastN"
    if child.end - start <= _MOST_REWRITTEN_CHARACTERS:
        suggestion = short(to_text(counted_around(node)))
    raise refuse(Code.ATLEAST_OPERAND, message, start, child.end, suggestion)


def _stranger(node: Node) -> Node | None:
    """Find what has no places."""
    match node:
        case Words() | Near():
            return None
        case Or():
            found = map(_stranger, node.children)
            return next((each for each in found if each is not None), None)
    return node


def _no_operand(
    left: Side, operator: Operator, right: Side, side: Side, stranger: Node
) -> QueryRefused:
    name, start, end = operator.name, left.start, right.end
    if stranger is side.node and (phrase := as_phrase(stranger)):
        message = (
            f"A space is AND, and {name} compares single places: write the phrase {phrase},"
            f" or OR between the words."
        )
        return refuse(Code.NEAR_OPERAND, message, side.start, side.end, phrase)
    message = f"{name} compares places in a text; {_what(stranger)} has none."
    suggestion = f"keep it outside of {name}"
    if isinstance(left.node, Meta) and isinstance(right.node, Meta):
        suggestion = "join values with AND or OR"
    elif end - start <= _MOST_REWRITTEN_CHARACTERS:
        suggestion = short(to_text(rewritten_around(left.node, operator, right.node)))
    return refuse(Code.NEAR_OPERAND, message, start, end, suggestion)


def _what(stranger: Node) -> str:
    match stranger:
        case And():
            return "what AND joins" if not _excluded(stranger) else "what NOT excludes"
        case Not():
            return "what NOT excludes"
        case InRange():
            return f"a field such as {stranger.range}:"
        case NotNear():
            return "NOT NEAR, which says where nothing is,"
        case AtLeast():
            return "a number of places"
        case _ if isinstance(stranger, Meta):
            return f"a field such as {stranger.field}:"
        case _:
            return "it"


def _excluded(node: And) -> bool:
    return any(isinstance(child, Not) for child in node.children)


def _levels(node: Node) -> int:
    """Give how deep parentheses stand in the canonical form of what is not in any itself."""
    match node:
        case Near() | NotNear():
            sides = (node.left, node.right)
            return max(1 + _levels(each) if isinstance(each, Or | Near) else 0 for each in sides)
        case Or():
            return max(map(_levels, node.children))
    return 0


def _nests(node: Node) -> bool:
    match node:
        case Near():
            return True
        case Or():
            return any(isinstance(child, Near) for child in node.children)
    return False


def _check_alternatives(node: Near) -> None:
    if _alternatives(node) > MAX_ALTERNATIVES:
        message = (
            f"A NEAR inside another may have {MAX_ALTERNATIVES} alternatives: each NEAR doubles"
            " them, and phrases among alternatives multiply them."
        )
        raise too_complex(message, node.start, node.end)


def _alternatives(node: Node) -> int:
    """Count the lists of places that a node is tried with, as `spans.alternatives` gives them."""
    match node:
        case Near():
            orders = 1 if node.ordered else 2
            return orders * _alternatives(node.left) * _alternatives(node.right)
        case Or():
            words = any(map(_is_one_word, node.children))
            longer = (_alternatives(each) for each in node.children if not _is_one_word(each))
            return words + sum(longer)
    return 1


def _is_one_word(node: Node) -> bool:
    return isinstance(node, Words) and len(node.patterns) == 1
