"""The answer of `rasad query translate`: another system's query in ours, and what is lost."""

from collections.abc import Iterable, Mapping

from rasad_core.events import Frozen
from rasad_core.query.errors import QueryRefused
from rasad_core.query.parse import MAX_CHARACTERS, parse
from rasad_core.query.print import to_text
from rasad_core.query.vendors.brandwatch import BRANDWATCH
from rasad_core.query.vendors.carry import Carrier
from rasad_core.query.vendors.cision import CISION
from rasad_core.query.vendors.dialect import Dialect, Vendor
from rasad_core.query.vendors.forms import alternatives_of, some_of
from rasad_core.query.vendors.gdelt import GDELT
from rasad_core.query.vendors.joining import Note
from rasad_core.query.vendors.lexisnexis import LEXISNEXIS
from rasad_core.query.vendors.meltwater import MELTWATER
from rasad_core.query.vendors.read import Reader
from rasad_core.query.vendors.talkwalker import TALKWALKER
from rasad_core.query.vendors.tree import Tree, Without
from rasad_core.query.vendors.write import to_query
from rasad_core.query.vendors.x import X

DIALECTS: Mapping[Vendor, Dialect] = {
    "meltwater": MELTWATER,
    "brandwatch": BRANDWATCH,
    "cision": CISION,
    "talkwalker": TALKWALKER,
    "lexisnexis": LEXISNEXIS,
    "x": X,
    "gdelt": GDELT,
}


_ONLY_EXCLUDES = "What only excludes would find nearly everything; say what to find as well."


class NotCarried(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A piece of the query that is lost, or means something else now, and why.

    `start` and `end` are code-point offsets into the query as given, `text` is what stands there.
    """

    text: str
    start: int
    end: int
    reason: str


class Translation(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A query of ours, which parses, or nothing where nothing could be carried over."""

    query: str
    not_carried: tuple[NotCarried, ...]


def translate(text: str, vendor: Vendor) -> Translation:
    """Bring a query of another system over to ours; never raises for a bad one."""
    if len(text) > MAX_CHARACTERS:
        reason = f"The query has {len(text):,} characters; {MAX_CHARACTERS:,} are allowed."
        return Translation(query="", not_carried=_listed(text, [_about_all(text, reason)]))
    reader, carrier = Reader(text, DIALECTS[vendor]), Carrier()
    tree = carrier.carried(reader.query())
    query, notes = _written(text, tree)
    return Translation(
        query=query, not_carried=_listed(text, [*reader.notes, *carrier.notes, *notes])
    )


def _written(text: str, tree: Tree | None) -> tuple[str, list[Note]]:
    if tree is None:
        return "", []
    tree, notes = _without_exclusions(text, tree)
    if tree is None:
        return "", notes
    try:
        return to_text(parse(to_query(tree)).node), notes
    except QueryRefused as refused:
        return "", [_about_all(text, error.message) for error in refused.errors[:1]]


def _without_exclusions(text: str, tree: Tree) -> tuple[Tree | None, list[Note]]:
    """Leave out the alternatives that only exclude."""
    if not isinstance(tree, Without):
        return tree, []
    kept, excluded = alternatives_of(tree)
    if not kept:
        return None, [_about_all(text, _ONLY_EXCLUDES)]
    gone = ", ".join(f"`{to_query(Without(child=each))}`" for each in excluded)
    reason = f"{_ONLY_EXCLUDES} Left out, so that the query finds fewer: {gone}."
    return some_of(kept), [_about_all(text, reason)]


def _about_all(text: str, reason: str) -> Note:
    return Note(start=0, end=len(text), reason=reason)


def _listed(text: str, notes: Iterable[Note]) -> tuple[NotCarried, ...]:
    once = sorted({(note.start, note.end, note.reason) for note in notes})
    return tuple(
        NotCarried(text=text[start:end], start=start, end=end, reason=reason)
        for start, end, reason in once
    )
