"""Tokens of a text near some words only, at a fifth of the time of all: for highlights."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from rasad_core.text.skeleton import skeleton
from rasad_core.text.tokenise import Piece, has_readings, pieces_of, readings_in
from rasad_core.text.tokens import Tokens

_NOTHING = Tokens(folded=(), exact=())
# Each needle is looked for through the whole text; with more it is quicker to look at each word.
_MOST_NEEDLES = 100


def tokenise_around(
    text: str,
    language: str,
    wanted: Mapping[str, bool],
    *,
    needles: Collection[str],
    reach: int = 0,
) -> Tokens:
    """Give the tokens of wanted chunks, and of as many chunks around as hold `reach` tokens.

    A chunk is what stands between white space; the skeleton of every wanted one holds a needle.
    Offsets are into the whole text; positions are not, but what stands side by side does so here,
    and nothing else.
    """
    if not needles:
        return _NOTHING
    chunks = text.split()
    sought = len(needles) <= _MOST_NEEDLES and "" not in needles
    near = _with_needles(chunks, needles) if sought else range(len(chunks))
    found = [number for number in near if wanted[chunks[number]]]
    if not found:
        return _NOTHING
    kept = {*found, *_beside(chunks, found, reach)}
    folded: list[str] = []
    exact: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    readings: dict[int, tuple[str, ...]] = {}
    read = has_readings(language)
    for at, pieces in _pieces(text, chunks, kept):
        for start, end, form, as_written, more in pieces:
            if readings_in(form, more, arabic=read):
                readings[len(folded)] = more
            folded.append(form)
            exact.append(as_written)
            starts.append(at + start)
            ends.append(at + end)
    return Tokens(
        folded=folded,
        exact=exact,
        starts=starts,
        ends=ends,
        readings=readings,
    )


def _with_needles(chunks: Sequence[str], needles: Collection[str]) -> Sequence[int]:
    """Give, rising, the numbers of the chunks whose skeleton holds a needle."""
    lines = skeleton("\n".join(chunks))
    places: set[int] = set()
    for needle in needles:
        at = lines.find(needle)
        while at >= 0:
            places.add(at)
            at = lines.find(needle, at + 1)
    found: list[int] = []
    number = before = 0
    for place in sorted(places):
        number += lines.count("\n", before, place)
        before = place
        if not found or found[-1] != number:
            found.append(number)
    return found


def _beside(chunks: Sequence[str], found: Sequence[int], reach: int) -> Iterator[int]:
    if not reach:
        return
    for number in found:
        for side in (range(number - 1, -1, -1), range(number + 1, len(chunks))):
            held = 0
            for beside in side:
                if held >= reach:
                    break
                yield beside
                held += len(pieces_of(chunks[beside]))


def _pieces(
    text: str, chunks: Sequence[str], kept: Collection[int]
) -> Iterator[tuple[int, Sequence[Piece]]]:
    """Give the tokens of the chunks kept, and where each chunk begins; a gap between others."""
    # Stands for all tokens left out; no word is empty, so nothing fits it.
    gap: Piece = (0, 0, "", "", ())
    at, last = 0, max(kept)
    left_out = False
    for number, chunk in enumerate(chunks[: last + 1]):
        at = text.index(chunk, at)
        if number in kept:
            if left_out:
                yield at, (gap,)
            yield at, pieces_of(chunk)
        left_out = number not in kept
        at += len(chunk)
