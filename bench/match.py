"""Matching: articles a CPU second, raw article in and names of alerts out, against other engines.

    python bench/match.py [--alerts 100000] [--wildcards 0 0.1 0.38] [--articles 200] [--lucene]

The alerts and articles of `workload.py`; its `main` prints the mix. Engines take turns, three
times, each time on articles that none has seen; each has met others before. What they find is
compared, on some articles with the reference evaluator. Lucene Monitor (`lucene_peer.py`, with one
pass and with two) is spared the analysis: it gets tokens. Memory is what alerts, engine and 300
articles add to the peak of a process of their own (Linux). A change of an alert is timed from its
text to the end of the article that meets it. `again` is the last round's articles a second time:
what is left when no word is new.
"""

import argparse
import contextlib
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from lucene_peer import LuceneMonitor, why_not, write
from rasad_core.events import ArticleEnriched, Frozen
from rasad_core.query.ast import Node
from rasad_core.query.document import search_document
from rasad_core.query.engine import Engine, engine
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from workload import NOW, articles, queries

ROUNDS = 3
# Met before anything is timed. After 600 articles the next has 56 pieces that none of them had,
# after these 18, about as many as in news; after all of a stream there are some still.
MET = 5_000
SAMPLE = 2_000
# A seed of their own: what Lucene learns rarity from, and what is met before.
SEED_MET = 2
CHANGES = 300


class Engines(Frozen, frozen=True, kw_only=True):
    """One workload: the trees, and the engines that hold them, by name."""

    nodes: Mapping[str, Node]
    ours: Mapping[str, Engine]


class Taken(Frozen, frozen=True, kw_only=True):
    """CPU seconds of each article, in rounds; queries looked at and found, for one article.

    `again` are those of the last round's articles when they come a second time, their words known.
    """

    rounds: Sequence[Sequence[float]]
    again: Sequence[float]
    tried: float
    matched: float

    @property
    def rate(self) -> float:
        return statistics.median(len(each) / sum(each) for each in self.rounds)

    def milliseconds(self, share: float) -> float:
        ordered = sorted(seconds for each in self.rounds for seconds in each)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def measure(texts: Sequence[str], options: argparse.Namespace) -> Mapping[str, Taken]:
    """Build, time and compare all engines on one set of alerts."""
    read = list(articles(ROUNDS * options.articles))
    met = list(articles(MET, seed=SEED_MET))
    engines = built(texts, options)
    for each in engines.ours.values():
        for article in met:
            each.match(article, now=NOW)
    gc.collect()
    gc.freeze()
    with contextlib.ExitStack() as stack:
        lucene = (
            stack.enter_context(peers(engines, read, met, options.passes)) if options.lucene else {}
        )
        taken, found = timed(engines, lucene, read)
    compare(engines, read, found, options.reference)
    if "compiled" in engines.ours:
        print(changes(engines.ours["compiled"], met))
    gc.unfreeze()
    return taken


def built(texts: Sequence[str], options: argparse.Namespace) -> Engines:
    """Build the engines, and say what that took."""
    begun = time.process_time()
    nodes = {str(number): parse(text).node for number, text in enumerate(texts)}
    said = [f"parsed in {time.process_time() - begun:.1f} s"]
    ours: dict[str, Engine] = {}
    for kind in options.engines:
        begun = time.process_time()
        ours[kind] = engine(kind)
        for key, node in nodes.items():
            ours[kind].add(key, node)
        said.append(f"{kind} built in {time.process_time() - begun:.1f} s,"
                    f" {memory(texts, kind):.0f} MB")  # fmt: skip
    print("; ".join(said))
    return Engines(nodes=nodes, ours=ours)


