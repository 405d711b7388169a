"""Search over a large archive, alone and beside a writer: latency per kind of query.

    python bench/search.py [--articles 20000] [--queries 40] [--writes-per-second 50] [--data DIR]

The corpus is drawn from wordfreq's lists (a third Arabic, the rest English, French, Turkish) with
fixed seeds; 3 kB of UTF-8 an article. The peer, in the same run, is an FTS5 table with SQLite's own
tokenizer over the same texts: what one gets without our analysis. `--data` keeps the archive.
"""

import argparse
import multiprocessing
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

import wordfreq

from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.events import ArticleEnriched, Entity, Topic
from rasad_core.ports import SearchRequest
from rasad_core.query.parse import parse

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = {"ar": 270, "en": 480, "fr": 470, "tr": 400}
LANGUAGES = ("ar", "en", "ar", "fr", "en", "tr")
SOURCES = [f"Outlet {number}" for number in range(200)]


class Corpus:
    """Articles and queries over one vocabulary, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words: dict[str, list[str]] = {}
        self.weights: dict[str, list[float]] = {}
        for language in WORDS:
            listed = wordfreq.top_n_list(language, 40_000)
            self.words[language] = listed
            frequencies = [wordfreq.word_frequency(word, language) for word in listed]
            total = 0.0
            self.weights[language] = [total := total + each for each in frequencies]

    def text(self, language: str, count: int) -> str:
        drawn = self.random.choices(
            self.words[language], cum_weights=self.weights[language], k=count
        )
        for at in range(12, len(drawn), 14):
            drawn[at] += ". "
        return " ".join(drawn)

    def article(self, number: int, *, seq: int, published: datetime) -> ArticleEnriched:
        language = LANGUAGES[number % len(LANGUAGES)]
        body = self.text(language, WORDS[language])
        place = self.random.randrange(300)
        return ArticleEnriched(
            trace_id="bench",
            article_id=f"{number:032d}",
            form="record",
            fetched_at=NOW,
            published=published,
            url=f"https://outlet{number % 200}.example/{number}",
            domain=f"outlet{number % 200}.example",
            title=self.text(language, 9),
            text=body,
            lead=body[:300],
            language=language,
            source=SOURCES[number % 200],
            country="EG",
            section="world",
            entities=(Entity(id=f"gn:{place}", type="place", name=f"Place {place}"),),
            topics=(Topic(id=f"medtop:{number % 17 + 1:02d}000000", name="topic", score=0.5),),
            revision=1,
            seq=seq,
            story_id=f"s{number}",
            month="2026.03",
        )

    def word(self, language: str, low: int, high: int) -> str:
        """Draw a word by its rank, as people do: neither the commonest nor the rarest."""
        while True:
            word = self.words[language][self.random.randrange(low, high)]
            if word.isalpha():
                return word

    def queries(self, count: int) -> dict[str, list[str]]:
        made: dict[str, list[str]] = {}
        for _ in range(count):
            for kind, query in self._one_of_each():
                made.setdefault(kind, []).append(query)
        return made

    def _one_of_each(self) -> Iterator[tuple[str, str]]:
        latin = self.random.choice(["en", "fr", "tr"])
        yield "word", self.word("en", 300, 8000)
        yield "arabic word", self.word("ar", 300, 8000)
        yield (
            "brand AND topic",
            (
                f"({' OR '.join(self.word(latin, 500, 20000) for _ in range(12))}) AND "
                f"({' OR '.join(self.word(latin, 200, 3000) for _ in range(6))})"
            ),
        )
        yield "40 arabic words", " OR ".join(self.word("ar", 1000, 30000) for _ in range(40))
        pair = self.text("en", 60).replace(". ", "").split()
        yield "phrase", f'"{pair[20]} {pair[21]}"'
        pair = self.text("ar", 60).replace(". ", "").split()
        yield "arabic phrase", f'"{pair[20]} {self.word("ar", 300, 6000)}"'
        yield "wildcard", f"{self.word('en', 300, 8000)[:5]}* AND {self.word('en', 100, 2000)}"
        yield "arabic wildcard", f"{self.word('ar', 1000, 8000)[:4]}*"
        yield "AND NOT", f"{self.word('en', 300, 3000)} AND NOT {self.word('en', 100, 1000)}"
        yield "language AND word", f"lang:ar AND {self.word('ar', 200, 4000)}"
        yield "title", f"title:{self.word('en', 200, 3000)}"
        yield "lead", f"lead:{self.word('en', 300, 3000)}"
        yield "entity AND source", f'entity:"Place {self.random.randrange(300)}" AND source:outlet'


def build(index: SqliteArticleIndex, corpus: Corpus, count: int) -> float:
    """Write the archive; give articles per second of writing, generation left out."""
    spent = 0.0
    for start in range(0, count, 500):
        batch = [
            corpus.article(n, seq=n, published=NOW - timedelta(minutes=5 * (count - n)))
            for n in range(start, min(count, start + 500))
        ]
        begin = time.perf_counter()
        index.write(batch)
        spent += time.perf_counter() - begin
    return count / spent


def write_on(
    path: Path, first: int, per_second: int, stop: Event, written: "multiprocessing.Queue[int]"
) -> None:
    """Write articles at a steady pace until told to stop, as a live archive does.

    `written` gets the count after the first batch, when the reader may begin, and at the end.
    """
    corpus = Corpus(seed=7)
    database = Database(path)
    index = SqliteArticleIndex(database)
    number, begin = first, time.perf_counter()
    while not stop.is_set():
        index.write(
            [
                corpus.article(n, seq=n, published=NOW + timedelta(seconds=n - first))
                for n in range(number, number + per_second // 5)
            ]
        )
        number += per_second // 5
        if number == first + per_second // 5:
            written.put(number - first)
        due = begin + (number - first) / per_second
        stop.wait(max(0.0, due - time.perf_counter()))
    database.close()
    written.put(number - first)


def measure(index: SqliteArticleIndex, queries: dict[str, list[str]]) -> dict[str, list[float]]:
    """Run every query, kinds in turn; give milliseconds per kind."""
    times: dict[str, list[float]] = {kind: [] for kind in queries}
    for number in range(len(next(iter(queries.values())))):
        facets = ("lang", "source") if number % 4 == 0 else ()
        since = NOW - timedelta(days=30) if number % 5 == 0 else None
        for kind, each in queries.items():
            begin = time.perf_counter()
            node = parse(each[number]).node
            index.search(SearchRequest(query=node, now=NOW, facets=facets, since=since))
            times[kind].append((time.perf_counter() - begin) * 1000)
    return times


def peer(path: Path, corpus: Corpus, count: int, queries: dict[str, list[str]]) -> dict[str, float]:
    """Give the median milliseconds of the same words in a plain FTS5 table: count and newest 20."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(title, text)")
    for number in range(count):
        article = corpus.article(number, seq=number, published=NOW)
        connection.execute(
            "INSERT INTO plain (rowid, title, text) VALUES (?, ?, ?)",
            (number, article.title, article.text),
        )
    connection.commit()
    medians = {}
    for kind in ("word", "arabic word", "phrase"):
        spent = []
        for query in queries[kind]:
            matched = query if query.startswith('"') else f'"{query}"'
            begin = time.perf_counter()
            connection.execute(
                "SELECT count(*) FROM plain WHERE plain MATCH ?", (matched,)
            ).fetchone()
            connection.execute(
                "SELECT title, text FROM plain WHERE plain MATCH ? ORDER BY rowid DESC LIMIT 20",
                (matched,),
            ).fetchall()
            spent.append((time.perf_counter() - begin) * 1000)
        medians[kind] = statistics.median(spent)
    connection.close()
    return medians


def report(title: str, times: dict[str, list[float]]) -> None:
    print(f"\n{title}\n{'query':22}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for kind, each in [*times.items(), ("all", [ms for some in times.values() for ms in some])]:
        ordered = sorted(each)
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"{kind:22}{statistics.median(each):9.1f}{p95:9.1f}{ordered[-1]:9.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--writes-per-second", type=int, default=50)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (options.data or Path(folder)) / "search.db"
        corpus = Corpus(seed=1)
        database = Database(path)
        index = SqliteArticleIndex(database)
        held = index.search(SearchRequest(now=NOW, limit=1)).total
        if not held:
            rate = build(index, corpus, options.articles)
            size = path.stat().st_size / options.articles
            print(f"{options.articles} articles written, {rate:.0f}/s alone, {size:.0f} bytes each")
        queries = Corpus(seed=3).queries(options.queries)
        alone = measure(index, queries)
        report("alone", alone)
        stop = multiprocessing.Event()
        written: multiprocessing.Queue[int] = multiprocessing.Queue()
        writer = multiprocessing.Process(
            target=write_on,
            args=(path, 10_000_000 + held, options.writes_per_second, stop, written),
        )
        writer.start()
        written.get()  # its words are loaded and its first batch is in
        begin = time.perf_counter()
        beside = measure(index, queries)
        elapsed = time.perf_counter() - begin
        stop.set()
        report(f"beside a writer ({written.get()} articles in {elapsed:.0f} s)", beside)
        writer.join()
        count = min(options.articles, 20_000)
        plain = peer(Path(folder) / "plain.db", Corpus(seed=1), count, queries)
        print(f"\nagainst plain FTS5 over {count} of the articles, its own tokenizer, median")
        for kind, median in plain.items():
            ours = statistics.median(alone[kind])
            print(f"{kind:22}{ours:9.1f} ms / {median:.1f} ms = {ours / median:.1f}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"\npeak memory: searching {peak:.0f} MB, writing {children:.0f} MB")
        database.close()


if __name__ == "__main__":
    main()
