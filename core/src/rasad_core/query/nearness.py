"""What is legal but unwise in NEAR and NOT NEAR, and in what stands beside them."""

from collections.abc import Hashable, Iterator

from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, NotNear, Or, Words
from rasad_core.query.caution import about
from rasad_core.query.covering import Covering, alternatives
from rasad_core.query.errors import Code, QueryError
from rasad_core.query.places import meaning


def near_itself(node: NotNear) -> Iterator[QueryError]:
    """Find what no place of is far enough, as it lies in what must be far: `"a b" NOT NEAR b`."""
    never = Covering(alternatives(node.right))
    lost = [each for each in alternatives(node.left) if never(each)]
    if len(lost) == len(alternatives(node.left)):
        what = "finds nothing: each place of the first holds the second"
        yield about(Code.CONTRADICTION, node, what)
        return
    for each in lost:
        what = "finds nothing: each place of it holds what must be far"
        yield about(Code.REDUNDANT_TERM, each, what)


def implied(node: And) -> Iterator[QueryError]:
    """Find words that NEAR or NOT NEAR beside them demand, and a NEAR that a narrower one does."""
    demanded = {meaning(part) for child in node.children for part in _demanded(child)}
    for child in node.children:
        if isinstance(child, Words | Or) and meaning(child) in demanded:
            what = "changes nothing: what stands beside it demands it"
            yield about(Code.REDUNDANT_TERM, child, what)
    narrowest: dict[Hashable, Near] = {}
    nears = [child for child in node.children if isinstance(child, Near)]
    for near in nears:
        for key in _keys(near) if near.ordered else _keys(near)[:1]:
            best = narrowest.setdefault(key, near)
            if near.distance < best.distance:
                narrowest[key] = near
    for near in nears:
        best = narrowest.get(_keys(near)[-1] if near.ordered else _keys(near)[0], near)
        if best is not near:
            what = "changes nothing: a narrower one stands beside it"
            yield about(Code.REDUNDANT_TERM, near, what)


def wider(node: Or) -> Iterator[QueryError]:
    """Find a NEAR that finds nothing but what a wider one beside it finds."""
    widest: dict[Hashable, Near] = {}
    nears = [child for child in node.children if isinstance(child, Near)]
    for near in nears:
        best = widest.setdefault(_keys(near)[-1], near)
        if near.distance > best.distance:
            widest[_keys(near)[-1]] = near
    for near in nears:
        found = (widest.get(key) for key in _keys(near))
        if any(
            other is not None and other is not near and other.distance >= near.distance
            for other in found
        ):
            what = "is found by a wider one beside it anyway"
            yield about(Code.REDUNDANT_TERM, near, what)


def _demanded(node: Node) -> tuple[Node, ...]:
    match node:
        case Near():
            return (node.left, node.right, *_demanded(node.left), *_demanded(node.right))
        case NotNear():
            return (node.left, *_demanded(node.left))
        case AtLeast() | InRange():
            return (node.child, *_demanded(node.child))
    return ()


def _keys(near: Near) -> tuple[Hashable, ...]:
    """Give what a NEAR is apart from its distance: in either order, then also as ordered."""
    left, right = meaning(near.left), meaning(near.right)
    either = frozenset((left, right))
    return (either, (left, right)) if near.ordered else (either,)
