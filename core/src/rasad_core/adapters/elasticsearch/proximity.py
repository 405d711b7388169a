"""NEAR, OR within it and atleastN as intervals, each order and each copy so that none is merged.

Lucene merges equal sources that stand side by side into one that counts widths wrongly, so the
second of two is always made unequal.
"""

import re
from collections.abc import Hashable, Iterator, Sequence

from rasad_core.adapters.elasticsearch.intervals import TEXT, Source, any_of, side_by_side
from rasad_core.adapters.elasticsearch.streams import NEVER
from rasad_core.query.ast import AtLeast, Near, Node, Or, Pattern, Words

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")


def place(node: Node, *, apart: bool = False) -> Source:
    """Give the places of `Words`, `Or`, `Near` or `AtLeast`; `apart` as in `intervals`."""
    match node:
        case Words():
            return side_by_side(TEXT, node.patterns, apart=apart)
        case Or():
            return any_of([place(child, apart=apart) for child in node.children])
        case Near():
            return _near(node, apart=apart)
        case AtLeast():
            return _at_least(node, place(node.child, apart=apart))
    raise AssertionError(node)


def is_unordered(node: Near) -> bool:
    """Say that one source finds both orders, at half the clauses: no token fits both sides.

    Words without an Arabic letter are at most one form of a token, and words as written are one.
    """
    if node.ordered:
        return False
    left, right = single_words(node.left), single_words(node.right)
    if left is None or right is None or not left.isdisjoint(right):
        return False
    both = left | right
    if any(pattern.wildcard for pattern in both):
        return False
    streams = {pattern.stream for pattern in both}
    if streams == {"folded"}:
        return not any(_ARABIC.search(pattern.text) for pattern in both)
    return streams == {"exact"}


def single_words(node: Node) -> frozenset[Pattern] | None:
    """Give the patterns of a word, or of alternatives that all are one word; None for others."""
    match node:
        case Words(patterns=(pattern,)):
            return frozenset([pattern])
        case Or():
            parts = [single_words(child) for child in node.children]
            known = [part for part in parts if part is not None]
            return frozenset().union(*known) if len(known) == len(parts) else None
    return None


def _near(node: Near, *, apart: bool) -> Source:
    left, right = place(node.left, apart=apart), place(node.right, apart=apart)
    if is_unordered(node):
        return _together([left, right], node.distance, ordered=False)
    if _shape(left) == _shape(right):
        return _together([left, _unequal(right)], node.distance)
    both = _together([left, right], node.distance)
    if node.ordered:
        return both
    return any_of([both, _together([right, left], node.distance)])


def _at_least(node: AtLeast, source: Source) -> Source:
    """Count a word by equal copies: Lucene counts those; anything longer would overlap itself."""
    if node.times == 1:
        return source
    second = source if single_words(node.child) is not None else _unequal(source)
    copies = [second if number % 2 else source for number in range(node.times)]
    return {"all_of": {"ordered": True, "intervals": copies}}


def _together(sources: Sequence[Source], distance: int, *, ordered: bool = True) -> Source:
    return {"all_of": {"ordered": ordered, "max_gaps": distance, "intervals": list(sources)}}


def _unequal(source: Source) -> Source:
    return any_of([source, {"match": {"query": NEVER, "use_field": f"{TEXT}.f"}}])


def _shape(source: object) -> Hashable:
    """Give what is equal for sources that Lucene takes for equal: alternatives have no order."""
    if isinstance(source, dict):
        if "any_of" in source:
            return frozenset(_alternatives(source))
        return tuple((name, _shape(value)) for name, value in source.items())
    if isinstance(source, list):
        return tuple(map(_shape, source))
    assert isinstance(source, Hashable)
    return source


def _alternatives(source: dict[str, dict[str, list[object]]]) -> Iterator[Hashable]:
    for each in source["any_of"]["intervals"]:
        shape = _shape(each)
        if isinstance(shape, frozenset):
            yield from shape
        else:
            yield shape
