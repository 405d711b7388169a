"""An article in numbers: a number for each chunk between white space, and the terms of metadata.

What a chunk and a token are is worked out once and remembered, within bounds.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from rasad_core.events import ArticleAnalysed
from rasad_core.instants import microseconds
from rasad_core.query.engine.metadata import MetadataTerms
from rasad_core.query.engine.vocabulary import Form, Vocabulary
from rasad_core.text.tokenise import has_readings, pieces_of, readings_in

# Longer chunks are text without spaces, new each time, or no text at all: not remembered.
_REMEMBERED_CHARACTERS = 32
# The words of 5,000 articles that repeat few: 140 MB. With 120,000 forms these came to be forgotten
# after 3,500, and new articles took 1.3 times as long; 250,000 would be 80 MB more.
_MOST_FORMS = 160_000
_MOST_CHUNKS = 320_000
# Languages whose chunks are remembered apart, where queries have stems.
_MOST_PROFILES = 40
# Newer patterns than this many are looked up anew with all others, fewer are tried one by one.
_TRIED_ONE_BY_ONE = 40
# Below the numbers of remembered chunks of several tokens stand those of one article only.
PASSING = -(1 << 30)


class TermsOfForms(Protocol):
    """Where the terms of forms are kept."""

    def keep(self, form: int, terms: Sequence[int]) -> None:
        """Note the terms of a form; forms come in the order of their numbers, and again."""

    def terms_of(self, form: int) -> Sequence[int]:
        """Give what was noted last."""


class Numbered(NamedTuple):
    """An article in numbers.

    A chunk is the number of its form, or for none and several tokens -1 less the place in
    `Chunks.several` where their count and their forms stand, below `PASSING` in `passing`.
    `lead_chunks` of the text are in the lead and `lead_tokens` of the next.
    `places` are those of the metadata `terms`; neither phrase nor NEAR runs from one value into
    the next.
    """

    title: list[int]
    text: list[int]
    passing: list[int]
    lead_chunks: int
    lead_tokens: int
    terms: list[int]
    places: list[int]
    published: int
    most_tokens: int


NOTHING = Numbered(
    title=[], text=[], passing=[], lead_chunks=0, lead_tokens=0, terms=[], places=[], published=0,
    most_tokens=0,
)  # fmt: skip


class Forms:
    """The forms of tokens by number; the terms of each are kept elsewhere, and up to date."""

    def __init__(self, vocabulary: Vocabulary, kept: TermsOfForms) -> None:
        self._vocabulary = vocabulary
        self._kept = kept
        self._forms: list[Form] = []
        self._numbers: dict[Form, int] = {}
        self._versions = array("l")

    def __len__(self) -> int:
        return len(self._forms)

    def number(self, form: Form) -> int:
        """Give the number of a form; of a new one the terms are worked out."""
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self._forms)
            self._forms.append(form)
            self._versions.append(len(self._vocabulary.asked.log))
            self._kept.keep(number, self._terms_of(form))
        return number

    def refresh(self, numbers: Iterable[int]) -> None:
        """Take in the patterns that came since the terms of these forms were worked out."""
        latest = len(self._vocabulary.asked.log)
        for number in numbers:
            if self._versions[number] < latest:
                self._refresh(number)

    def _refresh(self, number: int) -> None:
        asked = self._vocabulary.asked
        version, self._versions[number] = self._versions[number], len(asked.log)
        form, before = self._forms[number], self._kept.terms_of(number)
        if len(asked.log) - version > _TRIED_ONE_BY_ONE:
            terms = self._terms_of(form)
        else:
            terms = (*before, *asked.fitting_since(form, version))
        if len(terms) != len(before):
            self._kept.keep(number, terms)

    def clear(self) -> None:
        """Forget all."""
        self._forms.clear()
        self._numbers.clear()
        del self._versions[:]

    def _terms_of(self, form: Form) -> tuple[int, ...]:
        folded, _, readings, _ = form
        word = self._vocabulary.word
        patterns = self._vocabulary.asked.fitting(form)
        return tuple(dict.fromkeys((word(folded), *map(word, readings), *patterns)))


class Chunks(dict[str, int]):
    """The numbers of the chunks of a language: a dict, since a call per word would cost as much."""

    def __init__(self, forms: Forms, several: list[int], language: str, *, read: bool) -> None:
        super().__init__()
        self.passing: list[int] = []
        self._forms = forms
        self._several = several
        self._language = language
        self._read = read

    def __missing__(self, chunk: str) -> int:
        read, language = self._read, self._language
        forms = [
            self._forms.number(
                (folded, exact, tuple(readings_in(folded, more, arabic=read)), language)
            )
            for _, _, folded, exact, more in pieces_of(chunk)
        ]
        if len(chunk) > _REMEMBERED_CHARACTERS:
            place = PASSING - 1 - len(self.passing)
            self.passing += (len(forms), *forms)
            return place
        if len(forms) != 1:
            self[chunk] = -1 - len(self._several)
            self._several += (len(forms), *forms)
        else:
            self[chunk] = forms[0]
        return self[chunk]


class Numbering:
    """What makes numbers of articles. `several` only grows, until it is cleared with the rest."""

    def __init__(self, vocabulary: Vocabulary, kept: TermsOfForms) -> None:
        self.several: list[int] = []
        self.forms = Forms(vocabulary, kept)
        self._vocabulary = vocabulary
        self._metadata = MetadataTerms(vocabulary)
        self._chunks: dict[tuple[bool, str], Chunks] = {}

    def is_full(self) -> bool:
        """Say whether it is time to forget what was remembered."""
        chunks = sum(map(len, self._chunks.values()))
        return (
            len(self.forms) > _MOST_FORMS
            or chunks > _MOST_CHUNKS
            or len(self._chunks) > _MOST_PROFILES
        )

    def clear(self) -> list[int]:
        """Forget all that was remembered; give the terms that name other things from now on."""
        self.forms.clear()
        self._chunks.clear()
        self.several.clear()
        return self._vocabulary.forget()

    def read(self, article: ArticleAnalysed) -> Numbered:
        """Give an article in numbers."""
        chunks = self._chunks_in(article.language)
        chunks.passing = []
        lead_chunks, lead_tokens = _lead(article.text, len(article.lead))
        terms, places = self._metadata.of(article)
        number = chunks.__getitem__
        return Numbered(
            title=list(map(number, article.title.split())),
            text=list(map(number, article.text.split())),
            passing=chunks.passing,
            lead_chunks=lead_chunks,
            lead_tokens=lead_tokens,
            terms=terms,
            places=places,
            published=microseconds(article.published),
            most_tokens=len(article.title) + len(article.text),
        )

    def _chunks_in(self, language: str) -> Chunks:
        # Without stems only readings depend on the language.
        stems = self._vocabulary.asked.has_stems
        primary = language.partition("-")[0].lower() if stems else ""
        read = has_readings(language)
        found = self._chunks.get((read, primary))
        if found is None:
            found = Chunks(self.forms, self.several, primary, read=read)
            self._chunks[read, primary] = found
        return found


def tokens_of(
    chunks: Sequence[int], several: Sequence[int], passing: Sequence[int]
) -> Iterator[int]:
    """Give the forms of the tokens of chunks."""
    for chunk in chunks:
        if chunk >= 0:
            yield chunk
            continue
        place, among = (-1 - chunk, several) if chunk > PASSING else (PASSING - 1 - chunk, passing)
        yield from among[place + 1 : place + 1 + among[place]]


def _lead(text: str, length: int) -> tuple[int, int]:
    """Count the chunks of which all tokens begin in the lead, and those tokens of the next."""
    before = text[:length].split()
    if not before or length >= len(text) or text[length - 1].isspace() or text[length].isspace():
        return len(before), 0
    chunk = text[length - len(before[-1]) :].split(maxsplit=1)[0]
    starts = [start for start, *_ in pieces_of(chunk)]
    return len(before) - 1, sum(start < len(before[-1]) for start in starts)
