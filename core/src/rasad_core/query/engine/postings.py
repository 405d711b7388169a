"""What leads from a term to the queries anchored at it, kept in machine code."""

from rasad_core.query.engine.arrays import (
    ANCHORS,
    CODE,
    HELD,
    LENGTH,
    POSTING,
    POSTING_COLUMNS,
    POSTINGS,
    SIZE,
    VISITS,
    Ints,
    machine_code,
)


@machine_code
def insert(terms: Ints, postings: Ints, free: Ints, anchors: Ints, begin: int) -> int:
    """Hold the postings of a query at its anchors; give how many, fewer where there is no room.

    `anchors` are terms with their postings. `free` has by size the first block that is free, of
    which the first number is the next, and last where the unused end begins.
    """
    for index in range(begin, len(anchors)):
        term = anchors[index, 0]
        held = terms[term, HELD]
        if held == (1 << terms[term, SIZE]) >> 1 and not _move(term, terms, postings, free):
            return index
        _set_posting(postings, terms[term, POSTINGS] + held, anchors, index, 1)
        terms[term, HELD] = held + 1
    return len(anchors)


@machine_code
def _move(term: int, terms: Ints, postings: Ints, free: Ints) -> bool:
    """Give the postings of a term a block of twice the size."""
    size, held = terms[term, SIZE], terms[term, HELD]
    block = free[size]
    if block >= 0:
        free[size] = postings[block, POSTING]
    else:
        block = free[-1]
        if block + (1 << size) > len(postings):
            return False
        free[-1] = block + (1 << size)
    before = terms[term, POSTINGS]
    for index in range(held):
        _set_posting(postings, block + index, postings, before + index, 0)
    if size > 0:
        postings[before, POSTING] = free[size - 1]
        free[size - 1] = before
    terms[term, POSTINGS] = block
    terms[term, SIZE] = size + 1
    return True


@machine_code
def _set_posting(postings: Ints, at: int, rows: Ints, row: int, first: int) -> None:
    """Copy a posting; a slice for it would be an object, which machine code has none of here."""
    for column in range(POSTING_COLUMNS):
        postings[at, column] = rows[row, first + column]


@machine_code
def count_visits(numbers: Ints, queries: Ints, code: Ints, visits: Ints) -> None:
    """Add up how often the programs of queries were entered, at any of their entries."""
    for index in range(len(numbers)):
        query = numbers[index]
        first = queries[query, CODE] + queries[query, LENGTH] + 1
        before = -1
        for at in range(first, first + queries[query, ANCHORS], 2):
            # Anchors of one entry stand together.
            if code[at] & 1 == 0 and code[at] != before:
                visits[index] += code[(code[at] >> 1) + VISITS]
                before = code[at]


@machine_code
def withdraw(terms: Ints, postings: Ints, anchors: Ints) -> None:
    """Take the postings of a query away from its anchors; they are terms and postings in turn."""
    for index in range(0, len(anchors), 2):
        term = anchors[index]
        first = terms[term, POSTINGS]
        last = first + terms[term, HELD] - 1
        for at in range(first, last + 1):
            if postings[at, POSTING] == anchors[index + 1]:
                _set_posting(postings, at, postings, last, 0)
                terms[term, HELD] -= 1
                break
