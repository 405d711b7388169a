"""A refused NEAR or atleastN rewritten: fields, AND and NOT go around what has places.

Each rewrite is the nearest legal query, not always an equal one: there may be none.
"""

from collections.abc import Callable
from itertools import pairwise

from msgspec.structs import replace

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Range,
    Words,
)
from rasad_core.query.near import Operator
from rasad_core.query.places import meaning, parts_of
from rasad_core.query.shape import excludes, flat

Meta = MetaWords | MetaValue | MetaNumber | MetaTime
_OF_FIELDS = InRange | Meta

_SIGNS = '=~"“”„‟＂«»'


def is_place(node: Node) -> bool:
    """Say whether a node may stand beside NEAR."""
    match node:
        case Words() | Near():
            return True
        case Or():
            return all(map(is_place, node.children))
    return False


def as_phrase(node: Node) -> str | None:
    """Write words with a space or comma between as the phrase that their author may have meant."""
    if not isinstance(node, And):
        return None
    words = [child for child in node.children if isinstance(child, Words)]
    if len(words) < len(node.children) or any(each.written[0] in _SIGNS for each in words):
        return None
    if any(after.start - before.end > 2 for before, after in pairwise(words)):
        return None
    return f'"{" ".join(each.written for each in words)}"'


def rewritten_around(left: Node, operator: Operator, right: Node) -> Node:
    """Put around NEAR what may not stand in it."""
    if is_place(left) and is_place(right):
        return _between(left, operator, right)
    if isinstance(left, InRange) and (inner := _inside(right, left.range)) is not None:
        return replace(left, child=rewritten_around(left.child, operator, inner))
    if isinstance(right, InRange) and (inner := _inside(left, right.range)) is not None:
        return replace(right, child=rewritten_around(inner, operator, right.child))
    if isinstance(left, And):
        return _each(left, lambda part: rewritten_around(part, operator, right))
    if isinstance(right, And) and not operator.negated:
        return _each(right, lambda part: rewritten_around(left, operator, part))
    return _of_places(left, operator, right) or _apart(left, operator, right)


def counted_around(node: AtLeast) -> Node:
    """Put around atleastN what may not stand in it; what has no places there is only demanded."""
    match node.child:
        case And():
            return _each(node.child, lambda part: counted_around(replace(node, child=part)))
        case InRange():
            return replace(node.child, child=counted_around(replace(node, child=node.child.child)))
        case NotNear():
            return _all_of([replace(node, child=node.child.left), node.child])
        case AtLeast():
            return node.child
    return node if is_place(node.child) else node.child


def _of_places(left: Node, operator: Operator, right: Node) -> Node | None:
    """Rewrite what is made of places: they come near, and what was said of them is said around."""
    match left, right:
        case NotNear(), NotNear():
            return None
        case NotNear(), _ if operator.negated and is_place(right):
            if left.distance == operator.distance:
                return replace(left, right=Or(children=flat([left.right, right], Or)))
            return _all_of([left, _between(left.left, operator, right)])
        case NotNear(), _ if is_place(right):
            return replace(left, left=_between(left.left, operator, right))
        case _, NotNear() if is_place(left) and not operator.negated:
            return replace(right, left=_between(left, operator, right.left))
        case AtLeast(), _ if is_place(right):
            near = _between(left.child, operator, right)
            return _all_of([left, near]) if operator.negated else replace(left, child=near)
        case _, AtLeast() if is_place(left) and not operator.negated:
            return replace(right, child=_between(left, operator, right.child))
    return None


def _between(left: Node, operator: Operator, right: Node) -> Node:
    """Put places together; what is to be near itself nowhere is only demanded."""
    is_itself = operator.negated and meaning(left) == meaning(right)
    return left if is_itself else operator.between(left, right)


def _apart(left: Node, operator: Operator, right: Node) -> Node:
    """Demand both, near or not."""
    parts = [left, Not(child=right) if operator.negated and not excludes(right) else right]
    return _all_of(parts)


def _all_of(parts: list[Node]) -> Node:
    return And(children=flat(parts, And))


def _each(node: And, made: Callable[[Node], Node]) -> Node:
    return _all_of([part if isinstance(part, Not) else made(part) for part in node.children])


def _inside(node: Node, within: Range) -> Node | None:
    """Take a node into a field; None if another field stands in it."""
    inner = node.child if isinstance(node, InRange) and node.range == within else node
    return None if any(isinstance(part, _OF_FIELDS) for part in parts_of(inner)) else inner
