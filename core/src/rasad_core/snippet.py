"""The piece of an article shown with a hit: the sentence around the first match, and its marks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from rasad_core.events import Highlight, Snippet
from rasad_core.text.boundaries import paragraph_ends, sentence_ends

# About three lines of a result list; a news sentence has 100 to 200 characters.
_TARGET_CHARACTERS = 200
# How far from the match to look for the borders of its sentence.
_REACH_CHARACTERS = 600


def snippet(text: str, highlights: Sequence[Highlight]) -> Snippet:
    """Cut about 200 characters round the first highlight of `text`, or from its beginning."""
    spans = sorted((h.start, h.end) for h in highlights if h.field == "text")
    first = spans[0] if spans else (0, 0)
    start, end = _trimmed(text, *_window(text, *first))
    return Snippet(text=text[start:end], marks=tuple(_marks(spans, start, end)))


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    end = max(start, min(end, start + _TARGET_CHARACTERS))
    low, high = max(0, start - _REACH_CHARACTERS), min(len(text), end + _REACH_CHARACTERS)
    near = text[low:high]
    borders = sorted({0, len(near), *sentence_ends(near), *paragraph_ends(near)})
    before = bisect_right(borders, start - low) - 1
    after = bisect_left(borders, max(end - low, start - low + 1), hi=len(borders) - 1)
    left, right = low + borders[before], low + borders[after]
    # Whole sentences that still fit: what follows first, since it explains more.
    while after + 1 < len(borders) and low + borders[after + 1] - left <= _TARGET_CHARACTERS:
        after += 1
        right = low + borders[after]
    while before > 0 and right - (low + borders[before - 1]) <= _TARGET_CHARACTERS:
        before -= 1
        left = low + borders[before]
    return _narrowed(text, left, right, start, end)


def _narrowed(text: str, left: int, right: int, start: int, end: int) -> tuple[int, int]:
    """Cut a long sentence between words, about a third of the room before the match."""
    if right - left <= _TARGET_CHARACTERS:
        return left, right
    room = _TARGET_CHARACTERS - (end - start)
    from_ = max(left, min(start - room // 3, right - _TARGET_CHARACTERS))
    to = min(right, max(from_ + _TARGET_CHARACTERS, end))
    if from_ > left:
        from_ = _space_in(text, from_, start, default=from_)
    if to < right:
        gap = _last_space(text, end, to)
        to = to if gap is None else gap
    return from_, to


def _space_in(text: str, low: int, high: int, *, default: int) -> int:
    if text[low - 1].isspace():
        return low
    return next((at for at in range(low, high) if text[at].isspace()), default)


def _last_space(text: str, low: int, high: int) -> int | None:
    if text[high].isspace():
        return high
    return next((at for at in range(high - 1, low - 1, -1) if text[at].isspace()), None)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _marks(spans: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    inside = [(max(low, start) - start, min(high, end) - start) for low, high in spans]
    return merged(span for span in inside if span[0] < span[1])


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Order spans and join those that touch or overlap."""
    marks: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if marks and low <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(high, marks[-1][1]))
        else:
            marks.append((low, high))
    return marks
