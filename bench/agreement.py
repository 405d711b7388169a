"""Whether Elasticsearch selects what the reference evaluator does, for as long as one likes.

    python bench/agreement.py --elasticsearch http://127.0.0.1:9200 10000 [--seed 1]

The same pool and requests as in the tests, the given number of requests; every index that it makes
is deleted at the end. The first disagreement is made small and shown, and ends the run.
"""

import argparse
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import Elasticsearch, connect
from rasad_core.adapters.elasticsearch.costs import hard
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.ports import SearchRequest

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import article_pool

# Requests of one round trip; few enough to find the wrong one quickly.
_TOGETHER = 20


def compare(client: Elasticsearch, alias: str, count: int, first_seed: int) -> Counter[str]:
    reference, seen = article_pool.Reference(), Counter[str]()

    @seed(first_seed)
    @settings(
        max_examples=count // _TOGETHER,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(
        requests=st.lists(article_pool.requests(), min_size=_TOGETHER, max_size=_TOGETHER),
        way=st.sampled_from(article_pool.WAYS),
    )
    def check(requests: list[SearchRequest], way: article_pool.Way) -> None:
        found = article_pool.selected(client, alias, requests, way=way)
        for request, ids in zip(requests, found, strict=True):
            wanted = {article.article_id for article in reference.selected(request)}
            seen["requests"] += 1
            seen["verified for what the server cannot say"] += bool(
                request.query and hard(request.query)
            )
            seen["with some but not all articles"] += 0 < len(wanted) < article_pool.ARTICLES
            assert ids == wanted, request

    check()
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--elasticsearch", required=True, metavar="URL")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("requests", type=int, nargs="?", default=10_000)
    given_options = parser.parse_args()
    client = connect(ElasticsearchAccess(urls=(given_options.elasticsearch,)))
    prefix = f"agree{uuid.uuid4().hex[:8]}-"
    names = Names(prefix=prefix)
    lifecycle.install(client, prefix)
    begin = time.perf_counter()
    try:
        ElasticsearchIndex(client, prefix, refresh=True).write(article_pool.pool())
        seen = compare(client, names.alias, given_options.requests, given_options.seed)
    finally:
        for each in lifecycle.indices(client, names):
            lifecycle.drop(client, each)
        lifecycle.drop(client, names.state)
        lifecycle.drop_template(client, names, 1)
        client.close()
    print(f"no disagreement: {dict(seen)}, {article_pool.ARTICLES} articles each,"
          f" {time.perf_counter() - begin:.0f} s")  # fmt: skip


if __name__ == "__main__":
    main()
