"""Lists of places in machine code: `query.spans` on arrays, which says what they mean.

A list is a row of `Desk.lists`: from and to in `firsts` and `lasts`, both rising. `pc` is where an
operation of `program` stands in the code.
"""

from rasad_core.query.engine.arrays import (
    COUNT,
    LISTS,
    MARK,
    SKETCH,
    SPANS,
    START,
    Desk,
    Ints,
    Shelf,
    machine_code,
)


@machine_code
def is_there(term: int, mark: int, terms: Ints, sketch: Ints) -> bool:
    """Say whether an article has a term."""
    return bool(sketch[term & (SKETCH - 1)] != 0 and terms[term, MARK] == mark)


@machine_code
def _stands_at(place: int, term: int, terms: Ints, places: Ints) -> bool:
    """Say whether a term, which the article has, stands at a place."""
    low = terms[term, START]
    end = low + terms[term, COUNT]
    high = end
    while low < high:
        middle = (low + high) >> 1
        if places[middle] < place:
            low = middle + 1
        else:
            high = middle
    return bool(low < end and places[low] == place)


@machine_code
def rarest_of(pc: int, mark: int, code: Ints, terms: Ints, sketch: Ints) -> int:
    """Give which of the terms of a phrase has the fewest places; -1 if one is not there."""
    rarest = 0
    for index in range(code[pc + 2]):
        term = code[pc + 3 + index]
        if not is_there(term, mark, terms, sketch):
            return -1
        if terms[term, COUNT] < terms[code[pc + 3 + rarest], COUNT]:
            rarest = index
    return rarest


@machine_code
def next_phrase(pc: int, rarest: int, begin: int, shelf: Shelf, desk: Desk) -> int:
    """Give the next of the places of the rarest term round which the phrase stands; -1: none."""
    code, terms, places = shelf.code, shelf.terms, desk.places
    low, high = desk.ranges[code[pc + 1], 0], desk.ranges[code[pc + 1], 1]
    count = code[pc + 2]
    row = code[pc + 3 + rarest]
    for index in range(begin, terms[row, COUNT]):
        first = places[terms[row, START] + index] - rarest
        if first < low or first + count > high:
            continue
        for after in range(count):
            if after != rarest and not _stands_at(
                first + after, code[pc + 3 + after], terms, places
            ):
                break
        else:
            return index
    return -1


@machine_code
def put_phrases(pc: int, mark: int, shelf: Shelf, desk: Desk) -> bool:
    """Put the list of a phrase on the stack; False where there is no room."""
    code, terms = shelf.code, shelf.terms
    used = desk.stack[SPANS]
    begin = used
    rarest = rarest_of(pc, mark, code, terms, desk.sketch)
    index = -1
    while rarest >= 0:
        index = next_phrase(pc, rarest, index + 1, shelf, desk)
        if index < 0:
            break
        if used == len(desk.firsts):
            return False
        first = desk.places[terms[code[pc + 3 + rarest], START] + index] - rarest
        desk.firsts[used] = first
        desk.lasts[used] = first + code[pc + 2] - 1
        used += 1
    _put(begin, used, desk)
    return True


@machine_code
def put_words(pc: int, mark: int, shelf: Shelf, desk: Desk) -> bool:
    """Put the list of the places of any of the terms on the stack; False where there is no room."""
    code, terms = shelf.code, shelf.terms
    low, high = desk.ranges[code[pc + 1], 0], desk.ranges[code[pc + 1], 1]
    places, firsts, lasts, sketch = desk.places, desk.firsts, desk.lasts, desk.sketch
    used = desk.stack[SPANS]
    begin = used
    for at in range(pc + 3, pc + 3 + code[pc + 2]):
        term = code[at]
        if not is_there(term, mark, terms, sketch):
            continue
        start = terms[term, START]
        for index in range(start, start + terms[term, COUNT]):
            if low <= places[index] < high:
                if used == len(firsts):
                    return False
                firsts[used] = places[index]
                used += 1
    if code[pc + 2] > 1:
        used = _sorted_once(firsts, begin, used)
    for index in range(begin, used):
        lasts[index] = firsts[index]
    _put(begin, used, desk)
    return True


@machine_code
def _put(begin: int, end: int, desk: Desk) -> None:
    top = desk.stack[LISTS]
    desk.lists[top, 0] = begin
    desk.lists[top, 1] = end
    desk.stack[LISTS] = top + 1
    desk.stack[SPANS] = end


@machine_code
def _sorted_once(numbers: Ints, begin: int, end: int) -> int:
    """Sort a part of an array and drop what is there twice; give where it ends then."""
    gap = 1
    while gap < (end - begin) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for index in range(begin + gap, end):
            number = numbers[index]
            at = index
            while at - gap >= begin and numbers[at - gap] > number:
                numbers[at] = numbers[at - gap]
                at -= gap
            numbers[at] = number
        gap //= 3
    kept = begin
    for index in range(begin, end):
        if index == begin or numbers[index] != numbers[kept - 1]:
            numbers[kept] = numbers[index]
            kept += 1
    return kept


