"""Why words, or what stands near what, are not in an article: how close they came."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from rasad_core.events import Highlight
from rasad_core.query.ast import AtLeast, InRange, Near, Node, NotNear, Range, Words
from rasad_core.query.document import SearchDocument
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.print import to_text
from rasad_core.text.normalise import fold
from rasad_core.text.stem import stem

RANGES = {"title": "the title", "lead": "the lead", "body": "the text", None: "title and text"}
# A longer part of a query is not read twice; its clause stands beside the reason anyway.
_MOST_CHARACTERS = 60


class Asked:
    """An article that is asked about the parts of one query, each within its range."""

    def __init__(self, document: SearchDocument, now: datetime) -> None:
        self._document = document
        self._now = now
        self.language = document.language
        self.length = document.length

    def holds(self, node: Node, within: Range | None = None) -> bool:
        """Say whether a part holds."""
        return matches(_limited(node, within), self._document, now=self._now)

    def places(self, node: Node, within: Range | None) -> tuple[Highlight, ...]:
        """Give the places for which a part holds."""
        return highlights(_limited(node, within), self._document, now=self._now)


def why_absent(
    node: Words | Near | NotNear | AtLeast, within: Range | None, asked: Asked
) -> Iterator[str]:
    """Say why a part does not hold, in a sentence or, where both sides are missing, two."""
    match node:
        case Words():
            yield _no_words(node, within, asked)
        case AtLeast():
            enough = bisect_left(
                range(1, node.times),
                True,
                key=lambda times: not asked.holds(replace(node, times=times), within),
            )
            count = "one place" if enough == 1 else f"{enough} places"
            nowhere = f"It is nowhere in {RANGES[within]}."
            some = f"It stands in {count} of {RANGES[within]}; {node.times} are needed."
            yield some if enough else nowhere
        case Near() | NotNear():
            sides = [node.left] if isinstance(node, NotNear) else [node.left, node.right]
            missing = [_shown(side) for side in sides if not asked.holds(side, within)]
            for side in dict.fromkeys(missing):
                yield f"{side} is nowhere in {RANGES[within]}."
            if not missing:
                yield _not_near(node, within, asked)


def in_places(found: Iterable[Highlight], said: str = "It stands") -> str:
    """Say where something is."""
    first, *others = found
    places = "one more place" if len(others) == 1 else f"{len(others)} more places"
    more = f", and in {places}" if others else ""
    return f"{said} in the {first.field} from character {first.start} to {first.end}{more}."


def _no_words(node: Words, within: Range | None, asked: Asked) -> str:
    where = RANGES[within]
    alone = [replace(node, patterns=(pattern,)) for pattern in node.patterns]
    if len(alone) > 1 and all(asked.holds(each, within) for each in alone):
        return "Its words are there, but nowhere side by side in this order."
    folded = [
        replace(each, text=fold(each.text), stream="folded") if each.stream == "exact" else each
        for each in node.patterns
    ]
    otherwise = asked.places(replace(node, patterns=tuple(folded)), within)
    if otherwise:
        return in_places(otherwise, "It stands only written otherwise,")
    pattern = node.patterns[0]
    if len(alone) == 1 and pattern.stream == "stem":
        root = stem(pattern.text, asked.language)
        return f"No word of {where} has its stem in the language {asked.language}, `{root}`."
    return f"It is nowhere in {where}."


def _not_near(node: Near | NotNear, within: Range | None, asked: Asked) -> str:
    if isinstance(node, NotNear):
        return in_places(
            asked.places(node.left, within),
            f"Wherever it stands, {_shown(node.right)} is near: it stands",
        )
    if node.ordered and asked.holds(replace(node, ordered=False), within):
        return "Both are near enough, but not in this order."
    apart = bisect_left(
        range(asked.length),
        True,
        key=lambda distance: asked.holds(replace(node, distance=distance), within),
    )
    if apart == asked.length:
        return _never_near(node, within, asked)
    words = "one word" if apart == 1 else f"{apart} words"
    return f"Both are there, with {words} between them at the nearest; {node.distance} may stand."


def _never_near(node: Near, within: Range | None, asked: Asked) -> str:
    if asked.holds(replace(node, ordered=False, distance=asked.length), within):
        return "Both are there, but never in this order."
    ranges: tuple[Range, ...] = ("title", "body") if within is None else (within,)
    if any(asked.holds(node.left, each) and asked.holds(node.right, each) for each in ranges):
        return "Both are there, but in the same words; each needs words of its own."
    return "One is in the title and the other in the text; both must be in one of them."


def _shown(node: Node) -> str:
    written = to_text(node)
    if len(written) > _MOST_CHARACTERS:
        written = f"{written[:_MOST_CHARACTERS]}…"
    return f"`{written}`"


def _limited(node: Node, within: Range | None) -> Node:
    return node if within is None else InRange(range=within, child=node, start=0, end=0)