@contextlib.contextmanager
def peers(
    engines: Engines,
    read: Sequence[ArticleEnriched],
    met: Sequence[ArticleEnriched],
    each_with: Sequence[int],
) -> Iterator[dict[str, LuceneMonitor]]:
    """Run Lucene with each number of passes on the same queries and articles."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        write(folder, engines.nodes, map(search_document, read), map(search_document, met[:SAMPLE]))
        running: dict[str, LuceneMonitor] = {}
        for passes in each_with:
            peer = running[f"lucene, {passes}"] = LuceneMonitor(folder, passes)
            stack.callback(peer.close)
            done = peer.built
            print(f"lucene, {passes} built in {done.build_seconds:.1f} s,"
                  f" {done.megabytes:.0f} MB heap")  # fmt: skip
            # Its compiler takes some rounds.
            for _ in range(3):
                peer.round(0, len(read) // ROUNDS)
        yield running


def timed(
    engines: Engines, lucene: Mapping[str, LuceneMonitor], read: Sequence[ArticleEnriched]
) -> tuple[Mapping[str, Taken], Mapping[str, Sequence[set[str]]]]:
    """Give what each engine took and found, turn by turn."""
    size = len(read) // ROUNDS
    found: dict[str, list[set[str]]] = {name: [] for name in engines.ours}
    spent: dict[str, list[Sequence[float]]] = {name: [] for name in (*engines.ours, *lucene)}
    tried: dict[str, float] = {}
    begins = [*range(0, len(read), size), len(read) - size]
    for begin in begins:
        for name, ours in engines.ours.items():
            before = ours.counters.candidates
            seconds, keys = one_round(ours, read[begin : begin + size])
            spent[name].append(seconds)
            found[name] += keys
            tried[name] = (ours.counters.candidates - before) / size
        for name, peer in lucene.items():
            done = peer.round(begin, begin + size)
            spent[name].append(done.seconds)
            tried[name] = done.run
    for name, peer in lucene.items():
        found[name] = list(peer.matches())
    # Without those of the round that was only there a second time.
    found = {name: each[: len(read)] for name, each in found.items()}
    return {
        name: Taken(
            rounds=rounds,
            again=again,
            tried=tried[name],
            matched=statistics.mean(map(len, found[name])),
        )
        for name, (*rounds, again) in spent.items()
    }, found


def one_round(
    ours: Engine, read: Sequence[ArticleEnriched]
) -> tuple[Sequence[float], Sequence[set[str]]]:
    """Give CPU seconds and keys for each article."""
    spent, found = [], []
    for article in read:
        start = time.process_time()
        keys = ours.match(article, now=NOW)
        spent.append(time.process_time() - start)
        found.append(set(keys))
    return spent, found


def compare(
    engines: Engines,
    read: Sequence[ArticleEnriched],
    found: Mapping[str, Sequence[set[str]]],
    by_reference: int,
) -> None:
    """Raise `AssertionError` where an engine found others than the first or the evaluator."""
    first, *others = found
    for name in others:
        for at, (keys, wanted) in enumerate(zip(found[name], found[first], strict=True)):
            assert keys == wanted, f"{name} and {first} differ on article {at}: {keys ^ wanted}"
    for at, article in enumerate(read[:by_reference]):
        document = search_document(article)
        wanted = {key for key, node in engines.nodes.items() if matches(node, document, now=NOW)}
        differing = found[first][at] ^ wanted
        assert not differing, f"{first} errs on article {at}: {differing}"
    print(f"{', '.join(found)}: the same alerts on {len(read)} articles;"
          f" as the evaluator on {by_reference}")  # fmt: skip


def changes(holding: Engine, met: Sequence[ArticleEnriched]) -> str:
    """Add alerts and take them away between articles; say how long until they are met."""
    live: list[float] = []
    pauses: list[float] = []
    for number, article in zip(range(CHANGES), met, strict=False):
        key, text = f"new {number}", _asking_for(article, number)
        begun = time.perf_counter()
        node = parse(text).node
        pauses.append(_seconds(partial(holding.add, key, node)))
        found = holding.match(article, now=NOW)
        live.append(time.perf_counter() - begun)
        assert key in found, text
        pauses.append(_seconds(partial(holding.remove, key)))
        begun = time.perf_counter()
        assert key not in holding.match(article, now=NOW)
        live.append(time.perf_counter() - begun + pauses[-1])
    ordered = sorted(live)
    return (
        f"an alert changed is met after {statistics.median(ordered) * 1000:.1f} ms,"
        f" p99 {ordered[len(ordered) * 99 // 100] * 1000:.1f} ms, its article matched;"
        f" longest change {max(pauses) * 1000:.1f} ms"
    )


def _asking_for(article: ArticleEnriched, number: int) -> str:
    """Give a query that an article matches: words of its own, a NEAR or a wildcard."""
    words = [word for word in article.text.split() if word.isalpha() and len(word) > 4]
    first, second = words[number % len(words)], words[(number + 1) % len(words)]
    return (f'"{first}" OR {second}', f"{first} AND {second}", f"{first[:4]}*")[number % 3]


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def memory(texts: Sequence[str], kind: str) -> float:
    """Give the megabytes that alerts take in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "alerts.txt").write_text("\n".join(texts), encoding="utf-8")
        read = list(articles(300, seed=SEED_MET))
        (folder / "articles").write_bytes(msgspec.msgpack.encode(read))
        command = [sys.executable, __file__, "--memory", name, "--engines", kind]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(said.stdout)


