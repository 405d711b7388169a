"""Spellings with an inside of their own: distances, comparisons, words in a case, `"a b"~5`."""

import re
from typing import NamedTuple

from msgspec.structs import replace

from rasad_core.query.near import DISTANCE, MAX_DISTANCE
from rasad_core.query.vendors import spelling
from rasad_core.query.vendors.cut import Lexeme
from rasad_core.query.vendors.dialect import Case, Dialect, Field
from rasad_core.query.vendors.joining import Join, Note
from rasad_core.query.vendors.tree import (
    About,
    All,
    Beside,
    Lost,
    Often,
    Some,
    Tree,
    Within,
    Without,
    Word,
)

# LexisNexis's own help equates a sentence with W/15 and a paragraph with W/50.
_UNITS = {"s": ("sentence", 15), "sent": ("sentence", 15), "p": ("paragraph", 50),
          "para": ("paragraph", 50)}  # fmt: skip
_ORDERED = frozenset(("ONEAR", "PRE", "NEXT", "ADJ"))
_NEAR = re.compile(
    r"(?P<negated>NOT\s+)?(?P<name>[A-Z]*)(?:/(?P<size>\d+|[A-Z]+)(?P<order>F?))?", re.IGNORECASE
)
_COMPARED = re.compile(r"(?P<name>\w+?)\s*\(?\s*(?P<sign>[<>]=?|=)\s*(?P<value>[\w./-]+)\s*\)?")
_PERIOD = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class Read(NamedTuple):
    """What was read, and what is to be said about it."""

    tree: Tree
    notes: list[Note]


def is_apart(lexeme: Lexeme) -> bool:
    """Say whether a lexeme is a distance that is not to be, such as NOT W/5."""
    return lexeme.kind == "near" and lexeme.text[:3].upper() == "NOT"


def distance(lexeme: Lexeme, dialect: Dialect) -> tuple[Join, list[Note]]:
    """Read a distance, NOT before it included."""
    found = _NEAR.fullmatch(lexeme.text)
    assert found is not None, lexeme.text
    name, size = found["name"].upper(), (found["size"] or "").lower()
    said: list[str] = []
    if name not in dialect.distances:
        said.append(f"{dialect.title} documents no `{lexeme.text}`; it is read as a distance.")
    apart = found["negated"] is not None
    if size == "seg":
        here = f"it is NOT NEAR/{MAX_DISTANCE}" if apart else "both words are demanded, anywhere"
        said.append(f"The same segment is no distance here; {here}.")
        join = Join("near" if apart else "and", lexeme.start, lexeme.end, MAX_DISTANCE, apart=apart)
    else:
        words, more = _words_between(size, dialect)
        said += more
        ordered = name in _ORDERED or bool(found["order"])
        if apart and ordered:
            said.append("Here NOT with a distance looks in both directions.")
        join = Join("near", lexeme.start, lexeme.end, words, ordered and not apart, apart)
    return join, [Note(start=lexeme.start, end=lexeme.end, reason=each) for each in said]


def _words_between(size: str, dialect: Dialect) -> tuple[int, list[str]]:
    if not size:
        here = f"Rasad's NEAR alone is NEAR/{DISTANCE}; how far it reaches there differs."
        return DISTANCE, [] if dialect.title == "Meltwater" else [here]
    if size in _UNITS:
        unit, words = _UNITS[size]
        return words, [f"There is no `same {unit}` here; NEAR/{words} stands for it."]
    words = int(size[:9])
    if words > MAX_DISTANCE:
        reason = f"A distance may be {MAX_DISTANCE} words at most; it is NEAR/{MAX_DISTANCE}."
        return MAX_DISTANCE, [reason]
    return words, [dialect.counts] if dialect.counts else []


def compared(lexeme: Lexeme, dialect: Dialect) -> Tree:
    """Read LENGTH > 1200, and say of all other comparisons that they are not carried."""
    start, end = lexeme.start, lexeme.end
    found = _COMPARED.fullmatch(lexeme.text)
    if found is None:
        return Lost(start=start, end=end, reason="This comparison could not be read.")
    name, value = found["name"].lower(), found["value"]
    sign = "" if found["sign"] == "=" else found["sign"]
    if name == "length" and value.isdecimal():
        return _about(Field(to="length"), f"{sign}{value}", start, end)
    if name == "date" and _PERIOD.fullmatch(value):
        return _about(Field(to="published"), f"{sign}{value}", start, end)
    known = dialect.fields.get(name)
    reason = known.note if known else ""
    if name == "date":
        reason = "Only dates such as 2024-05-01 and years are carried; write `published:`."
    return Lost(start=start, end=end, reason=reason or f"`{name}` cannot be compared here.")


def _about(field: Field, value: str, start: int, end: int) -> Tree:
    found = spelling.about(field, value)
    if not found.text:
        return Lost(start=start, end=end, reason=found.reason)
    return About(text=found.text, start=start, end=end)


def slopped(inside: str, within: int, start: int, end: int, dialect: Dialect) -> Read | None:
    """Read `"a b"~5` and near5:"a b"; None where there are no two words to stand apart."""
    words = spelling.ours(inside, dialect).split()
    spelled = [spelling.word(each) for each in words]
    good = [each.text for each in spelled if each.text]
    if len(good) < 2:
        return None
    said = [each.reason for each in spelled if each.reason]
    if len(good) > 2:
        said.append("Here each word stands so near to those before it, not all of them together.")
    if dialect.slop:
        said.append(dialect.slop)
    if within > MAX_DISTANCE:
        said.append(f"A distance may be {MAX_DISTANCE} words at most.")
    tree: Tree = Word(text=good[0], start=start, end=end)
    for text in good[1:21]:  # each nests one deeper; ours has 25 levels
        right = Word(text=text, start=start, end=end)
        far = min(within, MAX_DISTANCE)
        tree = Beside(
            left=tree,
            right=right,
            distance=far,
            ordered=False,
            apart=False,
            start=start,
            end=end,
            until=end,
        )
    if len(good) > 21:
        said.append("Only the first 21 words are carried.")
    return Read(tree, [Note(start=start, end=end, reason=each) for each in dict.fromkeys(said)])


def spelled_in_case(tree: Tree, case: Case) -> Tree:
    """Demand a case of every word below."""
    match tree:
        case Word():
            return _in_case(tree, case)
        case All() | Some():
            return replace(
                tree, children=tuple(spelled_in_case(child, case) for child in tree.children)
            )
        case Without() | Within() | Often():
            return replace(tree, child=spelled_in_case(tree.child, case))
        case Beside():
            left, right = spelled_in_case(tree.left, case), spelled_in_case(tree.right, case)
            return replace(tree, left=left, right=right)
        case About() | Lost():
            return tree


def _in_case(word: Word, case: Case) -> Tree:
    written = word.text.removeprefix("=")
    match case:
        case "upper":
            forms = [written.upper()]
        case "lower":
            forms = [written.lower()]
        case "written":
            forms = [written]
        case "capital":
            first = re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), written.lower())
            as_typed = [written] if written != written.lower() else []
            forms = list(dict.fromkeys([*as_typed, first, written.upper()]))
    spelled = tuple(replace(word, text=spelling.exact(form)) for form in forms)
    return spelled[0] if len(spelled) == 1 else Some(children=spelled)
