"""How fast articles get into Elasticsearch, against bare bulk requests of the same documents.

    TEST_ELASTICSEARCH=http://127.0.0.1:9200 python bench/index.py [--batch 300] [--rounds 9]

Both write the same number of other articles of 300 words, a third of them Arabic, in turn and into
one index, which is deleted at the end. Analysis, which bare requests do not do, is done before and
timed apart. Elasticsearch's own work is in both, so a quiet machine matters.
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import wordfreq
from elasticsearch import Elasticsearch

from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.bulk import Action
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.documents import written_at
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.merging import held_of
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.elasticsearch.writing import Bodies, grouped
from rasad_core.events import ArticleEnriched, Entity, Topic

MOMENT = datetime(2024, 5, 9, 12, tzinfo=UTC)
LANGUAGES = ("ar", "en", "fr")
WORDS = 300
BATCHES_PER_ROUND = 6
BAR = 0.9


def articles() -> Iterator[ArticleEnriched]:
    rng = random.Random(7)
    # Zipf's law: the word of rank r comes 1/r as often as the first.
    weights = list(itertools.accumulate(1 / rank for rank in range(1, 20_001)))
    common = {language: wordfreq.top_n_list(language, 20_000) for language in LANGUAGES}
    for number in itertools.count():
        language = LANGUAGES[number % 3]
        words = rng.choices(common[language], cum_weights=weights[: len(common[language])], k=WORDS)
        sentences = [" ".join(words[at : at + 20]).capitalize() + "." for at in range(0, WORDS, 20)]
        yield ArticleEnriched(
            trace_id=uuid.uuid4().hex, article_id=uuid.uuid4().hex, form="record",
            fetched_at=MOMENT, published=MOMENT - timedelta(seconds=number), language=language,
            url=f"https://www.example.com/news/{number}", domain="example.com",
            title=" ".join(words[:9]), text="\n\n".join(sentences), lead=sentences[0],
            source=f"Daily {rng.choice(common['en'])}", author="Ada Kaya", country="TR",
            tags=tuple(words[:3]), revision=1, seq=number, story_id=uuid.uuid4().hex,
            month="2024.05",
            entities=tuple(
                Entity(id=f"gn:{rng.randrange(9999)}", type="place", name=word.capitalize())
                for word in words[:6]
            ),
            topics=(Topic(id="medtop:15000000", name="sport", score=0.5),),
        )  # fmt: skip


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


class Prepared:
    """A batch analysed, and as the request that `ElasticsearchIndex` would send."""

    def __init__(self, batch: Sequence[ArticleEnriched], names: Names) -> None:
        self.batch = batch
        self.bodies = Bodies()
        self.analysis_seconds = seconds(self._analyse)
        at = written_at(MOMENT)
        self.lines = [
            line
            for group in grouped(batch)
            for line in Action(
                index=names.index(1, group.month),
                id=group.article_id,
                body=self.bodies.body(group, held_of(group.events[0]), indexed_at=at),
            ).lines
        ]

    def _analyse(self) -> None:
        for each in self.batch:
            self.bodies.derived(each, each.story_id)


class Meter:
    """Writes batches either way, and adds up what it took."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.index = ElasticsearchIndex(client, prefix)
        self.took = Counter[str]()

    def ours(self, prepared: Prepared) -> None:
        self.took["ours"] += seconds(  # type: ignore[assignment]
            lambda: self.index.write(prepared.batch, bodies=prepared.bodies)
        )

    def bare(self, prepared: Prepared) -> None:
        self.took["bare"] += seconds(  # type: ignore[assignment]
            lambda: self.client.bulk(operations=prepared.lines)  # type: ignore[arg-type]
        )


def measure(client: Elasticsearch, prefix: str, *, size: int, rounds: int) -> float:
    meter, made, names = Meter(client, prefix), articles(), Names(prefix=prefix)
    speeds: dict[str, list[float]] = {"ours": [], "bare": [], "analysis": []}
    for number in range(rounds + 1):
        meter.took.clear()
        analysis = 0.0
        for at in range(BATCHES_PER_ROUND):
            pair = [Prepared(list(itertools.islice(made, size)), names) for _ in range(2)]
            analysis += sum(each.analysis_seconds for each in pair) / 2
            # Who goes first changes, as the second meets the refresh of the first.
            steps = [meter.ours, meter.bare] if at % 2 else [meter.bare, meter.ours]
            for step, each in zip(steps, pair, strict=True):
                step(each)
        if number == 0:
            # The index begins, caches fill.
            continue
        count = size * BATCHES_PER_ROUND
        for name, took in {**meter.took, "analysis": analysis}.items():
            speeds[name].append(count / took)
        print(f"round {number}: " + ", ".join(f"{name} {found[-1]:.0f}/s"
                                              for name, found in speeds.items()))  # fmt: skip
    medians = {name: statistics.median(found) for name, found in speeds.items()}
    ratio = medians["ours"] / medians["bare"]
    print(f"batches of {size}, medians in documents/s: {medians}, ratio {ratio:.2f}")
    held = client.count(index=names.alias)["count"]
    print(f"{held} documents held")
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--batch", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    client = connect(ElasticsearchAccess(urls=(os.environ["TEST_ELASTICSEARCH"],)))
    prefix = f"bench{uuid.uuid4().hex[:8]}-"
    names = Names(prefix=prefix)
    lifecycle.install(client, prefix)
    try:
        ratio = measure(client, prefix, size=given.batch, rounds=given.rounds)
    finally:
        for each in lifecycle.indices(client, names):
            lifecycle.drop(client, each)
        lifecycle.drop(client, names.state)
        lifecycle.drop_template(client, names, 1)
        client.close()
    if ratio < BAR:
        sys.exit(f"below {BAR:.0%} of bare requests")


if __name__ == "__main__":
    main()
