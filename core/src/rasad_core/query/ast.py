"""The tree of a query. Every reader (evaluator, engine, SQLite, Elasticsearch) takes it.

Leaves are already analysed: their patterns are in the normal form of the stream they look in, so
no reader ever touches the analysis chain for a query. `start` and `end` are code-point offsets
into the query as typed, for errors and for naming the clause of a highlight.
"""

from datetime import datetime, timedelta
from typing import Literal

from rasad_core.events import Frozen

# folded: the default. exact: as written, case included (`=word`, `case(…)`). stem: `~word`.
Stream = Literal["folded", "exact", "stem"]
Range = Literal["title", "lead", "body"]


class Pattern(Frozen, frozen=True, kw_only=True, gc=False):
    """What one token must look like.

    `text` is in the normal form of `stream`. With `wildcard`, `*` in it stands for any number of
    characters and `?` for one; no token contains either character otherwise.
    A folded pattern is tried on every reading of a token, so `تركيا` meets لتركيا. A stem pattern
    is a folded word: `text.stem.stem` of it is compared with that of a token, both in the language
    of the article; it is never a wildcard.
    """

    text: str
    stream: Stream = "folded"
    wildcard: bool = False


class Words(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """Tokens side by side: a word, a word of several tokens (`e-mail`), or a phrase."""

    patterns: tuple[Pattern, ...]
    written: str  # as typed, quotes included: the clause of a highlight
    start: int
    end: int


class InRange(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """A restriction to the title, the lead or the body (all of `text`)."""

    range: Range
    child: "Node"
    start: int
    end: int


class Near(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """Two places with at most `distance` words between them, apart, in either order or `ordered`.

    The operands are places (`Place`): nothing else stands below a `Near`, in both operands of a
    `NotNear`, and below an `AtLeast`.
    """

    left: "Node"
    right: "Node"
    distance: int
    ordered: bool
    start: int
    end: int


class NotNear(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """Some place of `left` that no place of `right` overlaps or comes as near as `distance`."""

    left: "Node"
    right: "Node"
    distance: int
    start: int
    end: int


class AtLeast(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """As many places that do not overlap, in title and text together; `times` is 1 or more."""

    times: int
    child: "Node"
    start: int
    end: int


class And(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """All of them, two or more; at least one is not a `Not`."""

    children: tuple["Node", ...]


class Or(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """Any of them, two or more; none is a `Not`."""

    children: tuple["Node", ...]


class Not(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """Without; stands only among the children of an `And`."""

    child: "Node"


class MetaWords(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """Words side by side in a metadata field of kind `words`: source, author, tags."""

    field: str
    patterns: tuple[Pattern, ...]
    written: str
    start: int
    end: int


class MetaValue(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """A folded value of a field of kind `code`, `site`, `prefix` or `name`.

    code: equal. site: the domain or one below it. prefix: host and path begin so, without scheme
    and `www.`. name: an id of the thing, or any of its names. The field `outlet`, of filters only,
    is the whole name that `source:` has the words of: equal.
    """

    field: str
    value: str
    written: str
    start: int
    end: int


class MetaNumber(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """A range of a field of kind `number`, both ends included; None is open."""

    field: str
    low: int | None
    high: int | None
    written: str
    start: int
    end: int


class Moment(Frozen, frozen=True, kw_only=True, gc=False):
    """A point in time: fixed, or `before_now` counted back from the `now` of the reader.

    `today` is `before_now=0` with `whole_day`: midnight UTC of the day of `now`.
    """

    at: datetime | None = None
    before_now: timedelta | None = None
    whole_day: bool = False


class MetaTime(Frozen, frozen=True, kw_only=True, gc=False, tag=True):
    """A range of a field of kind `date`: `low` included, `high` excluded; None is open."""

    field: str
    low: Moment | None
    high: Moment | None
    written: str
    start: int
    end: int


Leaf = Words | MetaWords | MetaValue | MetaNumber | MetaTime
# What has places in a text: all that NEAR, NOT NEAR and atleastN are made of.
Place = Words | Or | Near
Node = (
    Words
    | InRange
    | Near
    | NotNear
    | AtLeast
    | And
    | Or
    | Not
    | MetaWords
    | MetaValue
    | MetaNumber
    | MetaTime
)
