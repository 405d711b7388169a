"""What a query selects and where, by trying everything: the rules of LANGUAGE 3–5, 10, 11, 14, 18.

Shares nothing with the readers but the analysis of texts: every position, every form, every pair
of places, and all that is not minimal thrown out by comparison with all others.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Words,
)
from rasad_core.query.document import SearchDocument
from rasad_core.query.evaluate import matches
from rasad_core.text.normalise import cut
from rasad_core.text.stem import stem
from rasad_core.text.tokens import Tokens
from strategies import NOW

# First and last position, and what is highlighted in it: the same of each leaf, and its clause.
Extent = tuple[int, int]
Leaves = frozenset[tuple[int, int, str]]
Places = Mapping[Extent, Leaves]
# A name, the tokens, how many of them count, and the language.
Zone = tuple[str, Tokens, int, str]


def selects(node: Node, document: SearchDocument) -> bool:
    """Say whether an article is selected at `NOW`; metadata are left to the evaluator."""
    return _selects(node, document, "all")


def found(node: Node, document: SearchDocument) -> set[tuple[str, int, int, str]]:
    """Give field, first and last token, and clause of all that is to be highlighted."""
    return set(_found(node, document, "all")) if selects(node, document) else set()


def _zones(document: SearchDocument, where: str) -> list[Zone]:
    language = document.language
    title: Zone = "title", document.title, len(document.title), language
    text: Zone = "text", document.text, len(document.text), language
    lead: Zone = "text", document.text, document.lead_tokens, language
    return {"all": [title, text], "title": [title], "body": [text], "lead": [lead]}[where]


def _selects(node: Node, document: SearchDocument, where: str) -> bool:
    match node:
        case And():
            return all(_selects(child, document, where) for child in node.children)
        case Or():
            return any(_selects(child, document, where) for child in node.children)
        case Not():
            return not _selects(node.child, document, where)
        case InRange():
            return _selects(node.child, document, node.range)
        case Words() | Near() | NotNear():
            return any(_reasons(node, zone) for zone in _zones(document, where))
        case AtLeast():
            zones = _zones(document, where)
            most = sum(most_apart([*_reasons(node, zone)]) for zone in zones)
            return most >= node.times
        case _:
            return matches(node, document, now=NOW)


def _found(node: Node, document: SearchDocument, where: str) -> list[tuple[str, int, int, str]]:
    match node:
        case And() | Or():
            return [
                each
                for child in node.children
                if not isinstance(child, Not) and _selects(child, document, where)
                for each in _found(child, document, where)
            ]
        case InRange():
            return _found(node.child, document, node.range)
        case Words() | Near() | NotNear() | AtLeast():
            return [
                (zone[0], *leaf)
                for zone in _zones(document, where)
                for leaves in _reasons(node, zone).values()
                for leaf in leaves
            ]
        case _:
            return []


def _reasons(node: Words | Near | NotNear | AtLeast, zone: Zone) -> Places:
    """Give the places for which a node holds in a zone."""
    match node:
        case AtLeast():
            return _together(alternatives(node.child, zone))
        case NotNear():
            right = _together(alternatives(node.right, zone))
            return {
                extent: leaves
                for extent, leaves in _together(alternatives(node.left, zone)).items()
                if not any(is_near(extent, other, node.distance) for other in right)
            }
    return _together(alternatives(node, zone))


def alternatives(node: Node, zone: Zone) -> list[Places]:
    """Give the places of `Words`, `Or` or `Near`, a mapping for each alternative."""
    match node:
        case Words():
            return [_stands(node, zone)]
        case Or():
            single = [child for child in node.children if is_one_word(child)]
            longer = [child for child in node.children if not is_one_word(child)]
            together = _together([_stands(child, zone) for child in single])
            return [together, *(each for child in longer for each in alternatives(child, zone))]
        case Near():
            pairs = [
                (left, right)
                for left in alternatives(node.left, zone)
                for right in alternatives(node.right, zone)
            ]
            if not node.ordered:
                pairs += [(right, left) for left, right in pairs]
            return [beside(left, right, node.distance) for left, right in pairs]
    raise AssertionError(node)


def beside(left: Places, right: Places, distance: int) -> Places:
    """Give every tightest span of a place of `left` before, and apart from, one of `right`."""
    spans = {
        (a[0], b[1]): left[a] | right[b]
        for a in left
        for b in right
        if a[1] < b[0] and b[0] - a[1] - 1 <= distance
    }
    return {span: leaves for span, leaves in spans.items() if is_minimal(span, spans)}


def is_minimal(span: Extent, spans: Places | Sequence[Extent]) -> bool:
    """Say whether no other span lies within one."""
    return not any(other != span and span[0] <= other[0] and other[1] <= span[1] for other in spans)


def is_near(one: Extent, other: Extent, distance: int) -> bool:
    """Say whether two places overlap or have at most as many words between them."""
    between = range(min(one[1], other[1]) + 1, max(one[0], other[0]))
    return len(between) <= distance


def most_apart(spans: Sequence[Extent]) -> int:
    """Give how many of some places can be picked so that no two overlap."""

    @cache
    def most(behind: int) -> int:
        return max((1 + most(last) for first, last in spans if first > behind), default=0)

    return most(-1)


def is_one_word(node: Node) -> bool:
    """Say whether a part is a word of one token."""
    return isinstance(node, Words) and len(node.patterns) == 1


def _together(places: Sequence[Places]) -> Places:
    found: dict[Extent, Leaves] = {}
    for each in places:
        for extent, leaves in each.items():
            found[extent] = found.get(extent, frozenset()) | leaves
    return found


def _stands(node: Node, zone: Zone) -> Places:
    assert isinstance(node, Words)
    width = len(node.patterns)
    return {
        (at, at + width - 1): frozenset({(at, at + width - 1, node.written)})
        for at in range(zone[2] - width + 1)
        if all(fits(pattern, zone, at + after) for after, pattern in enumerate(node.patterns))
    }


def fits(pattern: Pattern, zone: Zone, at: int) -> bool:
    """Say whether a token is one that a pattern asks for."""
    _, tokens, _, language = zone
    if pattern.stream == "stem":
        return cut(stem(tokens.folded[at], language)) == cut(stem(pattern.text, language))
    forms = (tokens.folded[at], *tokens.readings.get(at, ()))
    return any(
        fnmatchcase(form, pattern.text.replace("[", "[[]"))
        if pattern.wildcard
        else form == pattern.text
        for form in ((tokens.exact[at],) if pattern.stream == "exact" else forms)
    )
