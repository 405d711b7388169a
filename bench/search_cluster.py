"""Search on Elasticsearch: the port, highlights included, against the bare request it sends.

    python bench/search_cluster.py --elasticsearch http://127.0.0.1:9200 [--articles 50000]

Articles of 300 words, a third of them Arabic, drawn as in `bench/search.py`, in indices by month
that are deleted at the end, or kept by `--keep` for a second run with `--prefix`. Each query is
asked both ways on the same index, in turn, with who goes first changing; a page has 20 hits.
"""

import argparse
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.asking import selecting
from rasad_core.adapters.elasticsearch.connection import Elasticsearch, connect
from rasad_core.adapters.elasticsearch.facets import aggregations
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.events import ArticleEnriched
from rasad_core.ports import SearchRequest
from rasad_core.query.parse import parse
from search import NOW, Corpus

WORDS = 300
BATCH = 300
# What the port may add to the request, in milliseconds.
BAR_MS = 15.0

Pair = tuple[float, float]


class Articles(Corpus):
    """The corpus of `bench/search.py` in articles of one length, three to a story."""

    def text(self, language: str, count: int) -> str:
        return super().text(language, WORDS if count > 9 else count)

    def word(self, language: str, low: int, high: int) -> str:
        while True:
            word = super().word(language, low, high)
            # Shorter ones are operators in Arabic.
            if len(word) > 2:
                return word

    def article(self, number: int, *, seq: int, published: datetime) -> ArticleEnriched:
        made = super().article(number, seq=seq, published=published)
        return replace(made, month=f"{published:%Y.%m}", story_id=f"s{number // 3}")


def build(client: Elasticsearch, prefix: str, count: int) -> None:
    index, corpus = ElasticsearchIndex(client, prefix), Articles(seed=1)
    begin = time.perf_counter()
    for start in range(0, count, BATCH):
        index.write(
            [
                corpus.article(n, seq=n, published=NOW - timedelta(minutes=5 * (count - n)))
                for n in range(start, min(count, start + BATCH))
            ]
        )
    client.indices.refresh(index=Names(prefix=prefix).alias)
    print(f"{count} articles written in {time.perf_counter() - begin:.0f} s")


def milliseconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def bare(client: Elasticsearch, alias: str, request: SearchRequest) -> Callable[[], object]:
    body: dict[str, Any] = {
        "query": selecting(request),
        "size": request.limit + 1,
        "track_total_hits": True,
        "sort": [{"facts.published_s": "desc"}, {"article_id": "desc"}],
    }
    if request.facets:
        body["aggs"] = aggregations(request.facets)
    return lambda: client.search(index=alias, body=body, allow_partial_search_results=False)


def measure(
    client: Elasticsearch, prefix: str, queries: dict[str, list[str]]
) -> dict[str, list[Pair]]:
    """Give milliseconds of the port and of the bare request, by kind of query."""
    index, alias = ElasticsearchIndex(client, prefix), Names(prefix=prefix).alias
    times: dict[str, list[Pair]] = {kind: [] for kind in queries}
    for number in range(len(next(iter(queries.values())))):
        for at, (kind, each) in enumerate(queries.items()):
            facets = ("lang", "source", "topic") if kind == "facets" else ()
            query = parse(each[number]).node
            request = SearchRequest(query=query, now=NOW, facets=facets)
            asked = bare(client, alias, request)
            asked()  # What it reads from disk is read: neither of the two pays for it.
            if (number + at) % 2:
                theirs = milliseconds(asked)
                ours = milliseconds(lambda: index.search(request))  # noqa: B023  called at once
            else:
                ours = milliseconds(lambda: index.search(request))  # noqa: B023
                theirs = milliseconds(asked)
            times[kind].append((ours, theirs))
    return times


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def report(times: dict[str, list[Pair]]) -> float:
    """Print a row for each kind; give what the port adds to the 95th percentile of all."""
    print(
        f"{'milliseconds':22}{'p50':>8}{'bare':>8}{'p95':>9}{'bare':>8}{'added, p50':>12}{'p95':>7}"
    )
    everything = [pair for pairs in times.values() for pair in pairs]
    added = 0.0
    for kind, pairs in [*times.items(), ("all", everything)]:
        ours, theirs = zip(*pairs, strict=True)
        differences = [our - their for our, their in pairs]
        added = p95(ours) - p95(theirs)
        print(
            f"{kind:22}{statistics.median(ours):8.1f}{statistics.median(theirs):8.1f}"
            f"{p95(ours):9.1f}{p95(theirs):8.1f}{statistics.median(differences):12.1f}"
            f"{p95(differences):7.1f}"
        )
    return added


def queries_of(count: int) -> dict[str, list[str]]:
    made = Articles(seed=3).queries(count)
    corpus = Articles(seed=5)
    made["facets"] = [corpus.word("en", 100, 2000) for _ in range(count)]
    made["common arabic words"] = [
        f"{corpus.word('ar', 5, 60)} AND {corpus.word('ar', 60, 300)}" for _ in range(count)
    ]
    made["common words"] = [
        f"{corpus.word('en', 5, 60)} AND {corpus.word('en', 60, 300)}" for _ in range(count)
    ]
    return made


def remove(client: Elasticsearch, prefix: str) -> None:
    names = Names(prefix=prefix)
    for each in lifecycle.indices(client, names):
        lifecycle.drop(client, each)
    lifecycle.drop(client, names.state)
    lifecycle.drop_template(client, names, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--elasticsearch", required=True, metavar="URL")
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=40, help="of each kind")
    parser.add_argument("--prefix", help="of an archive that an earlier run kept")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    client = connect(ElasticsearchAccess(urls=(given.elasticsearch,)))
    prefix = given.prefix or f"bench{uuid.uuid4().hex[:8]}-"
    lifecycle.install(client, prefix)
    try:
        if given.prefix is None:
            build(client, prefix, given.articles)
        added = report(measure(client, prefix, queries_of(given.queries)))
    finally:
        if given.keep:
            print(f"kept; go on with --prefix {prefix}")
        else:
            remove(client, prefix)
        client.close()
    if added > BAR_MS:
        sys.exit(f"the port adds {added:.1f} ms to the 95th percentile; {BAR_MS} are allowed")


if __name__ == "__main__":
    main()
