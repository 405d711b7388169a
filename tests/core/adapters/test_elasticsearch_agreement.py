"""Elasticsearch selects, counts and orders exactly what the reference evaluator does."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import article_pool
import live_index
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.ports import SearchRequest, Sort
from rasad_core.query.parse import parse
from strategies import NOW

pytestmark = [pytest.mark.live("elasticsearch"), pytest.mark.slow]

FACETS = ("lang", "source", "tags", "entity", "topic", "country", "section", "author", "domain")
SORTS = st.sampled_from(["newest", "oldest"])


@pytest.fixture(scope="module")
def prefix() -> Iterator[str]:
    with live_index.installed() as made:
        ElasticsearchIndex(live_index.client(), made, refresh=True).write(article_pool.pool())
        yield made


@pytest.fixture(scope="module")
def index(prefix: str) -> ElasticsearchIndex:
    return ElasticsearchIndex(live_index.client(), prefix)


@pytest.fixture(scope="module")
def reference() -> article_pool.Reference:
    return article_pool.Reference()


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    requests=st.lists(article_pool.requests(), min_size=10, max_size=20),
    way=st.sampled_from(article_pool.WAYS),
)
def test_elasticsearch_selects_what_the_evaluator_does(
    prefix: str,
    reference: article_pool.Reference,
    requests: list[SearchRequest],
    way: article_pool.Way,
) -> None:
    alias = Names(prefix=prefix).alias
    found = article_pool.selected(live_index.client(), alias, requests, way=way)

    for request, ids in zip(requests, found, strict=True):
        assert ids == {article.article_id for article in reference.selected(request)}, request


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    request=article_pool.requests(), sort=SORTS, limit=st.integers(0, 12), fold=st.booleans(),
    tz=st.sampled_from(["UTC", "Asia/Tehran", "America/St_Johns"]),
)  # fmt: skip
def test_elasticsearch_counts_and_orders_as_the_memory_does(
    index: ElasticsearchIndex,
    reference: article_pool.Reference,
    request: SearchRequest,
    sort: Sort,
    limit: int,
    fold: bool,
    tz: str,
) -> None:
    memory = reference.index(request)
    asked = replace(request, sort=sort, limit=limit, facets=FACETS, fold=fold)
    everything = article_pool.whole(request, sort=sort)
    wanted = memory.search(replace(everything, limit=limit, facets=FACETS, fold=fold))

    found = index.search(asked)

    assert [(hit.article, hit.copies) for hit in found.hits] == [
        (hit.article, hit.copies) for hit in wanted.hits
    ]
    assert (found.total, found.stories, found.facets) == (
        wanted.total, wanted.stories, wanted.facets,
    )  # fmt: skip
    assert (found.next_cursor is None) == (wanted.next_cursor is None)
    assert index.count(asked) == wanted.total
    assert index.histogram(asked, tz=tz) == memory.histogram(everything, tz=tz)


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 7])
def test_pages_of_stories_go_through_the_whole_pool(
    index: ElasticsearchIndex, reference: article_pool.Reference, sort: Sort, limit: int
) -> None:
    request = SearchRequest(now=NOW, query=parse("bank OR turkey OR تركيا").node, sort=sort)
    memory = reference.index(request).search(
        replace(article_pool.whole(request, sort=sort), fold=True, limit=999)
    )
    given_hits, cursor = [], None
    while True:
        page = index.search(replace(request, fold=True, limit=limit, cursor=cursor))
        given_hits += [(hit.article.article_id, hit.copies) for hit in page.hits]
        if (cursor := page.next_cursor) is None:
            break

    assert given_hits == [(hit.article.article_id, hit.copies) for hit in memory.hits]
    assert memory.stories is not None
    assert memory.stories > 30
