"""What a search can be narrowed by: values with their names, counts, and the search without."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from rasad_api.ports import Ports
from rasad_api.searches import SearchAsked
from rasad_api.web.interface import Interface
from rasad_api.web.searching import FACETS, link, toggled, values_of
from rasad_core.events import ArticleEnriched, Frozen
from rasad_core.ports import FacetValue, SearchRequest

# What a person reads of a list before they would rather type.
_SHOWN = 8
# In all; more can be had by the query.
_MOST = 30
_REQUEST_FIELDS = {
    "source": "sources", "lang": "languages", "country": "countries", "topic": "topics",
    "entity": "entities",
}  # fmt: skip


class FacetLink(Frozen, frozen=True, kw_only=True):
    """A value: what it is called, how many articles have it, and the search with or without it."""

    name: str
    count: int
    href: str
    chosen: bool


class Facet(Frozen, frozen=True, kw_only=True):
    """The values of one field; `rest` are those shown on demand."""

    field: str
    first: tuple[FacetLink, ...]
    rest: tuple[FacetLink, ...]


class Filter(Frozen, frozen=True, kw_only=True):
    """A filter that is on, and the search without it."""

    field: str
    name: str
    href: str


def facets_of(  # noqa: PLR0917  what, for whom, of which search: all of it every time
    ports: Ports,
    ui: Interface,
    asked: SearchAsked,
    request: SearchRequest,
    counted: Mapping[str, Sequence[FacetValue]],
    names: Mapping[str, str],
) -> tuple[Facet, ...]:
    """Give the facets that have values; one that is filtered by counts as if it were not.

    Its alternatives would otherwise all be gone: its values are counted by a search of their own.
    """
    facets: list[Facet] = []
    for field in FACETS:
        chosen = values_of(asked, field)
        values = _without_own(ports, request, field) if chosen else counted.get(field, ())
        known = names
        if field == "entity":
            values = values[:_SHOWN]
            known = with_names(ports, ui, [each.value for each in values], names)
        links = tuple(_links(ui, asked, field, values, known))
        if links:
            facets.append(Facet(field=field, first=links[:_SHOWN], rest=links[_SHOWN:_MOST]))
    return tuple(facets)


def filters_of(ui: Interface, asked: SearchAsked, names: Mapping[str, str]) -> tuple[Filter, ...]:
    """Give the filters that are on."""
    return tuple(
        Filter(
            field=field,
            name=name_of(ui, field, value, names),
            href=link(toggled(asked, field, value)),
        )
        for field in (*FACETS, "story")
        for value in values_of(asked, field)
    )


def entity_names(ui: Interface, articles: Iterable[ArticleEnriched]) -> dict[str, str]:
    """Give what the entities of some articles are called, by their ids."""
    return {
        entity.id: entity.names.get(ui.language, entity.name)
        for article in articles
        for entity in article.entities
    }


def with_names(
    ports: Ports, ui: Interface, entity_ids: Iterable[str], names: Mapping[str, str]
) -> Mapping[str, str]:
    """Add the names of the first few that are not known yet, learned from one article of each."""
    known = dict(names)
    for entity_id in islice(entity_ids, _SHOWN):
        if entity_id not in known:
            one = SearchRequest(now=ports.clock.now(), entities=(entity_id,), limit=1)
            articles = (hit.article for hit in ports.index.search(one).hits)
            known = entity_names(ui, articles) | known
    return known


def name_of(ui: Interface, field: str, value: str, names: Mapping[str, str]) -> str:
    """Name a value of a facet for people."""
    match field:
        case "lang":
            return ui.language_name(value)
        case "country":
            return ui.country_name(value)
        case "topic":
            return ui.topic_name(value)
        case "entity":
            return names.get(value, value)
        case _:
            return value


def _links(
    ui: Interface,
    asked: SearchAsked,
    field: str,
    values: Sequence[FacetValue],
    names: Mapping[str, str],
) -> Iterable[FacetLink]:
    chosen = values_of(asked, field)
    counts = {each.value: each.count for each in values}
    # Filters compare folded: what was chosen may be spelled otherwise than what is counted.
    missing = [value for value in chosen if value not in counts]
    for value in [*missing, *counts]:
        yield FacetLink(
            name=name_of(ui, field, value, names),
            count=counts.get(value, 0),
            href=link(toggled(asked, field, value)),
            chosen=value in chosen,
        )


def _without_own(ports: Ports, request: SearchRequest, field: str) -> Sequence[FacetValue]:
    free: Mapping[str, object] = {_REQUEST_FIELDS[field]: ()}
    bare = replace(request, facets=(field,), limit=0, cursor=None, fold=False, **free)
    return ports.index.search(bare).facets.get(field, ())