@machine_code
def _put_ordered(left: int, right: int, distance: int, desk: Desk) -> bool:
    """Put the places of `left` before `right` on the stack; False where there is no room."""
    lists, firsts, lasts = desk.lists, desk.firsts, desk.lasts
    used = desk.stack[SPANS]
    begin = used
    before = lists[left, 0] - 1
    end = lists[left, 1]
    taken = before
    for after in range(lists[right, 0], lists[right, 1]):
        while before + 1 < end and lasts[before + 1] < firsts[after]:
            before += 1
        if before <= taken:
            continue
        taken = before
        if firsts[after] - lasts[before] - 1 <= distance:
            if used == len(firsts):
                return False
            firsts[used] = firsts[before]
            lasts[used] = lasts[after]
            used += 1
    _put(begin, used, desk)
    return True


@machine_code
def join(pc: int, code: Ints, desk: Desk) -> bool:
    """Put the lists of a NEAR in place of those of its sides; False where there is no room."""
    left, right, distance, ordered = code[pc + 1], code[pc + 2], code[pc + 3], code[pc + 4]
    top = desk.stack[LISTS]
    base = top - left - right
    for a in range(base, base + left):
        for b in range(base + left, top):
            if not _put_ordered(a, b, distance, desk):
                return False
            if ordered == 0 and not _put_ordered(b, a, distance, desk):
                return False
    made = desk.stack[LISTS] - top
    for index in range(made):
        desk.lists[base + index, 0] = desk.lists[top + index, 0]
        desk.lists[base + index, 1] = desk.lists[top + index, 1]
    desk.stack[LISTS] = base + made
    return True


@machine_code
def _are_near(left: int, right: int, distance: int, desk: Desk) -> bool:
    """Say whether some place of `left` stands before one of `right`, and near enough."""
    lists, firsts, lasts = desk.lists, desk.firsts, desk.lasts
    begin, end = lists[left, 0], lists[left, 1]
    before = begin - 1
    for after in range(lists[right, 0], lists[right, 1]):
        while before + 1 < end and lasts[before + 1] < firsts[after]:
            before += 1
        if before >= begin and firsts[after] - lasts[before] - 1 <= distance:
            return True
    return False


@machine_code
def is_near(pc: int, code: Ints, desk: Desk) -> bool:
    """Say whether a NEAR has a place."""
    left, right, distance, ordered = code[pc + 1], code[pc + 2], code[pc + 3], code[pc + 4]
    top = desk.stack[LISTS]
    base = top - left - right
    for a in range(base, base + left):
        if desk.lists[a, 0] == desk.lists[a, 1]:
            continue
        for b in range(base + left, top):
            if _are_near(a, b, distance, desk):
                return True
            if ordered == 0 and _are_near(b, a, distance, desk):
                return True
    return False


@machine_code
def _comes_near(index: int, other: int, distance: int, desk: Desk) -> bool:
    """Say whether a place in a list overlaps the one at `index`, or comes near."""
    first, last = desk.firsts[index], desk.lasts[index]
    low, end = desk.lists[other, 0], desk.lists[other, 1]
    high = end
    while low < high:
        middle = (low + high) >> 1
        if first - desk.lasts[middle] - 1 <= distance:
            high = middle
        else:
            low = middle + 1
    return bool(low < end and desk.firsts[low] - last - 1 <= distance)


@machine_code
def is_far(pc: int, code: Ints, desk: Desk) -> bool:
    """Say whether a place of the left lists is near none of the right ones."""
    left, right, distance = code[pc + 1], code[pc + 2], code[pc + 3]
    top = desk.stack[LISTS]
    for a in range(top - left - right, top - right):
        for index in range(desk.lists[a, 0], desk.lists[a, 1]):
            for b in range(top - right, top):
                if _comes_near(index, b, distance, desk):
                    break
            else:
                return True
    return False


@machine_code
def is_at_least(pc: int, code: Ints, desk: Desk) -> bool:
    """Say whether so many places do not overlap; the lists are used up."""
    top = desk.stack[LISTS]
    last = -1
    for _ in range(code[pc + 2]):
        nearest = -1
        for index in range(top - code[pc + 1], top):
            begin, end = desk.lists[index, 0], desk.lists[index, 1]
            while begin < end and desk.firsts[begin] <= last:
                begin += 1
            desk.lists[index, 0] = begin
            if begin < end and (nearest < 0 or desk.lasts[begin] < nearest):
                nearest = desk.lasts[begin]
        if nearest < 0:
            return False
        last = nearest
    return True
