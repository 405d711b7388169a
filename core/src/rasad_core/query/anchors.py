"""What an article must have for a query to match it, in terms that are looked up, not searched."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

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
    Pattern,
    Words,
)

# Beginnings are looked up in a set of all beginnings of an article's words, three letters to
# eight: shorter ones stand in most articles, longer ones fit hardly fewer words than eight letters.
BEGINNINGS = range(3, 9)
# The same for addresses, of which the set holds every beginning.
LONGEST_ADDRESS = 40
# Letters anywhere in a word, and whose words these are.
PARTS = {"part": "folded", "exact part": "exact"}
# How many articles have a value of such a field, roughly; of the others few.
_SHARES = {"origin": 1.0, "lang": 0.3, "country": 0.2, "topic": 0.2, "section": 0.1}
_SHARE = 0.02
_WILD = re.compile(r"[*?]+")


class Anchor(NamedTuple):
    """A term that an article has or has not.

    `place` is `folded` or `exact` for a whole word of title or text, `beginning` for the first
    letters of a folded one, `part` or `exact part` for letters anywhere in one, or the name of a
    metadata field.
    """

    place: str
    text: str


class Part(NamedTuple):
    """A part of a query, the `anchors` all of which a match of it has, and the parts below.

    Alternatives that are single words, as most are in long queries, stand in `words` instead, by
    the word: an article is asked for them ten times as fast.
    """

    node: Node
    anchors: tuple[Anchor, ...] = ()
    parts: "tuple[Part, ...]" = ()
    words: Mapping[str, tuple[Node, ...]] = {}


def anchored(node: Node) -> Part:
    """Give a query with the anchors of its leaves; NOT, numbers and times have none."""
    match node:
        case Words():
            return Part(node, tuple(_word(pattern) for pattern in node.patterns))
        case And():
            return Part(node, parts=tuple(anchored(child) for child in node.children))
        case Or():
            return _any_of(node)
        case InRange() | Not():
            return Part(node, parts=(anchored(node.child),))
        case MetaWords():
            whole = [pattern.text for pattern in node.patterns if not pattern.wildcard]
            return Part(node, tuple(Anchor(node.field, text) for text in whole))
        case MetaValue(field="url"):
            return Part(node, (Anchor("url", node.value[:LONGEST_ADDRESS]),))
        case MetaValue():
            return Part(node, (Anchor(node.field, node.value),))
        case Near() | NotNear() | AtLeast() | MetaNumber() | MetaTime():
            return Part(node)


def _any_of(node: Or) -> Part:
    words: dict[str, tuple[Node, ...]] = {}
    parts: list[Part] = []
    for child in node.children:
        part = anchored(child)
        if len(part.anchors) == 1 and part.anchors[0].place == "folded":
            word = part.anchors[0].text
            words[word] = (*words.get(word, ()), child)
        else:
            parts.append(part)
    return Part(node, parts=tuple(parts), words=words)


def alternatives(part: Part) -> frozenset[Anchor]:
    """Give anchors of which every match has at least one; none: an article needs no term."""
    match part.node:
        case Or():
            found = [alternatives(each) for each in part.parts]
            words = (Anchor("folded", word) for word in part.words)
            return frozenset(chain(words, *found)) if all(found) else frozenset()
        case Not():
            return frozenset()
    found = [*(frozenset((each,)) for each in part.anchors), *map(alternatives, part.parts)]
    return min(filter(None, found), key=_share, default=frozenset())


def _word(pattern: Pattern) -> Anchor:
    place = "exact" if pattern.stream == "exact" else "folded"
    if not pattern.wildcard:
        return Anchor(place, pattern.text)
    first, longest = _letters(pattern.text)
    if place == "folded" and len(first) >= BEGINNINGS.start:
        return Anchor("beginning", first[: BEGINNINGS.stop - 1])
    return Anchor("part" if place == "folded" else "exact part", longest)


@lru_cache(maxsize=10_000)
def _letters(wildcard: str) -> tuple[str, str]:
    """Give what stands before the first sign, and the longest part between two."""
    parts = _WILD.split(wildcard)
    return parts[0], max(parts, key=len)


def _share(wanted: Iterable[Anchor]) -> float:
    """Guess in how many articles at least one of them stands."""
    # Long words are rare: the share is halved by every letter. A beginning fits several words, and
    # letters anywhere fit many.
    share = 0.0
    for place, text in wanted:
        if place in ("folded", "exact"):
            share += 0.5 ** len(text)
        elif place == "beginning":
            share += 0.5 ** (len(text) - 2)
        elif place in PARTS:
            share += 0.5 ** (len(text) - 4)
        else:
            share += _SHARES.get(place, _SHARE)
    return share
