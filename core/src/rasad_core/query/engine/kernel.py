"""An article against all queries, in machine code: terms, candidates, and their programs."""

from rasad_core.query.engine.arrays import (
    CODE,
    COUNT,
    FIRST,
    HELD,
    LATEST,
    LEAD_CHUNKS,
    LEAD_TOKENS,
    MARK,
    MARKED,
    MET,
    NUMBER,
    POSTINGS,
    SEEN,
    SIZE,
    SKETCH,
    STALE,
    START,
    TITLE_CHUNKS,
    TOO_SMALL,
    VERSION,
    VISITS,
    Desk,
    Ints,
    Sheet,
    Shelf,
    machine_code,
)
from rasad_core.query.engine.checks import holds
from rasad_core.query.engine.numbering import PASSING
from rasad_core.query.engine.program import WALL
from rasad_core.query.engine.vocabulary import ALWAYS

_EVERYWHERE = (1 << 31) - 1


@machine_code
def match(shelf: Shelf, sheet: Sheet, desk: Desk) -> int:
    """Find the queries that match an article; `desk.result` has them, `desk.counts` the counts.

    Give how many they are; or `STALE` where `desk.counts` says how many forms in `desk.result` are
    not up to date, or `TOO_SMALL` where the desk is: nothing has happened then.
    """
    tokens, title, lead, stale = _read(shelf.forms, sheet, desk)
    if stale > 0:
        desk.counts[0] = stale
        return STALE
    _divide(desk, title, tokens - title, lead)
    found = _gather(shelf, sheet, desk, tokens, title)
    if found < 0:
        return TOO_SMALL
    return _select(shelf, sheet.numbers, desk, found)


@machine_code
def _read(forms: Ints, sheet: Sheet, desk: Desk) -> tuple[int, int, int, int]:
    """Give the numbers of tokens: all, of the title, of the lead; and of forms that are stale."""
    title_chunks = sheet.numbers[TITLE_CHUNKS]
    lead_chunks = title_chunks + sheet.numbers[LEAD_CHUNKS]
    tokens = 0
    title = 0
    lead = 0
    for index in range(len(sheet.chunks)):
        if index == title_chunks:
            title = tokens
        if index == lead_chunks:
            lead = tokens
        chunk = sheet.chunks[index]
        if chunk >= 0:
            desk.tokens[tokens] = chunk
            tokens += 1
        elif chunk > PASSING:
            tokens = _copy(sheet.several, -1 - chunk, desk.tokens, tokens)
        else:
            tokens = _copy(sheet.passing, PASSING - 1 - chunk, desk.tokens, tokens)
    if len(sheet.chunks) == title_chunks:
        title = tokens
    if len(sheet.chunks) == lead_chunks:
        lead = tokens
    stale = 0
    latest = sheet.numbers[LATEST]
    for form in desk.tokens[:tokens]:
        if forms[form, VERSION] < latest:
            forms[form, VERSION] = latest
            desk.result[stale] = form
            stale += 1
    return tokens, title, lead - title + sheet.numbers[LEAD_TOKENS], stale


@machine_code
def _copy(rows: Ints, at: int, tokens: Ints, count: int) -> int:
    for index in range(rows[at]):
        tokens[count + index] = rows[at + 1 + index]
    return int(count + rows[at])


@machine_code
def _divide(desk: Desk, title: int, text: int, lead: int) -> None:
    start = title + WALL
    ends = ((0, _EVERYWHERE), (0, title), (start, start + lead), (start, start + text))
    for index in range(4):
        desk.ranges[index, 0], desk.ranges[index, 1] = ends[index]
    desk.counts[0] = title + text


