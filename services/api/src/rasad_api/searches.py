"""What a search asks for, as parameters or as a body, and what it finds, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from fastapi import Depends, Query

from rasad_api.cursors import Cursor, read_cursor, write_cursor
from rasad_api.problems import bad_field
from rasad_core.events import Frozen
from rasad_core.fields import facet_names
from rasad_core.instants import microseconds, moment_of
from rasad_core.output import ArticleJson, hit_json
from rasad_core.ports import FacetValue, SearchRequest, SearchResult, Sort
from rasad_core.query.parse import parse
from rasad_core.when import read_when

_KIND = "search"
# In a body one value may stand without a list, as in an address.
Values = str | tuple[str, ...]
Repeated = Annotated[list[str], Query(description="Repeatable; one of them must hold.")]
When = Annotated[str | None, Query(description="RFC 3339, a date, `today`, or `-7d` (m, h, d, w).")]


class SearchAsked(Frozen, frozen=True, kw_only=True):
    """A search as it is asked for; empty values ask for nothing."""

    q: str = ""
    since: str | None = None
    until: str | None = None
    lang: Values = ()
    source: Values = ()
    country: Values = ()
    topic: Values = ()
    entity: Values = ()
    story: Values = ()
    sort: Sort = "newest"
    limit: Annotated[int, msgspec.Meta(ge=0, le=200)] = 20
    cursor: str | None = None
    facets: Values = ()
    include: Literal["", "text"] = ""
    fold: Literal["", "story"] = ""


class SearchJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What was found. `total` counts articles; `stories`, where they are folded, stories."""

    total: int
    stories: int | msgspec.UnsetType = msgspec.UNSET
    hits: tuple[ArticleJson, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    next_cursor: str | None
    took_ms: float


async def filters_of(  # noqa: PLR0917  one parameter for each of the address
    q: Annotated[str, Query(description="A query; without one everything is found.")] = "",
    since: When = None,
    until: When = None,
    lang: Repeated = [],  # noqa: B006  FastAPI copies it
    source: Repeated = [],  # noqa: B006
    country: Repeated = [],  # noqa: B006
    topic: Repeated = [],  # noqa: B006
    entity: Repeated = [],  # noqa: B006
    story: Repeated = [],  # noqa: B006
) -> SearchAsked:
    """Read what the addresses of search, histogram and export have in common."""
    return SearchAsked(
        q=q, since=since, until=until, lang=tuple(lang), source=tuple(source),
        country=tuple(country), topic=tuple(topic), entity=tuple(entity), story=tuple(story),
    )  # fmt: skip


Filters = Annotated[SearchAsked, Depends(filters_of)]


async def asked_of(  # noqa: PLR0917  one parameter for each of the address
    filters: Filters,
    sort: Sort = "newest",
    limit: Annotated[int, Query(ge=0, le=200, description="At most so many hits.")] = 20,
    cursor: Cursor = None,
    facets: Annotated[str, Query(description="Count values of these: `source,language`.")] = "",
    include: Annotated[Literal["", "text"], Query(description="Whole texts too.")] = "",
    fold: Annotated[Literal["", "story"], Query(description="Each story once.")] = "",
) -> SearchAsked:
    """Read the address of a search."""
    return msgspec.structs.replace(
        filters, sort=sort, limit=limit, cursor=cursor, facets=facets, include=include, fold=fold
    )


Asked = Annotated[SearchAsked, Depends(asked_of)]


def request_of(asked: SearchAsked, now: datetime) -> SearchRequest:
    """Give what an index is asked; raises `Problem` and `QueryRefused` for what has no meaning.

    A cursor brings its own `now`, so that `-7d` means the same on every page.
    """
    cursor = None
    if asked.cursor:
        now, cursor = _position(asked.cursor)
    return SearchRequest(
        now=now,
        query=parse(asked.q).node if asked.q.strip() else None,
        since=_when(asked.since, "since", now),
        until=_when(asked.until, "until", now),
        languages=_values(asked.lang),
        sources=_values(asked.source),
        countries=_values(asked.country),
        topics=_values(asked.topic),
        entities=_values(asked.entity),
        stories=_values(asked.story),
        sort=asked.sort,
        limit=asked.limit,
        cursor=cursor,
        facets=_facets(asked.facets),
        fold=asked.fold == "story",
    )


def search_json(
    request: SearchRequest, found: SearchResult, *, text: bool, took_ms: float
) -> SearchJson:
    """Give what was found, and a cursor that goes on with the same request."""
    return SearchJson(
        total=found.total,
        stories=msgspec.UNSET if found.stories is None else found.stories,
        hits=tuple(hit_json(hit, text=text) for hit in found.hits),
        facets=found.facets,
        next_cursor=next_cursor(request, found),
        took_ms=took_ms,
    )


def next_cursor(request: SearchRequest, found: SearchResult) -> str | None:
    """Give the cursor of the page after this."""
    if found.next_cursor is None:
        return None
    return write_cursor(_KIND, f"{microseconds(request.now)} {found.next_cursor}")


def _position(cursor: str) -> tuple[datetime, str]:
    counted, _, position = read_cursor(_KIND, cursor).partition(" ")
    return moment_of(int(counted)), position


def _when(written: str | None, name: str, now: datetime) -> datetime | None:
    if not written:
        return None
    try:
        return read_when(written, now)
    except ValueError as error:
        raise bad_field(f"/{name}", str(error)) from None


def _values(given: Values) -> tuple[str, ...]:
    several = (given,) if isinstance(given, str) else given
    return tuple(value for value in several if value.strip())


def _facets(given: Values) -> tuple[str, ...]:
    try:
        return facet_names(given.split(",") if isinstance(given, str) else given)
    except ValueError as error:
        raise bad_field("/facets", str(error)) from None
