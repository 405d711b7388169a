"""Reading a whole selection in order, one page in memory."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from elasticsearch import NotFoundError

from rasad_core.adapters.elasticsearch.asking import Asking
from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.documents import article_of
from rasad_core.adapters.elasticsearch.query import Query
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleEnriched

# Some 2 MB of articles, and how long the server keeps its view for who reads them slowly.
_PAGE, _KEPT = 500, "5m"


def scanned(
    asking: Asking, query: Query, sort: Sequence[Mapping[str, str]], *, ranked: bool
) -> Generator[ArticleEnriched]:
    """Give every article of a selection as of the first of them.

    The server keeps its view until the end. Raises `Unavailable` when it lost it.
    """
    with view(asking) as pit:
        if pit is None:
            return
        body: dict[str, Any] = {
            "query": query,
            "size": _PAGE,
            "sort": sort,
            "track_total_hits": False,
            "pit": {"id": pit, "keep_alive": _KEPT},
        }
        while True:
            try:
                hits = asking.search(body, ranked=ranked)["hits"]["hits"]
            except NotFoundError as error:
                raise Unavailable(
                    "Elasticsearch dropped the view of a scan; begin again"
                ) from error
            for hit in hits:
                if (article := article_of(hit["_source"])) is not None:
                    yield article
            if len(hits) < _PAGE:
                return
            body["search_after"] = hits[-1]["sort"]


@contextmanager
def view(asking: Asking) -> Iterator[str | None]:
    """Hold a view of the index; None where there is no index yet."""
    try:
        with explained():
            pit = asking.client.open_point_in_time(index=asking.alias, keep_alive=_KEPT)["id"]
    except NotFoundError:
        yield None
        return
    try:
        yield pit
    finally:
        # A server that is away drops it by itself, and what went wrong before is to be told.
        with suppress(Unavailable), explained():
            asking.client.options(ignore_status=404).close_point_in_time(id=pit)
