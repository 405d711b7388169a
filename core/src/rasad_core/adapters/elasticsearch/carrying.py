"""An index read whole, as the events that make another index hold the same."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from elasticsearch import Elasticsearch

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.merging import events_of
from rasad_core.adapters.elasticsearch.reading import held_of_source
from rasad_core.events import Frozen
from rasad_core.ports import Write

# Articles in memory at once: a few MB.
_PAGE = 200
# Renewed by each page.
_KEPT_OPEN = "5m"

Source = Mapping[str, object]


class _Hit(Frozen, frozen=True, kw_only=True):
    source: Source
    sort: Sequence[object]


def events_in(
    client: Elasticsearch, index: str, query: Mapping[str, object]
) -> Iterator[Sequence[Write]]:
    """Give what the documents of an index hold as of now, a few at a time."""
    for sources in _sources(client, index, query):
        yield [event for source in sources for event in _events(source)]


def _events(source: Source) -> Sequence[Write]:
    article_id, month = str(source["article_id"]), str(source["month"])
    return events_of(article_id, month, held_of_source(source))


def _sources(
    client: Elasticsearch, index: str, query: Mapping[str, object]
) -> Iterator[Sequence[Source]]:
    with explained():
        client.indices.refresh(index=index)
    after: Sequence[object] | None = None
    with _point_in_time(client, index) as pit:
        while hits := _page(client, pit, query, after):
            yield [hit.source for hit in hits]
            after = hits[-1].sort


@contextmanager
def _point_in_time(client: Elasticsearch, index: str) -> Iterator[str]:
    with explained():
        opened = client.open_point_in_time(index=index, keep_alive=_KEPT_OPEN)
    try:
        yield opened["id"]
    finally:
        with explained():
            client.options(ignore_status=404).close_point_in_time(id=opened["id"])


def _page(
    client: Elasticsearch, pit: str, query: Mapping[str, object], after: Sequence[object] | None
) -> Sequence[_Hit]:
    with explained():
        answer = client.search(
            pit={"id": pit, "keep_alive": _KEPT_OPEN},
            query=query,
            sort=["_shard_doc"],
            size=_PAGE,
            search_after=after,  # type: ignore[arg-type]
            track_total_hits=False,
            allow_partial_search_results=False,
        )
    return [_Hit(source=hit["_source"], sort=hit["sort"]) for hit in answer["hits"]["hits"]]
