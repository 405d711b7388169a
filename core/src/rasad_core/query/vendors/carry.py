"""What was meant to what ours can say: rewritten where that says the same, else listed."""

from typing import Literal

from msgspec.structs import replace

from rasad_core.query.errors import QueryRefused
from rasad_core.query.near import MAX_TIMES
from rasad_core.query.parse import parse
from rasad_core.query.vendors.forms import (
    all_of,
    is_nested,
    is_place,
    is_text,
    parts_of,
    size_of,
    some_of,
    without,
)
from rasad_core.query.vendors.joining import Note
from rasad_core.query.vendors.tree import (
    About,
    All,
    Beside,
    Lost,
    Often,
    Range,
    Some,
    Tree,
    Within,
    Without,
    Word,
)
from rasad_core.query.vendors.write import to_query

# What leaving something out does to the result.
Effect = Literal["", "more", "fewer"]
_OTHER: dict[Effect, Effect] = {"": "", "more": "fewer", "fewer": "more"}
# Groups that hold more than words are taken apart, each part with each; beyond, NEAR becomes AND.
_MOST_PAIRS = 64
# All of one query together, as groups in a chain of NEAR multiply: 20 of two would be a million.
_MOST_DISTANCES = 1_000
# And so many words, which taking apart repeats: a query may have 100,000.
_MOST_REPEATED = 10_000
_NO_PLACE = "What stands beside has no place in the text; both are demanded, anywhere."
_EACH = "AND inside a distance or count is not possible here: it holds for each part on its own."


