"""A query of another system as read: our words and fields, their structure.

What joins and limits is kept as it was meant there; `carry` makes of it what ours can say.
"""

from typing import Literal

from rasad_core.events import Frozen

# headlead: headline and beginning together, which only LexisNexis has a name for.
Range = Literal["title", "lead", "body", "headlead"]


class Word(Frozen, frozen=True, kw_only=True):
    """A word or phrase, `text` as ours is written."""

    text: str
    start: int
    end: int


class About(Frozen, frozen=True, kw_only=True):
    """A field about the article and its value, `text` as ours is written."""

    text: str
    start: int
    end: int


class Lost(Frozen, frozen=True, kw_only=True):
    """What cannot be carried over, and a sentence that says why."""

    start: int
    end: int
    reason: str


class All(Frozen, frozen=True, kw_only=True):
    """All of them."""

    children: tuple["Tree", ...]


class Some(Frozen, frozen=True, kw_only=True):
    """Any of them."""

    children: tuple["Tree", ...]


class Without(Frozen, frozen=True, kw_only=True):
    """What excludes."""

    child: "Tree"


class Within(Frozen, frozen=True, kw_only=True):
    """A part of the article."""

    range: Range
    child: "Tree"
    start: int
    end: int


class Beside(Frozen, frozen=True, kw_only=True):
    """Near each other, or with `apart` not; the place is the operator's, `until` ends the right."""

    left: "Tree"
    right: "Tree"
    distance: int
    ordered: bool
    apart: bool
    start: int
    end: int
    until: int


class Often(Frozen, frozen=True, kw_only=True):
    """So many times; the place is the operator's."""

    times: int
    child: "Tree"
    start: int
    end: int


Tree = Word | About | Lost | All | Some | Without | Within | Beside | Often
