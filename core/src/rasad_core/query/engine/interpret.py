"""The machine in pure Python: sets find the candidates, and a loop runs their programs."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TypeVar

from rasad_core.query.engine.machine import Found
from rasad_core.query.engine.numbering import Forms, Numbered, tokens_of
from rasad_core.query.engine.program import CERTAIN, Program
from rasad_core.query.engine.reading import Reading
from rasad_core.query.engine.vocabulary import ALWAYS

T = TypeVar("T")


class Interpreter:
    """Programs by the number of their query, found by their anchors."""

    def __init__(self) -> None:
        self._programs: dict[int, Program] = {}
        self._certain: dict[int, set[int]] = defaultdict(set)
        self._candidates: dict[int, set[tuple[int, int, tuple[int, ...]]]] = defaultdict(set)
        self._terms: list[Sequence[int]] = []
        self._met: Counter[int] = Counter()
        self._visits: dict[int, int] = defaultdict(int)

    def keep(self, form: int, terms: Sequence[int]) -> None:
        """Note the terms of a form."""
        if form == len(self._terms):
            self._terms.append(terms)
        else:
            self._terms[form] = terms

    def terms_of(self, form: int) -> Sequence[int]:
        """Give what was noted last of a form."""
        return self._terms[form]

    def forget(self, terms: Sequence[int]) -> None:
        """Forget all forms, and what was counted of terms that name other things now."""
        self._terms.clear()
        for term in terms:
            self._met.pop(term, None)

    def add(self, query: int, program: Program) -> None:
        """Take in a query."""
        self._programs[query] = program
        for term, entry, guard in program.entries:
            if entry == CERTAIN:
                self._certain[term].add(query)
            else:
                self._candidates[term].add((query, entry, guard))

    def remove(self, query: int) -> None:
        """Take out a query."""
        program = self._programs.pop(query)
        self._visits.pop(query, None)
        for term, entry, guard in program.entries:
            if entry == CERTAIN:
                _discard(self._certain, term, query)
            else:
                _discard(self._candidates, term, (query, entry, guard))

    def met(self, term: int) -> int:
        """Say in how many articles a term was."""
        return self._met[term]

    def visits(self, queries: Sequence[int]) -> Sequence[tuple[int, int]]:
        """Say how often the programs of queries were run, and how long each is."""
        return [(self._visits.get(each, 0), len(self._programs[each].code)) for each in queries]

    def match(self, article: Numbered, several: Sequence[int], forms: Forms, now: int) -> Found:
        """Give the queries that match an article."""
        reading = self._read(article, several, forms, now)
        terms = reading.places.keys()
        self._met.update(terms)
        matched: set[int] = set()
        matched.update(*(self._certain[term] for term in terms & self._certain.keys()))
        candidates: set[tuple[int, int, tuple[int, ...]]] = set()
        candidates.update(*(self._candidates[term] for term in terms & self._candidates.keys()))
        count = len(candidates) + len(matched)
        verified = 0
        for query, entry, guard in candidates:
            if query not in matched and not (guard and terms.isdisjoint(guard)):
                verified += 1
                self._visits[query] += 1
                if reading.holds(self._programs[query].code, entry):
                    matched.add(query)
        return Found(list(matched), count, verified)

    def _read(self, article: Numbered, several: Sequence[int], forms: Forms, now: int) -> Reading:
        title, text = (
            list(tokens_of(chunks, several, article.passing))
            for chunks in (article.title, article.text)
        )
        ahead = article.text[: article.lead_chunks]
        lead = sum(1 for _ in tokens_of(ahead, several, article.passing)) + article.lead_tokens
        forms.refresh({*title, *text})
        terms = self._terms
        reading = Reading(article.published, now)
        reading.places[ALWAYS].append(-1)
        reading.fill(article, [terms[each] for each in title], [terms[each] for each in text], lead)
        return reading


def _discard(table: dict[int, set[T]], term: int, entry: T) -> None:
    table[term].discard(entry)
    if not table[term]:
        del table[term]
