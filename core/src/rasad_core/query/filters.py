"""Filters of a search as parts of its query: readers know queries only."""

from collections.abc import Mapping, Sequence

from rasad_core.query.ast import And, MetaValue, Node, Or
from rasad_core.query.shape import flat
from rasad_core.text.normalise import fold_value


def narrowed(query: Node | None, filters: Mapping[str, Sequence[str]]) -> Node | None:
    """Give what matches the query and, in each field that has values, at least one of them.

    Fields are those of `MetaValue`; values are compared folded and whole.
    """
    parts = [*([query] if query else []), *(_any_of(*each) for each in filters.items() if each[1])]
    return And(children=flat(parts, And)) if len(parts) > 1 else next(iter(parts), None)


def _any_of(field: str, values: Sequence[str]) -> Node:
    folded = dict.fromkeys(map(fold_value, values))
    found = tuple(
        MetaValue(field=field, value=value, written=f"{field}:{value}", start=0, end=0)
        for value in folded
    )
    return found[0] if len(found) == 1 else Or(children=found)
