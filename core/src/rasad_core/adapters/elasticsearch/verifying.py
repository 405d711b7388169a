"""Whether articles match parts of a query, told from their text alone. Pure.

Only the query's own words matter, so an article is reduced to them: each is a number, what stands
between two is as long as it must be, and the reference evaluator decides on that.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import compress
from typing import cast

from msgspec.structs import replace

from rasad_core.adapters.elasticsearch.pruning import Pruning
from rasad_core.adapters.elasticsearch.streams import stemmed
from rasad_core.events import Frozen
from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Pattern, Words
from rasad_core.query.document import SearchDocument
from rasad_core.query.evaluate import matches
from rasad_core.query.places import parts_of
from rasad_core.query.wildcards import compiled
from rasad_core.text.tokenise import has_readings, pieces_of, readings_in
from rasad_core.text.tokens import Tokens

# The distinct chunks of some thousand articles; some 20 MB.
_REMEMBERED_CHUNKS = 150_000
_CHUNK = re.compile(r"\S+")
_NEVER = datetime.min.replace(tzinfo=UTC)

# How many tokens a chunk between white space has, and those that patterns fit: where, and which.
_Chunk = tuple[int, tuple[tuple[int, tuple[str, ...]], ...]]
# One token that none fits, as most are: false, so that it is passed over quickly.
_ONE_WORD = cast("_Chunk", ())


class Candidate(Frozen, frozen=True, kw_only=True):
    """What of an article decides: `lead` is the beginning of `text`."""

    title: str = ""
    text: str = ""
    lead: str = ""
    language: str = "und"


class Verifier:
    """Says which of some parts of a query match an article. For one thread."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        numbers: dict[Pattern, str] = {}
        self._nodes = [_numbered(node, numbers) for node in nodes]
        self._pruning = Pruning(self._nodes)
        parts = [part for node in nodes for part in parts_of(node)]
        distances = [part.distance for part in parts if isinstance(part, Near | NotNear)]
        # A gap of more words than any distance is as good as one of one more.
        self._longest_gap = max(distances, default=0) + 1
        self._with_lead = any(isinstance(part, InRange) and part.range == "lead" for part in parts)
        self._numbers = numbers
        self._stemmed = any(pattern.stream == "stem" for pattern in numbers)
        self._chunks: dict[str, _Chunks] = {}

    def matching(self, article: Candidate) -> Sequence[bool]:
        """Say of each part whether it matches."""
        chunks = self._chunks_of(article.language)
        title, _ = self._reduced(article.title, chunks)
        words, places = self._reduced(article.text, chunks)
        lead = 0
        if self._with_lead:
            end = _tokens_before(article.text, len(article.lead))
            lead = next((at for at, place in enumerate(places) if place >= end), len(places))
        document = SearchDocument(title=title, text=words, lead_tokens=lead, published=_NEVER)
        there = {number for each in (title, words) for found in each.readings.values()
                 for number in found}  # fmt: skip
        left = [self._pruning.left(node, there) for node in self._nodes]
        return [node is not None and matches(node, document, now=_NEVER) for node in left]

    def _chunks_of(self, language: str) -> "_Chunks":
        key = language if self._stemmed else str(has_readings(language))
        if key not in self._chunks:
            self._chunks[key] = _Chunks(self._numbers, language)
        return self._chunks[key]

    def _reduced(self, text: str, chunks: "_Chunks") -> tuple[Tokens, Sequence[int]]:
        """Give the tokens that patterns fit and gaps between, and where each stands in the text."""
        there: dict[int, tuple[str, ...]] = {}
        places: list[int] = []
        met = [*map(chunks.__getitem__, text.split())]
        more, last, longest = 0, -1, self._longest_gap
        # Most chunks are one word that the query does not have; no loop of Python looks at those.
        for number, (count, found) in compress(enumerate(met), met):
            for offset, numbers in found:
                place = number + more + offset
                places += range(max(last + 1, place - longest), place + 1)
                there[len(places) - 1] = numbers
                last = place
            more += count - 1
        blank = ("",) * len(places)
        return Tokens(folded=blank, exact=blank, readings=there), places


class _Chunks(dict[str, _Chunk]):
    """What the chunks met lately come to in one language."""

    def __init__(self, numbers: Mapping[Pattern, str], language: str) -> None:
        super().__init__()
        self._language = language
        self._readings = has_readings(language)
        self._folded: dict[str, list[str]] = {}
        self._exact: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._wild: list[tuple[Callable[[str], object], bool, str]] = []
        for pattern, number in numbers.items():
            self._add(pattern, number)

    def _add(self, pattern: Pattern, number: str) -> None:
        if pattern.wildcard:
            fits = compiled(pattern.text).fullmatch
            self._wild.append((fits, pattern.stream == "exact", number))
            return
        match pattern.stream:
            case "folded":
                self._folded.setdefault(pattern.text, []).append(number)
            case "exact":
                self._exact.setdefault(pattern.text, []).append(number)
            case "stem":
                text = stemmed(pattern.text, self._language)
                self._stems.setdefault(text, []).append(number)

    def __missing__(self, chunk: str) -> _Chunk:
        pieces = pieces_of(chunk)
        found = tuple(
            (offset, numbers)
            for offset, (_, _, folded, exact, more) in enumerate(pieces)
            if (numbers := tuple(self._fitting(folded, exact, more)))
        )
        if len(self) >= _REMEMBERED_CHUNKS:
            self.clear()
        self[chunk] = made = (len(pieces), found) if found or len(pieces) != 1 else _ONE_WORD
        return made

    def _fitting(self, folded: str, exact: str, more: Sequence[str]) -> Iterator[str]:
        forms = (folded, *readings_in(folded, more, arabic=self._readings))
        for form in forms:
            yield from self._folded.get(form, ())
        yield from self._exact.get(exact, ())
        if self._stems:
            yield from self._stems.get(stemmed(folded, self._language), ())
        for fits, as_written, number in self._wild:
            if any(map(fits, (exact,) if as_written else forms)):
                yield number


def _numbered(node: Node, numbers: dict[Pattern, str]) -> Node:
    """Write a number for each pattern; equal ones have the same."""
    match node:
        case Words():
            patterns = tuple(
                Pattern(text=numbers.setdefault(pattern, str(len(numbers))))
                for pattern in node.patterns
            )
            return replace(node, patterns=patterns)
        case And() | Or():
            return replace(
                node, children=tuple(_numbered(child, numbers) for child in node.children)
            )
        case Near() | NotNear():
            left, right = _numbered(node.left, numbers), _numbered(node.right, numbers)
            return replace(node, left=left, right=right)
        case InRange() | AtLeast() | Not():
            return replace(node, child=_numbered(node.child, numbers))
    raise AssertionError(node)


def _tokens_before(text: str, end: int) -> int:
    """Count the tokens that begin before an offset."""
    count = 0
    for chunk in _CHUNK.finditer(text):
        start = chunk.start()
        if start >= end:
            break
        pieces = pieces_of(chunk[0])
        if chunk.end() <= end:
            count += len(pieces)
        else:
            count += sum(start + piece[0] < end for piece in pieces)
    return count
