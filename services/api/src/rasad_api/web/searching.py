"""What the page of a search is asked for: its address is its whole state."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args
from urllib.parse import urlencode

from msgspec.structs import replace
from starlette.datastructures import QueryParams

from rasad_api.searches import SearchAsked
from rasad_core.ports import Sort

SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
# The filters of a search, in the order in which the page shows their values.
FACETS: Final = ("source", "lang", "country", "topic", "entity")
_FILTERS: Final = (*FACETS, "story")
# A page of results: two screens.
_LIMIT: Final = 20


def asked_by(parameters: QueryParams) -> SearchAsked:
    """Read an address; what it names beside a search is left alone, an unknown order is newest."""
    sort: Sort = next((each for each in SORTS if each == parameters.get("sort")), "newest")
    return SearchAsked(
        q=parameters.get("q", ""),
        since=parameters.get("since", "").strip() or None,
        until=parameters.get("until", "").strip() or None,
        sort=sort,
        limit=_LIMIT,
        cursor=parameters.get("cursor") or None,
        fold="story" if parameters.get("fold") == "story" else "",
        source=_several(parameters, "source"),
        lang=_several(parameters, "lang"),
        country=_several(parameters, "country"),
        topic=_several(parameters, "topic"),
        entity=_several(parameters, "entity"),
        story=_several(parameters, "story"),
    )


def values_of(asked: SearchAsked, name: str) -> tuple[str, ...]:
    """Give the values that a filter has."""
    held = getattr(asked, name)
    assert isinstance(held, tuple)
    return held


def toggled(asked: SearchAsked, name: str, value: str) -> SearchAsked:
    """Give the search with a value of a filter added, or without it, at its first page."""
    held = values_of(asked, name)
    left = tuple(each for each in held if each != value)
    changes: Mapping[str, Sequence[str]] = {name: left if value in held else (*held, value)}
    return replace(asked, cursor=None, **changes)


def link(asked: SearchAsked, path: str = "/search", **more: str) -> str:
    """Give the address of a search, or of something else that takes the same filters."""
    pairs = [*parameters_of(asked), *more.items()]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def parameters_of(asked: SearchAsked) -> list[tuple[str, str]]:
    """Give all that differs from a search for everything."""
    plain = {
        "q": asked.q,
        "since": asked.since,
        "until": asked.until,
        "sort": "" if asked.sort == "newest" else asked.sort,
        "fold": asked.fold,
        "cursor": asked.cursor,
    }
    pairs = [(name, value) for name, value in plain.items() if value]
    return pairs + [(name, value) for name in _FILTERS for value in values_of(asked, name)]


def as_query(asked: SearchAsked) -> str:
    """Write the search as one query, for an alert that finds the same from now on.

    The period stays out: an alert looks at what comes.
    """
    q = asked.q.strip()
    parts = [_field(name, values_of(asked, name)) for name in _FILTERS if values_of(asked, name)]
    if not parts:
        return q
    # The end of a line ends a comment, which would swallow the parenthesis.
    return " AND ".join([f"({q}\n)" if "#" in q else f"({q})", *parts] if q else parts)


def _field(name: str, values: Sequence[str]) -> str:
    written = [_quoted(each) for each in values]
    return f"{name}:{written[0]}" if len(written) == 1 else f"{name}:({' OR '.join(written)})"


def _quoted(value: str) -> str:
    return value if value.isascii() and value.isalnum() else '"{}"'.format(value.replace('"', " "))


def _several(parameters: QueryParams, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, parameters.getlist(name)))))
