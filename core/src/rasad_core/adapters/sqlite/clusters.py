"""NEAR in FTS5: phrases that stand together, from a tree of words, OR and NEAR.

FTS5's NEAR has no order, takes no OR, and lets its phrases overlap; within those it means ours.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rasad_core.adapters.sqlite.fts import MAX_PHRASES, Phrase, read_or_typed
from rasad_core.query.ast import Near, Node, Or, Words


class Cluster(NamedTuple):
    """Phrases that stand within `width` tokens, with at most `distance` between the outer ones.

    `exact` if it is all that NEAR asks for; else what NEAR asks for is among it.
    """

    phrases: tuple[Phrase, ...]
    width: int
    distance: int = 0
    exact: bool = True

    @property
    def read(self) -> bool:
        """Whether a word is written otherwise than typed."""
        return any(each.read for each in self.phrases)

    @property
    def said(self) -> str:
        """The cluster in FTS5."""
        if len(self.phrases) == 1:
            return self.phrases[0].said
        return f"NEAR({' '.join(each.said for each in self.phrases)}, {self.distance})"


def clusters(
    node: Node, phrases_of: Callable[[Words], Sequence[Phrase] | None]
) -> list[Cluster] | None:
    """Give what a match has one of; None where that is unknown or too much.

    `phrases_of` gives the ways to write words, None if it cannot.
    """
    match node:
        case Words():
            phrases = phrases_of(node)
            if phrases is None:
                return None
            # Words of a stem are those of any language: what stands so is looked at.
            exact = all(each.stream != "stem" for each in node.patterns)
            return [Cluster((each,), len(each.words), exact=exact) for each in phrases]
        case Or():
            found: list[Cluster] = []
            for child in node.children:
                some = clusters(child, phrases_of)
                if some is None or len(found) + len(some) > MAX_PHRASES:
                    return None
                found += some
            return found
        case Near():
            left, right = (clusters(each, phrases_of) for each in (node.left, node.right))
            if left is None or right is None or len(left) * len(right) > MAX_PHRASES:
                return None
            return [_together(a, b, node) for a in left for b in right]
    return None


def near(columns: Sequence[str], found: Sequence[Cluster]) -> str:
    """Say any of the clusters."""
    return read_or_typed(columns, ((each.said, each.read) for each in found))


def _together(left: Cluster, right: Cluster, node: Near) -> Cluster:
    phrases = (*left.phrases, *right.phrases)
    exact = left.exact and right.exact
    width = left.width + node.distance + right.width
    if len(phrases) > 2:
        # Which stand first and last is not known.
        between = width - 2 * min(len(each.words) for each in phrases)
        return Cluster(phrases, width, between, exact=False)
    apart = not any(
        _may_be_one(a, b) for a in left.phrases[0].words for b in right.phrases[0].words
    )
    return Cluster(phrases, width, node.distance, exact=apart and exact and not node.ordered)


def _may_be_one(one: str, other: str) -> bool:
    """Say whether one token may fit both words of FTS5."""
    first, second = (each.removesuffix(" *").removesuffix('"') for each in (one, other))
    return (
        one == other
        or (one.endswith(" *") and second.startswith(first))
        or (other.endswith(" *") and first.startswith(second))
    )
