"""An article against all queries, in machine code: terms, candidates, and their programs."""

from rasad_core.query.engine.arrays import (
    AHEAD,
    COUNT,
    FIRST,
    HELD,
    LATEST,
    LEAD_CHUNKS,
    LEAD_TOKENS,
    LINE,
    MARK,
    MARKED,
    MATCHED,
    MET,
    NUMBER,
    POSTING,
    POSTINGS,
    QUERY,
    SEEN,
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
    is_guarded,
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
    chunks, several, passing, result = sheet.chunks, sheet.several, sheet.passing, desk.tokens
    title_chunks = sheet.numbers[TITLE_CHUNKS]
    lead_chunks = title_chunks + sheet.numbers[LEAD_CHUNKS]
    tokens = 0
    title = 0
    lead = 0
    for index in range(len(chunks) + 1):
        if index == title_chunks:
            title = tokens
        if index == lead_chunks:
            lead = tokens
        if index == len(chunks):
            break
        chunk = chunks[index]
        if chunk >= 0:
            result[tokens] = chunk
            tokens += 1
        elif chunk > PASSING:
            tokens = _copy(several, -1 - chunk, result, tokens)
        else:
            tokens = _copy(passing, PASSING - 1 - chunk, result, tokens)
    stale = _stale(tokens, sheet.numbers[LATEST], forms, result, desk.result)
    return tokens, title, lead - title + sheet.numbers[LEAD_TOKENS], stale


@machine_code
def _stale(tokens: int, latest: int, forms: Ints, read: Ints, result: Ints) -> int:
    """Give how many forms are not up to date, and which; they are from now on."""
    stale = 0
    for index in range(tokens):
        form = read[index]
        if forms[form, VERSION] < latest:
            forms[form, VERSION] = latest
            result[stale] = form
            stale += 1
    return stale


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
    terms, forms, form_terms = shelf.terms, shelf.forms, shelf.form_terms
    read, places, found, sketch = desk.tokens, desk.places, desk.found, desk.sketch
    others, their_places = sheet.terms, sheet.places
    mark = sheet.numbers[MARKED]
    sketch[:] = 0
    count = _count(ALWAYS, mark, terms, found, 0)
    for index in range(tokens):
        first = forms[read[index], FIRST]
        for at in range(first, first + forms[read[index], NUMBER]):
            count = _count(form_terms[at], mark, terms, found, count)
    for index in range(len(others)):
        count = _count(others[index], mark, terms, found, count)
    if not _share_out(count, terms, desk):
        return TOO_SMALL
    _place(ALWAYS, -1, terms, places)
    for index in range(tokens):
        place = index if index < title else index + WALL
        first = forms[read[index], FIRST]
        for at in range(first, first + forms[read[index], NUMBER]):
            _place(form_terms[at], place, terms, places)
    for index in range(len(others)):
        _place(others[index], tokens + 2 * WALL + their_places[index], terms, places)
    return count


@machine_code
def _count(term: int, mark: int, terms: Ints, found: Ints, count: int) -> int:
    if terms[term, MARK] == mark:
        terms[term, COUNT] += 1
        return count
    terms[term, MARK] = mark
    terms[term, COUNT] = 1
    found[count] = term
    return count + 1


@machine_code
def _share_out(count: int, terms: Ints, desk: Desk) -> bool:
    """Give every term room for its places; False where there is too little."""
    found, sketch = desk.found, desk.sketch
    room = 0
    for index in range(count):
        term = found[index]
        sketch[term & (SKETCH - 1)] = 1
        terms[term, START] = room
        room += terms[term, COUNT]
        terms[term, COUNT] = 0
    return bool(room <= len(desk.places))


@machine_code
def _place(term: int, place: int, terms: Ints, places: Ints) -> None:
    places[terms[term, START] + terms[term, COUNT]] = place
    terms[term, COUNT] += 1


@machine_code
def _select(shelf: Shelf, numbers: Ints, desk: Desk, found: int) -> int:
    """Find the queries of which one of the terms is an anchor; give how many match."""
    terms, postings, sketch, waiting = shelf.terms, shelf.postings, desk.sketch, desk.waiting
    matched = 0
    candidates = 0
    count = 0
    for index in range(found):
        term = desk.found[index]
        terms[term, MET] += 1
        first = terms[term, POSTINGS]
        candidates += terms[term, HELD]
        if count + terms[term, HELD] > len(waiting):
            return TOO_SMALL
        for at in range(first, first + terms[term, HELD]):
            if postings[at, POSTING] & 1:
                matched = _take(postings[at, POSTING] >> 1, matched, numbers[MARKED], shelf, desk)
            elif not is_guarded(at, postings, sketch):
                waiting[count] = postings[at, POSTING] >> 1
                count += 1
    matched, verified = _run(count, matched, shelf, numbers, desk)
    desk.counts[0] = candidates
    desk.counts[1] = verified
    return matched


@machine_code
def _run(count: int, matched: int, shelf: Shelf, numbers: Ints, desk: Desk) -> tuple[int, int]:
    """Run the programs that wait; give how many match now, or `TOO_SMALL`, and how many were run.

    Each is touched some time before it is run: that alone is most of what it takes to fetch it.
    """
    code, waiting, mark = shelf.code, desk.waiting, numbers[MARKED]
    last = len(code) - 1
    verified = 0
    touched = 0
    for index in range(count):
        ahead = waiting[min(index + AHEAD, count - 1)]
        touched += code[ahead] + code[min(ahead + LINE, last)]
        entry = waiting[index]
        if code[entry + SEEN] == mark:
            continue
        code[entry + SEEN] = mark
        code[entry + VISITS] += 1
        verified += 1
        answer = holds(entry, mark, numbers, shelf, desk)
        if answer < 0:
            return TOO_SMALL, verified
        if answer > 0:
            matched = _take(code[entry + QUERY], matched, mark, shelf, desk)
    desk.counts[2] = touched  # or nothing would be
    return matched, verified


@machine_code
def _take(query: int, matched: int, mark: int, shelf: Shelf, desk: Desk) -> int:
    if shelf.queries[query, MATCHED] == mark:
        return matched
    shelf.queries[query, MATCHED] = mark
    desk.result[matched] = query
    return matched + 1