def grown(folder: Path, kind: Literal["compiled", "python"]) -> float:
    """Hold the alerts of a file and match; give the growth of the peak, in megabytes."""
    read = msgspec.msgpack.decode((folder / "articles").read_bytes(), type=list[ArticleEnriched])
    small = engine(kind)
    small.add("", parse("climate NEAR/3 (change OR summ*)").node)
    for article in read[:20]:
        small.match(article, now=NOW)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before = _peak_megabytes()
    held = engine(kind)
    with (folder / "alerts.txt").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            held.add(str(number), parse(line.strip()).node)
    for article in read:
        held.match(article, now=NOW)
    return _peak_megabytes() - before


def _peak_megabytes() -> float:
    # getrusage has the peak of all time: of numba compiling, and of lists being read.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def tell(taken: Mapping[str, Taken]) -> None:
    """Print a table; ratios are those of the first engine's rate to each."""
    first = next(iter(taken.values()))
    known = len(first.again) / sum(first.again)
    print(f"{'engine':>14}{'articles/s':>12}{'ratio':>9}{'again/s':>9}{'ratio':>9}"
          f"{'p50 ms':>9}{'p99 ms':>9}{'tried':>9}{'matches':>9}")  # fmt: skip
    for name, each in taken.items():
        again = len(each.again) / sum(each.again)
        print(f"{name:>14}{each.rate:>12.0f}{first.rate / each.rate:>8.1f}x"
              f"{again:>9.0f}{known / again:>8.1f}x{each.milliseconds(0.5):>9.2f}"
              f"{each.milliseconds(0.99):>9.2f}{each.tried:>9.0f}{each.matched:>9.0f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--alerts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--wildcards", type=float, nargs="+", default=[0.0, 0.1, 0.38])
    parser.add_argument("--articles", type=int, default=200, help="of each round")
    parser.add_argument("--engines", nargs="+", default=["compiled", "python"])
    parser.add_argument("--reference", type=int, default=3, help="articles")
    parser.add_argument("--lucene", action="store_true", help="needs a JDK of 21 and Maven")
    parser.add_argument("--passes", type=int, nargs="+", default=[1, 2], help="of Lucene")
    parser.add_argument("--memory", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print(grown(Path(options.memory), options.engines[0]))
        return
    if options.lucene and (missing := why_not()):
        parser.error(f"Lucene cannot be run: {missing}")
    for share in options.wildcards:
        made = queries(max(options.alerts), share)
        for count in options.alerts:
            print(f"\n{count:,} alerts, {share:.0%} of them with a wildcard")
            tell(measure(made[:count], options))


if __name__ == "__main__":
    main()