@machine_code
def _gather(shelf: Shelf, sheet: Sheet, desk: Desk, tokens: int, title: int) -> int:
    """Note the places of every term; give how many terms there are, or `TOO_SMALL`."""
    terms, form_terms = shelf.terms, shelf.form_terms
    mark = sheet.numbers[MARKED]
    desk.sketch[:] = 0
    found = _count(ALWAYS, mark, terms, desk, 0)
    for form in desk.tokens[:tokens]:
        first = shelf.forms[form, FIRST]
        for term in form_terms[first : first + shelf.forms[form, NUMBER]]:
            found = _count(term, mark, terms, desk, found)
    for term in sheet.terms:
        found = _count(term, mark, terms, desk, found)
    room = 0
    for term in desk.found[:found]:
        terms[term, START] = room
        room += terms[term, COUNT]
        terms[term, COUNT] = 0
    if room > len(desk.places):
        desk.counts[0] = room
        return TOO_SMALL
    _place(ALWAYS, -1, terms, desk.places)
    for index in range(tokens):
        form = desk.tokens[index]
        place = index if index < title else index + WALL
        first = shelf.forms[form, FIRST]
        for term in form_terms[first : first + shelf.forms[form, NUMBER]]:
            _place(term, place, terms, desk.places)
    for index in range(len(sheet.terms)):
        _place(sheet.terms[index], tokens + 2 * WALL + sheet.places[index], terms, desk.places)
    return found


@machine_code
def _count(term: int, mark: int, terms: Ints, desk: Desk, found: int) -> int:
    if terms[term, MARK] == mark:
        terms[term, COUNT] += 1
        return found
    terms[term, MARK] = mark
    terms[term, COUNT] = 1
    desk.sketch[term & (SKETCH - 1)] = 1
    desk.found[found] = term
    return found + 1


@machine_code
def _place(term: int, place: int, terms: Ints, places: Ints) -> None:
    places[terms[term, START] + terms[term, COUNT]] = place
    terms[term, COUNT] += 1


@machine_code
def _select(shelf: Shelf, numbers: Ints, desk: Desk, found: int) -> int:
    """Look at the queries that one of the terms is an anchor of."""
    terms, queries, postings = shelf.terms, shelf.queries, shelf.postings
    mark = numbers[MARKED]
    matched = 0
    candidates = 0
    verified = 0
    for term in desk.found[:found]:
        first = terms[term, POSTINGS]
        for posting in postings[first : first + terms[term, HELD]]:
            query = posting >> 1
            if queries[query, SEEN] == mark:
                continue
            queries[query, SEEN] = mark
            candidates += 1
            if posting & 1 == 0:
                verified += 1
                answer = holds(queries[query, CODE], mark, numbers, shelf, desk)
                if answer < 0:
                    return TOO_SMALL
                queries[query, VISITS] += 1
                if answer == 0:
                    continue
            desk.result[matched] = query
            matched += 1
    for term in desk.found[:found]:
        terms[term, MET] += 1
    desk.counts[0] = candidates
    desk.counts[1] = verified
    return matched


@machine_code
def insert(terms: Ints, postings: Ints, free: Ints, anchors: Ints, begin: int) -> int:
    """Hold the postings of a query at its anchors; give how many, fewer where there is no room.

    `anchors` are terms and postings in turn. `free` has by size the first block that is free, of
    which the first number is the next, and last where the unused end begins.
    """
    for index in range(begin, len(anchors) // 2):
        term = anchors[2 * index]
        held = terms[term, HELD]
        if held == (1 << terms[term, SIZE]) >> 1 and not _move(term, terms, postings, free):
            return index
        postings[terms[term, POSTINGS] + held] = anchors[2 * index + 1]
        terms[term, HELD] = held + 1
    return len(anchors) // 2


@machine_code
def _move(term: int, terms: Ints, postings: Ints, free: Ints) -> bool:
    """Give the postings of a term a block of twice the size."""
    size, held = terms[term, SIZE], terms[term, HELD]
    block = free[size]
    if block >= 0:
        free[size] = postings[block]
    else:
        block = free[-1]
        if block + (1 << size) > len(postings):
            return False
        free[-1] = block + (1 << size)
    before = terms[term, POSTINGS]
    for index in range(held):
        postings[block + index] = postings[before + index]
    if size > 0:
        postings[before] = free[size - 1]
        free[size - 1] = before
    terms[term, POSTINGS] = block
    terms[term, SIZE] = size + 1
    return True


@machine_code
def withdraw(terms: Ints, postings: Ints, anchors: Ints) -> None:
    """Take the postings of a query away from its anchors."""
    for index in range(len(anchors) // 2):
        term = anchors[2 * index]
        first = terms[term, POSTINGS]
        last = first + terms[term, HELD] - 1
        for at in range(first, last + 1):
            if postings[at] == anchors[2 * index + 1]:
                postings[at] = postings[last]
                terms[term, HELD] -= 1
                break
