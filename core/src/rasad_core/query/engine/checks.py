"""A query's program run in machine code; `reading.Reading.holds` is the same in Python."""

from rasad_core.query.engine import program as op
from rasad_core.query.engine.arrays import (
    COUNT,
    LISTS,
    NOW,
    PUBLISHED,
    SPANS,
    START,
    TOO_SMALL,
    Desk,
    Ints,
    Shelf,
    machine_code,
)
from rasad_core.query.engine.spots import (
    is_at_least,
    is_far,
    is_near,
    is_there,
    join,
    next_phrase,
    put_phrases,
    put_words,
    rarest_of,
)

_DAY = 86_400_000_000  # microseconds


@machine_code
def holds(entry: int, mark: int, numbers: Ints, shelf: Shelf, desk: Desk) -> int:  # noqa: C901, PLR0912
    """Run a program from an entry; give 0, 1, or `TOO_SMALL` when the desk has to be larger."""
    # One loop: a function for each operation would cost more than most of them do.
    code, terms, sketch = shelf.code, shelf.terms, desk.sketch
    pc = entry
    flag = False
    desk.stack[:] = 0
    while True:
        kind = code[pc]
        if kind == op.END:
            return 1 if flag else 0
        if kind <= op.JUMP_TRUE:
            pc += code[pc + 1] if flag == (kind == op.JUMP_TRUE) else 2
        elif kind == op.NOT:
            flag = not flag
            pc += 1
        elif kind == op.TERM:
            flag = is_there(code[pc + 1], mark, terms, sketch)
            pc += 2
        elif kind <= op.ALL:
            flag = _several(pc, mark, code, terms, sketch)
            pc += 2 + code[pc + 1]
        elif kind <= op.PHRASE:
            flag = _in_range(pc, mark, shelf, desk)
            pc += 3 + code[pc + 2]
        elif kind == op.LENGTH:
            flag = code[pc + 1] <= desk.counts[0] <= code[pc + 2]
            pc += 3
        elif kind == op.TIME:
            flag = _in_time(pc, code, numbers)
            pc += 7
        elif kind <= op.PHRASES:
            put = (
                put_words(pc, mark, shelf, desk)
                if kind == op.PLACES
                else put_phrases(pc, mark, shelf, desk)
            )
            if not put:
                return TOO_SMALL
            pc += 3 + code[pc + 2]
        elif kind == op.JOIN:
            if not join(pc, code, desk):
                return TOO_SMALL
            pc += 5
        else:
            flag, pc = _places(pc, code, desk)


@machine_code
def _several(pc: int, mark: int, code: Ints, terms: Ints, sketch: Ints) -> bool:
    wanted = bool(code[pc] == op.ANY)
    for at in range(pc + 2, pc + 2 + code[pc + 1]):
        if is_there(code[at], mark, terms, sketch) == wanted:
            return wanted
    return not wanted


@machine_code
def _in_range(pc: int, mark: int, shelf: Shelf, desk: Desk) -> bool:
    code, terms, sketch = shelf.code, shelf.terms, desk.sketch
    if code[pc] == op.PHRASE:
        rarest = rarest_of(pc, mark, code, terms, sketch)
        return rarest >= 0 and next_phrase(pc, rarest, 0, shelf, desk) >= 0
    low, high = desk.ranges[code[pc + 1], 0], desk.ranges[code[pc + 1], 1]
    places = desk.places
    for at in range(pc + 3, pc + 3 + code[pc + 2]):
        term = code[at]
        if is_there(term, mark, terms, sketch):
            first = terms[term, START]
            for index in range(first, first + terms[term, COUNT]):
                if low <= places[index] < high:
                    return True
    return False


@machine_code
def _places(pc: int, code: Ints, desk: Desk) -> tuple[bool, int]:
    if code[pc] == op.AT_LEAST:
        flag, size = is_at_least(pc, code, desk), 3
    elif code[pc] == op.IS_NEAR:
        flag, size = is_near(pc, code, desk), 5
    else:
        flag, size = is_far(pc, code, desk), 4
    desk.stack[LISTS] = 0
    desk.stack[SPANS] = 0
    return flag, pc + size


@machine_code
def _in_time(pc: int, code: Ints, numbers: Ints) -> bool:
    published = numbers[PUBLISHED]
    if code[pc + 1] != op.OPEN and published < _moment(pc + 1, code, numbers):
        return False
    return bool(code[pc + 4] == op.OPEN or published < _moment(pc + 4, code, numbers))


@machine_code
def _moment(at: int, code: Ints, numbers: Ints) -> int:
    number = code[at + 1] * (1 << 31) + code[at + 2]
    if code[at] == op.FIXED:
        return int(number)
    moment = numbers[NOW] - number
    if code[at] == op.MIDNIGHT:
        moment -= moment % _DAY
    return int(moment)
