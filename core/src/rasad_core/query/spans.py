"""Where the parts of a query stand in a text: words, phrases, NEAR (LANGUAGE 4).

A part has *alternatives*, each a list of minimal spans: none lies within another, so both ends
rise. All alternatives of one word are one list, as a wildcard is; a longer one has its own, and
so has each order of a NEAR. Read otherwise, a short alternative would hide a long one that fits.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from rasad_core.events import TextField
from rasad_core.query.ast import Near, Node, Or, Pattern, Words
from rasad_core.query.wildcards import compiled
from rasad_core.text.normalise import cut
from rasad_core.text.stem import stem
from rasad_core.text.tokens import Tokens


class Text(NamedTuple):
    """A field of an article, of whose tokens the first `end` count, and its language."""

    field: TextField
    tokens: Tokens
    end: int
    language: str


class Span(NamedTuple):
    """Positions `first` to `last`; `leaves` are the words and phrases in it, with theirs."""

    first: int
    last: int
    leaves: "tuple[tuple[int, int, str], ...]"


def alternatives(node: Node, text: Text) -> list[list[Span]]:
    """Give the places of `Words`, `Or` or `Near`; the lists may be empty."""
    match node:
        case Words():
            return [_spans(node, text)]
        case Or():
            return _any_of(node, text)
        case Near():
            left = [each for each in alternatives(node.left, text) if each]
            right = [each for each in alternatives(node.right, text) if each]
            found = [ordered(a, b, node.distance) for a in left for b in right]
            if not node.ordered:
                found += [ordered(b, a, node.distance) for a in left for b in right]
            return found
    raise AssertionError(node)


def ordered(left: Sequence[Span], right: Sequence[Span], distance: int) -> list[Span]:
    """Give the minimal spans of `left` before `right`, apart, with few enough words between."""
    ends = [span.last for span in left]
    found: list[Span] = []
    taken = -1
    for after in right:
        # The last one before it is the nearest, and its span the tightest that ends here.
        at = bisect_left(ends, after.first) - 1
        if at <= taken:
            continue  # none, or an earlier place of `right` is nearer to the same one
        taken = at
        before = left[at]
        if after.first - before.last - 1 <= distance:
            found.append(Span(before.first, after.last, before.leaves + after.leaves))
    return found


def disjoint(spans: Sequence[Span]) -> int:
    """Count the most places that do not overlap: always the one that ends first."""
    count, last = 0, -1
    for span in sorted(spans, key=lambda span: span.last):
        if span.first > last:
            count, last = count + 1, span.last
    return count


def far(left: Sequence[Span], right: Sequence[Span], distance: int) -> list[Span]:
    """Give those of `left` with more words than `distance` between them and any of `right`."""
    others = sorted((span.first, span.last) for span in right)
    begins = [first for first, _ in others]
    # Of those that begin early enough to be near, the one that ends last is the nearest.
    ends = list(accumulate((last for _, last in others), max))
    found: list[Span] = []
    for span in left:
        begun = bisect_right(begins, span.last + 1 + distance)
        if not begun or ends[begun - 1] < span.first - 1 - distance:
            found.append(span)
    return found


def places(node: Node, text: Text) -> list[Span]:
    """Give the spans of all alternatives, in no order."""
    return [span for spans in alternatives(node, text) for span in spans]


def _any_of(node: Or, text: Text) -> list[list[Span]]:
    single: dict[int, Span] = {}
    longer: list[list[Span]] = []
    for child in node.children:
        if not (isinstance(child, Words) and len(child.patterns) == 1):
            longer += alternatives(child, text)
            continue
        for span in _spans(child, text):
            before = single.get(span.first)
            leaves = span.leaves if before is None else before.leaves + span.leaves
            single[span.first] = Span(span.first, span.last, leaves)
    return [[single[at] for at in sorted(single)], *longer] if single else longer


def _spans(node: Words, text: Text) -> list[Span]:
    more = len(node.patterns) - 1
    return [
        Span(at, at + more, ((at, at + more, node.written),))
        for at in occurrences(node.patterns, text)
    ]


def occurrences(patterns: Sequence[Pattern], text: Text) -> Iterator[int]:
    """Give, rising, the positions where the patterns stand side by side.

    Reads no offsets: an index may verify candidates on streams alone.
    """
    # The rest is only looked at around a word, of which there are few; a wildcard fits many.
    anchor = next((at for at, pattern in enumerate(patterns) if not pattern.wildcard), 0)
    for position in _positions(patterns[anchor], text):
        first = position - anchor
        if first < 0 or first + len(patterns) > text.end:
            continue
        if all(
            _is(pattern, text, first + after)
            for after, pattern in enumerate(patterns)
            if after != anchor
        ):
            yield first


def _positions(pattern: Pattern, text: Text) -> Sequence[int]:
    """Give, rising, the positions of tokens that a pattern fits."""
    tokens = text.tokens
    if pattern.stream == "stem":
        language, wanted = text.language, cut(stem(pattern.text, text.language))
        return [at for at, form in enumerate(tokens.folded) if cut(stem(form, language)) == wanted]
    stream = tokens.exact if pattern.stream == "exact" else tokens.folded
    found: list[int] = []
    if pattern.wildcard:
        fits = compiled(pattern.text).fullmatch
        found = [at for at, form in enumerate(stream) if fits(form)]
    else:
        for _ in range(stream.count(pattern.text)):
            found.append(stream.index(pattern.text, found[-1] + 1 if found else 0))
    if pattern.stream == "exact" or not tokens.readings:
        return found
    read = [
        at
        for at, forms in tokens.readings.items()
        if pattern.text in forms
        or (pattern.wildcard and any(map(compiled(pattern.text).fullmatch, forms)))
    ]
    return sorted({*found, *read}) if read else found


def _is(pattern: Pattern, text: Text, at: int) -> bool:
    tokens = text.tokens
    match pattern.stream:
        case "exact":
            return _fits(pattern, tokens.exact[at])
        case "stem":
            wanted = cut(stem(pattern.text, text.language))
            return cut(stem(tokens.folded[at], text.language)) == wanted
    return _fits(pattern, tokens.folded[at]) or any(
        _fits(pattern, reading) for reading in tokens.readings.get(at, ())
    )


def _fits(pattern: Pattern, form: str) -> bool:
    if pattern.wildcard:
        return compiled(pattern.text).fullmatch(form) is not None
    return pattern.text == form
