"""The machine in machine code: arrays that grow, and the kernel that reads them."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from rasad_core.query.engine import arrays
from rasad_core.query.engine.arrays import Desk, Ints, Sheet, Shelf
from rasad_core.query.engine.kernel import match
from rasad_core.query.engine.machine import Found
from rasad_core.query.engine.numbering import NOTHING, Forms, Numbered
from rasad_core.query.engine.postings import count_visits, insert, withdraw
from rasad_core.query.engine.program import CERTAIN, END, HEADER, Entry, Program
from rasad_core.query.engine.vocabulary import ALWAYS, Vocabulary

_SIZES = 33  # blocks of postings by powers of two, and where the unused end begins
# Programs take a multiple of this, so that what one leaves fits another.
_UNIT = 4


class Compiled:
    """Programs by the number of their query, in arrays. For one thread."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._terms = _ints(1024, arrays.TERM_COLUMNS)
        self._queries = _ints(1024, arrays.QUERY_COLUMNS)
        self._code = _ints(4096)
        self._postings = _ints(4096, arrays.POSTING_COLUMNS)
        self._forms = _ints(1024, arrays.FORM_COLUMNS)
        self._form_terms = _ints(4096)
        self._several = _ints(1024)
        self._used_code = 0
        self._used_form_terms = 0
        self._used_several = 0
        self._free_code: dict[int, list[int]] = {}
        self._free_postings = np.full(_SIZES, -1, np.int64)
        self._free_postings[-1] = 0
        self._mark = 0
        self._lists = 64
        self._desk = self._made_desk(tokens=1024, places=4096, spans=4096)

    def __setstate__(self, state: dict[str, object]) -> None:
        """Be read back from a pickle, with all machine code loaded."""
        load_machine_code()
        self.__dict__.update(state)

    def keep(self, form: int, terms: Sequence[int]) -> None:
        """Note the terms of a form."""
        first, end = self._used_form_terms, self._used_form_terms + len(terms)
        self._forms = _grown(self._forms, form + 1)
        self._form_terms = _grown(self._form_terms, end)
        self._form_terms[first:end] = terms
        self._used_form_terms = end
        self._forms[form] = (first, len(terms), len(self._vocabulary.asked.log), 0)

    def terms_of(self, form: int) -> Sequence[int]:
        """Give what was noted last of a form."""
        first, count = self._forms[form, : arrays.VERSION].tolist()
        found: list[int] = self._form_terms[first : first + count].tolist()
        return found

    def forget(self, terms: Sequence[int]) -> None:
        """Forget all forms, and what was counted of terms that name other things now."""
        self._used_form_terms = 0
        self._used_several = 0
        if terms:
            self._terms[np.array(terms, np.int64), arrays.MET] = 0

    def add(self, query: int, program: Program) -> None:
        """Take in a query of a number that is free."""
        size = _stored(len(program.code) + 2 * len(program.entries))
        at = self._room_for(size)
        code = program.code
        anchors: list[tuple[int, ...]] = []
        ends: list[int] = []
        packed: dict[tuple[int, ...], list[int]] = {}  # most entries of a query have one guard
        for term, entry, guard in program.entries:
            if guard not in packed:
                packed[guard] = arrays.guards(guard)
            if entry == CERTAIN:
                posting = 2 * query + 1
            else:
                code[entry + arrays.QUERY] = query
                posting = 2 * (at + entry)
            anchors.append((term, posting, *packed[guard]))
            ends += (term, posting)
        self._code[at : at + len(code) + len(ends)] = [*code, *ends]
        self._queries = _grown(self._queries, query + 1)
        self._queries[query] = (0, at, len(program.code), 2 * len(anchors))
        self._terms = _grown(self._terms, self._vocabulary.size)
        self._lists = max(self._lists, program.lists)
        self._insert(np.array(anchors, np.int32))

    def remove(self, query: int) -> None:
        """Take out a query."""
        _, at, length, count = self._queries[query].tolist()
        anchors = self._code[at + length : at + length + count]
        withdraw(self._terms, self._postings, anchors)
        self._free_code.setdefault(_stored(length + count), []).append(at)

    def met(self, term: int) -> int:
        """Say in how many articles a term was."""
        return int(self._terms[term, arrays.MET]) if term < len(self._terms) else 0

    def visits(self, queries: Sequence[int]) -> Sequence[tuple[int, int]]:
        """Say how often the programs of queries were run, and how long each is."""
        numbers = np.array(queries, np.int32)
        visits = np.zeros(len(numbers), np.int64)
        count_visits(numbers, self._queries, self._code, visits)
        lengths = self._queries[numbers, arrays.LENGTH]
        return list(zip(visits.tolist(), lengths.tolist(), strict=True))

    def match(self, article: Numbered, several: Sequence[int], forms: Forms, now: int) -> Found:
        """Give the queries that match an article."""
        self._terms = _grown(self._terms, self._vocabulary.size)
        self._take_several(several)
        sheet = self._sheet(article, now)
        shelf = self._shelf()
        while True:
            self._mark += 1
            sheet.numbers[arrays.MARKED] = self._mark
            desk = self._large_enough(article)
            found = match(shelf, sheet, desk)
            if found >= 0:
                candidates, verified = desk.counts[:2].tolist()
                return Found(desk.result[:found].tolist(), candidates, verified)
            if found == arrays.STALE:
                forms.refresh(desk.result[: desk.counts[0]].tolist())
                shelf = self._shelf()
            else:
                self._desk = self._made_desk(
                    tokens=len(desk.tokens), places=2 * len(desk.places), spans=2 * len(desk.firsts)
                )

    def _sheet(self, article: Numbered, now: int) -> Sheet:
        numbers = np.zeros(7, np.int64)
        numbers[arrays.LATEST] = len(self._vocabulary.asked.log)
        numbers[arrays.TITLE_CHUNKS] = len(article.title)
        numbers[arrays.LEAD_CHUNKS] = article.lead_chunks
        numbers[arrays.LEAD_TOKENS] = article.lead_tokens
        numbers[arrays.PUBLISHED] = article.published
        numbers[arrays.NOW] = now
        return Sheet(
            chunks=np.array([*article.title, *article.text], np.int32),
            passing=np.array(article.passing, np.int32),
            several=self._several,
            terms=np.array(article.terms, np.int32),
            places=np.array(article.places, np.int32),
            numbers=numbers,
        )

    def _shelf(self) -> Shelf:
        return Shelf(
            terms=self._terms,
            queries=self._queries,
            code=self._code,
            postings=self._postings,
            forms=self._forms,
            form_terms=self._form_terms,
        )

    def _large_enough(self, article: Numbered) -> Desk:
        desk = self._desk
        result = max(len(self._queries), article.most_tokens)
        if (
            len(desk.tokens) < article.most_tokens
            or len(desk.found) < len(self._terms)
            or len(desk.lists) < self._lists
            or len(desk.result) < result
        ):
            self._desk = self._made_desk(
                tokens=max(2 * article.most_tokens, len(desk.tokens)),
                places=len(desk.places),
                spans=len(desk.firsts),
            )
        return self._desk

    def _made_desk(self, *, tokens: int, places: int, spans: int) -> Desk:
        return Desk(
            tokens=_ints(tokens),
            places=_ints(places),
            found=_ints(len(self._terms)),
            sketch=np.zeros(arrays.SKETCH, np.uint8),
            lists=_ints(self._lists, 2),
            firsts=_ints(spans),
            lasts=_ints(spans),
            ranges=_ints(4, 2),
            waiting=_ints(spans),
            result=_ints(max(len(self._queries), tokens)),
            counts=np.zeros(3, np.int64),
            stack=np.zeros(2, np.int64),
        )

    def _take_several(self, several: Sequence[int]) -> None:
        if len(several) > self._used_several:
            self._several = _grown(self._several, len(several))
            self._several[self._used_several : len(several)] = several[self._used_several :]
            self._used_several = len(several)

    def _room_for(self, size: int) -> int:
        free = self._free_code.get(size)
        if free:
            return free.pop()
        at, self._used_code = self._used_code, self._used_code + size
        self._code = _grown(self._code, self._used_code)
        return at

    def _insert(self, anchors: Ints) -> None:
        done = 0
        while True:
            done = insert(self._terms, self._postings, self._free_postings, anchors, done)
            if done == len(anchors):
                return
            self._postings = _grown(self._postings, len(self._postings) + 1)


@cache
def load_machine_code() -> None:
    """Load all of it, or make it, before anybody waits: the first removal waited 1.9 s for its own.

    Made for the first time after a change of sources it takes half a minute.
    """
    vocabulary = Vocabulary()
    machine = Compiled(vocabulary)
    machine.add(0, Program([*(0,) * HEADER, END], [Entry(ALWAYS, HEADER)], 0))
    machine.match(NOTHING, (), Forms(vocabulary, machine), 0)
    machine.visits([0])
    machine.remove(0)


def _stored(length: int) -> int:
    return -(-length // _UNIT) * _UNIT


def _ints(*shape: int) -> Ints:
    return np.zeros(shape, np.int32)


def _grown(array: Ints, size: int) -> Ints:
    """Give an array at least so long, with what is in it: larger by half, so that it is rare."""
    if size <= len(array):
        return array
    larger = np.zeros((max(size, len(array) * 3 // 2), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger
