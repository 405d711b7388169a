"""Stories: articles/s through the stage, what costs what, bytes an article, against two peers.

    python bench/stories.py [--articles 20000] [--weeks 4] [--order time|random] [--parts]

A quarter of the articles are copies of an earlier one (Jaccard .55 to 1). Texts are 2 kB with ten
entities. The whole handler is timed: events decoded, state in a SQLite file with full
synchronisation, events and changelog encoded, results kept for redelivery. Peers, in the same run
on the same articles: every signature of the window compared by numpy (no index), and the 42 band
keys of each article as rows of a SQLite table (the usual store of an LSH index).
"""

import argparse
import json
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rasad_core import codec, identity
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.events import ArticleAnalysed, Entity, Mention, Signature
from rasad_core.instants import microseconds
from rasad_core.ports import Message
from rasad_core.topics import ANALYSED
from rasad_stories import run
from rasad_stories.compare import WINDOW_US, alike, columns, keys, text_of
from rasad_stories.sequence import Stories
from rasad_stories.state import State
from rasad_stories.weeks import Weeks

BATCH = 100
START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = ("the", "harbour", "council", "budget", "vote", "storm", "ferry", "minister", "region")


class Fixed:
    def now(self) -> datetime:
        return START + timedelta(days=365)


def articles(count: int, weeks: float, order: str) -> list[ArticleAnalysed]:
    rng = np.random.default_rng(1)
    pick = random.Random(1)
    hashes = rng.integers(0, 1 << 32, (count, 128), dtype=np.uint32)
    times = [START + timedelta(days=7 * weeks * n / count) for n in range(count)]
    for n in range(1, count):
        if pick.random() < 0.25:
            origin = pick.randrange(max(0, n - 2000), n)
            kept = rng.random(128) < pick.uniform(0.55, 1.0)
            hashes[n, kept] = hashes[origin, kept]
    found = [article(n, hashes[n], times[n], pick) for n in range(count)]
    if order == "random":
        pick.shuffle(found)
    return found


def article(
    number: int, hashes: npt.NDArray[np.uint32], at: datetime, pick: random.Random
) -> ArticleAnalysed:
    text = f"{number} " + " ".join(pick.choices(WORDS, k=320))
    mentions = (Mention(field="text", start=1, end=9, text="Ferry"),) * 2
    url = f"https://example.com/news/{number}"
    return ArticleAnalysed(
        trace_id=f"trace-{number}",
        article_id=identity.article_id(url),
        form="page",
        fetched_at=at + timedelta(minutes=5),
        published=at,
        url=url,
        domain="example.com",
        title=f"Council votes on {number}",
        text=text,
        lead=text[:200],
        language="en",
        entities=tuple(
            Entity(id=f"gn:{n}", type="place", name=f"Place {n}", mentions=mentions)
            for n in range(10)
        ),
        content_hash=identity.content_hash("", text),
        signature=Signature(minhash=hashes.astype("<u4").tobytes(), shingles=318, title=number),
    )


def messages(found: list[ArticleAnalysed]) -> Iterator[list[Message]]:
    for at in range(0, len(found), BATCH):
        yield [
            Message(
                topic=ANALYSED,
                partition=0,
                offset=at + n,
                key=event.article_id,
                value=codec.encode(event),
                headers={"trace_id": event.trace_id},
                at=START,
            )
            for n, event in enumerate(found[at : at + BATCH])
        ]


class Parts:
    """Time spent in some functions, their callees included."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, owner: object, name: str, label: str) -> None:
        plain: Callable[..., object] = getattr(owner, name)

        def timed(*args: object, **named: object) -> object:
            started = time.perf_counter()
            try:
                return plain(*args, **named)
            finally:
                spent = time.perf_counter() - started
                self.seconds[label] = self.seconds.get(label, 0.0) + spent

        setattr(owner, name, timed)


def stage(found: list[ArticleAnalysed], path: Path, parts: Parts | None) -> dict[str, float]:
    log = MemoryLog(Fixed())
    published = 0
    slowest = 0.0
    with Stories(path) as stories:
        handle = run.process(stories, log, Fixed())
        if parts is not None:
            parts.watch(Stories, "assign", "assign (all below, and judging)")
            parts.watch(Weeks, "remember", "  samples: write and compare")
            parts.watch(State, "keep_sample", "    write the sample")
            parts.watch(State, "line", "  read lines")
            parts.watch(State, "keep_line", "  write lines")
            parts.watch(State, "keep_done", "keep results for redelivery")
            parts.watch(run, "_result", "encode events and changelog")
            parts.watch(run, "_fingerprint", "fingerprints")
            parts.watch(run, "_is_foreign", "look for another log")
        spent = 0.0
        for batch in messages(found):
            started = time.perf_counter()
            handled = handle(batch)
            took = time.perf_counter() - started
            spent += took
            slowest = max(slowest, took)
            published += sum(len(out.value) for each in handled for out in each.outgoing)
        counted = set(stories.state.stories())
    size = sum(file.stat().st_size for file in path.parent.iterdir())
    return {
        "articles_per_second": len(found) / spent,
        "us_per_article": spent / len(found) * 1e6,
        "slowest_batch_ms": slowest * 1e3,
        "file_bytes_per_article": size / len(found),
        "published_bytes_per_article": published / len(found),
        "stories": len(counted),
    }


def brute_force(found: list[ArticleAnalysed], measured: int) -> float:
    """Seconds per article to compare with every signature of the 7 days before, by numpy."""
    rows = columns([text_of(event) for event in found])
    published = np.array([microseconds(event.published) for event in found])
    started = time.perf_counter()
    for n in range(len(found) - measured, len(found)):
        near = np.flatnonzero(np.abs(published[:n] - published[n]) <= WINDOW_US)
        alike(rows.take(np.full(near.size, n)), rows.take(near))
    return (time.perf_counter() - started) / measured


def rows_in_sqlite(found: list[ArticleAnalysed], path: Path) -> float:
    """Seconds per article to look up and insert 42 band rows, in batches; nothing else."""
    sql = sqlite3.connect(path, isolation_level=None)
    sql.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE bands (band INTEGER, article INTEGER, PRIMARY KEY (band, article)) "
        "WITHOUT ROWID"
    )
    started = time.perf_counter()
    for at in range(0, len(found), BATCH):
        sql.execute("BEGIN IMMEDIATE")
        texts = [text_of(event) for event in found[at : at + BATCH]]
        for n, own in enumerate(keys(columns(texts)).view(np.int64).tolist()):
            for key in own[:42]:
                sql.execute("SELECT article FROM bands WHERE band = ?", (key,)).fetchall()
            sql.executemany("INSERT INTO bands VALUES (?, ?)", [(k, at + n) for k in own[:42]])
        sql.execute("COMMIT")
    spent = time.perf_counter() - started
    sql.close()
    return spent / len(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--weeks", type=float, default=4.0)
    parser.add_argument("--order", choices=["time", "random"], default="time")
    parser.add_argument("--peer-articles", type=int, default=200)
    parser.add_argument("--parts", action="store_true", help="time the parts too (slows the whole)")
    wanted = parser.parse_args()
    found = articles(wanted.articles, wanted.weeks, wanted.order)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parts = Parts() if wanted.parts else None
    with tempfile.TemporaryDirectory() as folder:
        ours = stage(found, Path(folder) / "stories.db", parts)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours["memory_growth_mb"] = (after - before) / 1024
    print(json.dumps({name: round(value, 1) for name, value in ours.items()}))
    if parts is not None:
        for label, seconds in parts.seconds.items():
            print(f"{seconds / len(found) * 1e6:8.1f} us  {label}")
    per_article = ours["us_per_article"] / 1e6
    brute = brute_force(found, min(wanted.peer_articles, len(found)))
    with tempfile.TemporaryDirectory() as folder:
        banded = rows_in_sqlite(found, Path(folder) / "bands.db")
    print(
        json.dumps(
            {
                "brute_force_us": round(brute * 1e6, 1),
                "times_faster_than_brute_force": round(brute / per_article, 2),
                "band_rows_us": round(banded * 1e6, 1),
                "times_faster_than_band_rows": round(banded / per_article, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
