"""Whether all readers select what the reference evaluator does, for as long as one likes.

    python bench/agreement.py [--elasticsearch http://127.0.0.1:9200] [10000] [--seed 1]

SQLite, the engine in machine code and in Python, and Elasticsearch where its address is given
(also by `TEST_ELASTICSEARCH`) are asked for the same pool and requests as in the tests. Every
index that it makes is deleted at the end. The first disagreement is made small and shown, and ends
the run.
"""

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.costs import hard
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.ports import SearchRequest
from rasad_core.query.engine import engine
from rasad_core.query.engine.matching import Kind

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import article_pool

# Requests of one round trip; few enough to find the wrong one quickly.
_TOGETHER = 20

# Gives the ids selected for each request, or what went wrong.
Reader = Callable[[Sequence[SearchRequest], article_pool.Way], Sequence[object]]


@contextmanager
def elasticsearch(url: str) -> Iterator[Reader]:
    client = connect(ElasticsearchAccess(urls=(url,)))
    prefix = f"agree{uuid.uuid4().hex[:8]}-"
    names = Names(prefix=prefix)
    lifecycle.install(client, prefix)
    try:
        ElasticsearchIndex(client, prefix, refresh=True).write(article_pool.pool())
        yield lambda requests, way: article_pool.selected(client, names.alias, requests, way=way)
    finally:
        for each in lifecycle.indices(client, names):
            lifecycle.drop(client, each)
        lifecycle.drop(client, names.state)
        lifecycle.drop_template(client, names, 1)
        client.close()


@contextmanager
def sqlite() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "rasad.db")
        index = SqliteArticleIndex(database)
        index.write(article_pool.pool())
        yield lambda requests, _way: [
            {article.article_id for article in index.scan(request)} for request in requests
        ]
        database.close()


def matching(kind: Kind) -> Reader:
    """Match as alerts do; periods are kept by hand, alerts have none."""
    made = engine(kind)

    def read(requests: Sequence[SearchRequest], _way: article_pool.Way) -> Sequence[object]:
        found: list[set[str]] = [set() for _ in requests]
        for number, request in enumerate(requests):
            made.remove(str(number))
            if (node := request.narrowed) is not None:
                made.add(str(number), node)
        (now,) = {request.now for request in requests}
        for article in article_pool.pool():
            matched = {int(key) for key in made.match(article, now=now)}
            for number, request in enumerate(requests):
                selected = request.narrowed is None or number in matched
                if selected and article_pool.is_within(request, article):
                    found[number].add(article.article_id)
        return found

    return read


def compare(readers: Mapping[str, Reader], count: int, first_seed: int) -> Counter[str]:
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
        wanted = [
            {article.article_id for article in reference.selected(request)} for request in requests
        ]
        seen.update(_kinds(requests, wanted))
        for name, read in readers.items():
            for request, ids, found in zip(requests, wanted, read(requests, way), strict=True):
                assert found == ids, (name, way, request)

    check()
    return seen


def _kinds(
    requests: Sequence[SearchRequest], wanted: Sequence[Collection[str]]
) -> Mapping[str, int]:
    return {
        "requests": len(requests),
        "with some but not all articles": sum(
            0 < len(ids) < article_pool.ARTICLES for ids in wanted
        ),
        "with a part that Elasticsearch cannot say": sum(
            bool(request.query and hard(request.query)) for request in requests
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--elasticsearch", metavar="URL", default=os.environ.get("TEST_ELASTICSEARCH")
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("requests", type=int, nargs="?", default=10_000)
    given_options = parser.parse_args()
    begin = time.perf_counter()
    with ExitStack() as stack:
        readers = {
            "sqlite": stack.enter_context(sqlite()),
            "engine": matching("compiled"),
            "engine in Python": matching("python"),
        }
        if given_options.elasticsearch:
            asked = stack.enter_context(elasticsearch(given_options.elasticsearch))
            readers["elasticsearch"] = asked
        seen = compare(readers, given_options.requests, given_options.seed)
    print(f"no disagreement among {', '.join(readers)} and the evaluator: {dict(seen)},")
    print(f"{article_pool.ARTICLES} articles each, {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