class Carrier:
    """Carries one query; `notes` are what is lost and what differs."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self._distances = self._repeated = 0

    def carried(self, tree: Tree, effect: Effect = "", *, wanted: bool = True) -> Tree | None:
        """Give what can be said of a tree, None where that is nothing.

        `effect` is what leaving it out does to the result; `wanted` is not so below a NOT.
        """
        match tree:
            case Word() | About():
                return tree
            case Lost():
                self._lost(tree, effect)
                return None
            case All() | Some():
                return self._level(tree, wanted=wanted)
            case Without():
                child = self.carried(tree.child, effect, wanted=not wanted)
                return None if child is None else without(child)
            case Within():
                child = self.carried(tree.child, effect, wanted=wanted)
                return None if child is None else self._within(tree, child)
            case Often():
                child = self.carried(tree.child, effect, wanted=wanted)
                return None if child is None else self._often(tree, child)
            case Beside():
                return self._beside(tree, wanted=wanted)

    def _lost(self, lost: Lost, effect: Effect) -> None:
        then = f" Without it the query finds {effect}." if effect else ""
        self._note(lost, f"{lost.reason}{then}")

    def _note(self, at: Lost | Within | Often | Beside, reason: str) -> None:
        self.notes.append(Note(start=at.start, end=at.end, reason=reason))

    def _level(self, tree: All | Some, *, wanted: bool) -> Tree | None:
        effect: Effect = ""
        if len(tree.children) > 1:
            effect = "more" if isinstance(tree, All) is wanted else "fewer"
        carried = [self.carried(child, effect, wanted=wanted) for child in tree.children]
        kept = [child for child in carried if child is not None]
        if not kept:
            return None
        return all_of(kept) if isinstance(tree, All) else some_of(kept)

    def _within(self, at: Within, tree: Tree) -> Tree | None:
        """Put a part of the article round the words below, and leave fields outside."""
        match tree:
            case About():
                return tree
            case Without():
                child = self._within(at, tree.child)
                return None if child is None else without(child)
            case Within():
                if tree.range != at.range:
                    self._note(at, "One part of an article is not inside another here.")
                return tree
            case All() | Some() if not is_text(tree) or (
                at.range == "headlead" and not is_place(tree)
            ):
                kept = [self._within(at, child) for child in tree.children]
                children = [child for child in kept if child is not None]
                return all_of(children) if isinstance(tree, All) else some_of(children)
        if at.range == "headlead":
            parts: tuple[Range, Range] = ("title", "lead")
            return some_of([replace(at, range=part, child=tree) for part in parts])
        return replace(at, child=tree)

    def _beside(self, at: Beside, *, wanted: bool) -> Tree | None:
        gone: Effect = "more" if wanted else "fewer"
        left = self.carried(at.left, gone, wanted=wanted)
        right = self.carried(at.right, _OTHER[gone] if at.apart else gone, wanted=wanted)
        if left is not None and right is not None:
            return self._far(at, left, right) if at.apart else self._near(at, left, right)
        if at.apart:
            self._apart_lost(at, "One of its sides could not be carried over, so this is left out.")
            return left
        self._note(at, "One of its sides could not be carried over.")
        return left or right

    def _apart_lost(self, at: Beside, reason: str) -> None:
        self.notes.append(Note(start=at.start, end=at.until, reason=reason))

    def _near(self, at: Beside, left: Tree, right: Tree) -> Tree:
        """Put two places near each other; what is no place is taken apart first."""
        inner = [each for each in (left, right) if isinstance(each, Within)]
        if inner and len({each.range for each in inner}) == 1:
            left, right = (each.child if each in inner else each for each in (left, right))
            near = self._near(at, left, right)
            return self._within(inner[0], near) or near
        if is_place(left) and is_place(right):
            return self._sayable(at, replace(at, left=left, right=right)) or all_of([left, right])
        if self._is_too_much(len(parts_of(left)), len(parts_of(right)), left, right):
            self._note(at, "These groups cannot stand in a distance here; both are demanded.")
            return all_of([left, right])
        for side, other in ((left, right), (right, left)):
            if isinstance(side, All | Some) and not is_place(side):
                return self._near_each(at, side, other, first=side is left)
        self._note(at, _NO_PLACE)
        return all_of([left, right])

    def _is_too_much(self, lefts: int, rights: int, left: Tree, right: Tree) -> bool:
        self._distances += 1
        if lefts * rights > _MOST_PAIRS or self._distances > _MOST_DISTANCES:
            return True
        self._repeated += (lefts - 1) * size_of(right) + (rights - 1) * size_of(left)
        return self._repeated > _MOST_REPEATED

    def _near_each(self, at: Beside, side: All | Some, other: Tree, *, first: bool) -> Tree:
        if isinstance(side, All):
            self._note(at, _EACH)
        near = [
            part
            if isinstance(part, Without)
            else self._near(at, *((part, other) if first else (other, part)))
            for part in parts_of(side)
        ]
        return all_of(near) if isinstance(side, All) else some_of(near)

    def _far(self, at: Beside, left: Tree, right: Tree) -> Tree:
        inner = left if isinstance(left, Within) else None
        place, other = (inner.child if inner else left), right
        if isinstance(right, Within) and inner and right.range == inner.range:
            other = right.child
        if is_place(place) and is_place(other):
            far = self._sayable(at, replace(at, left=place, right=other))
            return left if far is None else replace(inner, child=far) if inner else far
        self._apart_lost(at, "Here only words, phrases and OR of them stay apart by a distance.")
        return left

    def _sayable(self, at: Beside, near: Beside) -> Beside | None:
        """Ask the parser where it has limits of its own; None, and noted, where it refuses."""
        if not near.apart and not is_nested(near):
            return near
        try:
            parse(to_query(near))
        except QueryRefused as refused:
            reason = refused.errors[0].message
            if at.apart:
                self._apart_lost(at, reason)
            else:
                self._note(at, f"{reason} Both are demanded, anywhere.")
            return None
        return near

    def _often(self, at: Often, tree: Tree) -> Tree:
        if not 1 <= at.times <= MAX_TIMES:
            self._note(at, f"A count is 1 to {MAX_TIMES:,} here.")
            at = replace(at, times=min(max(at.times, 1), MAX_TIMES))
        if isinstance(tree, Within):
            return replace(tree, child=self._often(at, tree.child))
        if is_place(tree):
            return replace(at, child=tree)
        if isinstance(tree, All | Some):
            self._note(at, _EACH)
            counted = [
                part if isinstance(part, Without) else self._often(at, part)
                for part in parts_of(tree)
            ]
            return all_of(counted) if isinstance(tree, All) else some_of(counted)
        self._note(at, "What has no place in the text cannot be counted.")
        return tree
