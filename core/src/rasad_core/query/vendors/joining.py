"""What stands on one level to one tree, by the precedence of the system that it was written for."""

from typing import Literal, NamedTuple

from msgspec.structs import replace

from rasad_core.events import Frozen
from rasad_core.query.vendors.dialect import Dialect
from rasad_core.query.vendors.tree import About, All, Beside, Lost, Some, Tree, Without

# Distances that build on each other, and changes between AND and OR read in turn, nest one deeper
# each; our own language has 25 levels.
_MAX_CHAIN = 20
_CHAIN = f"More than {_MAX_CHAIN} operators build on each other; the rest is left out."


class Note(Frozen, frozen=True, kw_only=True):
    """A place of the query as typed, and what is to be said about it."""

    start: int
    end: int
    reason: str


class Join(NamedTuple):
    """What stands between two operands; only a `near` has more than its kind."""

    kind: Literal["and", "or", "near"]
    start: int
    end: int
    distance: int = 0
    ordered: bool = False
    apart: bool = False


SPACE = Join("and", 0, 0)


class Operand(NamedTuple):
    """An operand with its place, and whether NOT stands before it."""

    tree: Tree
    negated: bool
    start: int
    end: int


def joined(operands: list[Operand], joins: list[Join], dialect: Dialect) -> tuple[Tree, list[Note]]:
    """Join a level; there is one join fewer than operands."""
    if not operands:
        return All(children=()), []
    if dialect.sites_are_either:
        operands, joins = _sites_together(operands, joins)
    if dialect.precedence == "in-turn":
        tree = _in_turn(operands, joins)
    else:
        tree = _and_first(operands, joins)
    notes = []
    if dialect.mixed and {"and", "or"} <= {join.kind for join in joins}:
        start, end = operands[0].start, operands[-1].end
        notes.append(Note(start=start, end=end, reason=dialect.mixed))
    return tree, notes


def _sites_together(operands: list[Operand], joins: list[Join]) -> tuple[list[Operand], list[Join]]:
    """Make alternatives of sites with no operator between them, be there words or not."""
    runs, gaps = [[operands[0]]], list[Join]()
    sites = runs[0] if _is_site(operands[0]) else None
    for join, operand in zip(joins, operands[1:], strict=True):
        if join != SPACE:
            sites = None
        if sites is not None and _is_site(operand):
            sites.append(operand)
            continue
        runs.append([operand])
        gaps.append(join)
        if _is_site(operand):
            sites = runs[-1]
    return [_whole("or", run) if len(run) > 1 else run[0] for run in runs], gaps


def _is_site(operand: Operand) -> bool:
    tree = operand.tree
    named = isinstance(tree, About) and tree.text.startswith(("domain:", "url:"))
    return named and not operand.negated


def _and_first(operands: list[Operand], joins: list[Join]) -> Tree:
    groups: list[list[Tree]] = [[]]
    for join, operand in _distances_first(operands, joins):
        if join.kind == "or":
            groups.append([])
        groups[-1].append(_tree(operand))
    alternatives = [_one(All(children=tuple(group))) for group in groups]
    return _one(Some(children=tuple(alternatives)))


def _distances_first(operands: list[Operand], joins: list[Join]) -> list[tuple[Join, Operand]]:
    found = [(SPACE, operands[0])]
    chain = 0
    for join, operand in zip(joins, operands[1:], strict=True):
        if join.kind != "near":
            found.append((join, operand))
            chain = 0
            continue
        before, left = found[-1]
        chain += 1
        found[-1] = before, _beside(left, join, operand, chain)
    return found


def _in_turn(operands: list[Operand], joins: list[Join]) -> Tree:
    """Read from left to right; a distance holds for what stands before it, but not for an AND."""
    kind, parts = "and", [operands[0]]
    changes = chain = 0
    for join, operand in zip(joins, operands[1:], strict=True):
        if join.kind == "near":
            chain += 1
            if kind == "or":
                parts = [_whole(kind, parts)]
                kind = "and"
            parts[-1] = _beside(parts[-1], join, operand, chain)
            continue
        chain = 0
        if join.kind != kind and len(parts) > 1:
            changes += 1
            if changes > _MAX_CHAIN:
                rest = Lost(start=join.start, end=operands[-1].end, reason=_CHAIN)
                return All(children=(_whole(kind, parts).tree, rest))
            parts = [_whole(kind, parts)]
        kind = join.kind
        parts.append(operand)
    return _whole(kind, parts).tree


def _whole(kind: str, parts: list[Operand]) -> Operand:
    trees = tuple(map(_tree, parts))
    tree = Some(children=trees) if kind == "or" else All(children=trees)
    return Operand(_one(tree), negated=False, start=parts[0].start, end=parts[-1].end)


def _beside(left: Operand, join: Join, right: Operand, chain: int) -> Operand:
    """Join by a distance; NOT before the left one is about the whole, before the right about it."""
    if chain > _MAX_CHAIN:
        tree = _shortened(left.tree, join.start, right.end)
    else:
        tree = Beside(
            left=left.tree,
            right=right.tree,
            distance=join.distance,
            ordered=join.ordered,
            apart=join.apart != right.negated,
            start=join.start,
            end=join.end,
            until=right.end,
        )
    return Operand(tree, left.negated, left.start, right.end)


def _shortened(tree: Tree, start: int, end: int) -> Tree:
    """Put what is too much behind a chain, as one loss however long it is."""
    if isinstance(tree, All) and isinstance(last := tree.children[-1], Lost):
        return All(children=(*tree.children[:-1], replace(last, end=end)))
    return All(children=(tree, Lost(start=start, end=end, reason=_CHAIN)))


def _tree(operand: Operand) -> Tree:
    return Without(child=operand.tree) if operand.negated else operand.tree


def _one(tree: All | Some) -> Tree:
    return tree.children[0] if len(tree.children) == 1 else tree
