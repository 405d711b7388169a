"""Alerts: articles/s matched on one core, against evaluating every alert, and what 50/s leave over.

    python bench/alerts.py [--alerts 1000 10000 30000] [--articles 300] [--rate 50]

Alerts are drawn from wordfreq's lists with a fixed seed, in the shapes of a monitoring agency: one
word 14 %, alternatives 18 %, brands AND topics 30 %, phrases 16 %, AND NOT 12 %, dozens of brands
AND topics AND NOT 5 %, metadata and title 5 %; 28 % Arabic, and the share with a wildcard is
printed. What the language lacks (NEAR) is a phrase here. Articles have 500 words, a third of them
Arabic. Timed is CPU of the matching alone: the article is analysed before, candidates are found,
each evaluated and its places taken. The peer, on the first articles of the same run, evaluates
every alert. Median of 3 rounds. Memory is the growth of the peak, from the second line on at least.
"""

import argparse
import gc
import random
import resource
import statistics
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

import wordfreq

from rasad_core.events import ArticleEnriched
from rasad_core.query.ast import Node
from rasad_core.query.candidates import Candidates
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ROUNDS = 3
# The peer takes 2 s an article with 10,000 alerts.
PEER_ARTICLES = 5
SHAPES = {
    "word": 14,
    "any": 18,
    "brand topic": 30,
    "phrase": 16,
    "not": 12,
    "agency": 5,
    "field": 5,
}
WILDCARDS = 0.2
LANGUAGES = ("en", "en", "fr", "ar", "tr", "ar")


class Words:
    """Words of the lists: as a text has them, and as people ask for them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.listed = {name: wordfreq.top_n_list(name, 40_000) for name in set(LANGUAGES)}
        self.weights: dict[str, list[float]] = {}
        for name, listed in self.listed.items():
            total = 0.0
            self.weights[name] = [
                total := total + wordfreq.word_frequency(word, name) for word in listed
            ]

    def text(self, language: str, count: int) -> list[str]:
        weights = self.weights[language]
        return self.random.choices(self.listed[language], cum_weights=weights, k=count)

    def asked(self, language: str, low: int, high: int) -> str:
        while True:
            word = self.listed[language][self.random.randrange(low, high)]
            # Nobody asks for short ones, nor for the English that every list has some of.
            if len(word) > 3 and word.isalpha() and word.isascii() <= (language != "ar"):
                break
        # Brands and topics as agencies write them: the beginning stands for the inflections.
        if len(word) > 6 and self.random.random() < WILDCARDS:
            return f"{word[:-1]}*"
        return word


class Alerts:
    """Queries in the shapes of `SHAPES`."""

    def __init__(self, seed: int) -> None:
        self.words = Words(seed)
        self.random = self.words.random

    def query(self) -> str:
        pick = self.random
        language = "ar" if pick.random() < 0.28 else pick.choice(["en", "en", "fr", "tr"])
        shape = pick.choices(list(SHAPES), weights=list(SHAPES.values()))[0]
        match shape:
            case "word":
                return self.brand(language)
            case "any":
                return self.group(language, 3, 15, self.brand)
            case "brand topic":
                brands = self.group(language, 1, 8, self.brand)
                return f"({brands}) AND ({self.group(language, 2, 6, self.topic)})"
            case "phrase":
                words = [self.topic(language).rstrip("*"), self.topic(language).rstrip("*")]
                return f'"{" ".join(words)}"'
            case "not":
                left = self.group(language, 1, 4, self.brand)
                return f"({left}) AND NOT ({self.group(language, 1, 3, self.topic)})"
            case "agency":
                brands = self.group(language, 25, 80, self.brand)
                topics = self.group(language, 5, 20, self.topic)
                return (
                    f"({brands}) AND ({topics}) AND NOT ({self.group(language, 3, 12, self.topic)})"
                )
            case _:
                field = pick.choice(
                    ["lang:ar AND ", "lang:en AND ", "source:outlet AND ", "title:"]
                )
                return f"{field}{self.topic(language)}"

    def brand(self, language: str) -> str:
        return self.words.asked(language, 8_000, 40_000)

    def topic(self, language: str) -> str:
        return self.words.asked(language, 500, 5_000)

    def group(self, language: str, low: int, high: int, word: Callable[[str], str]) -> str:
        return " OR ".join(word(language) for _ in range(self.random.randint(low, high)))


def article(words: Words, number: int) -> ArticleEnriched:
    language = LANGUAGES[number % len(LANGUAGES)]
    text = " ".join(words.text(language, 490))
    return ArticleEnriched(
        trace_id="bench",
        article_id=f"{number:032d}",
        form="record",
        fetched_at=NOW,
        published=NOW,
        url=f"https://outlet{number % 200}.example/{number}",
        domain=f"outlet{number % 200}.example",
        title=" ".join(words.text(language, 10)),
        text=text,
        lead=text[:300],
        language=language,
        source=f"Outlet {number % 200}",
        revision=1,
        seq=number,
        story_id=f"s{number}",
        month="2026.03",
    )


def proofs(nodes: Collection[Node], document: SearchDocument) -> int:
    """Give how many queries match, their places taken, as the stage does it."""
    return sum(
        bool(highlights(node, document, now=NOW)) or matches(node, document, now=NOW)
        for node in nodes
    )


def median_seconds(action: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(texts: Sequence[str]) -> tuple[Candidates, dict[str, Node], float]:
    start = time.process_time()
    nodes = {str(number): parse(text).node for number, text in enumerate(texts)}
    candidates = Candidates()
    for key, node in nodes.items():
        candidates.add(key, node)
    return candidates, nodes, time.process_time() - start


def measure(texts: Sequence[str], documents: Sequence[SearchDocument], rate: float) -> float:
    """Print a line; give the share of a core that `rate` articles a second take."""
    before = megabytes()
    candidates, nodes, build_seconds = build(texts)
    grown = megabytes() - before
    tried = [candidates.of(document) for document in documents]
    found = [
        proofs(left.values(), document) for left, document in zip(tried, documents, strict=True)
    ]

    def ours() -> None:
        for document in documents:
            proofs(candidates.of(document).values(), document)

    few = documents[:PEER_ARTICLES]
    everything = nodes.values()
    by_peer: list[int] = []

    def peer() -> None:
        by_peer[:] = [proofs(everything, document) for document in few]

    each = median_seconds(ours) / len(documents)
    each_by_peer = median_seconds(peer) / len(few)
    if by_peer != found[: len(few)]:
        raise AssertionError("the candidates lack a match")
    worst = max(_timed(candidates, document) for document in documents)
    print(
        f"{len(texts):>8,}{1 / each:>12.0f}{1 / each_by_peer:>10.1f}{each_by_peer / each:>8.0f}x"
        f"{statistics.mean(map(len, tried)):>12.1f}{statistics.mean(found):>9.1f}"
        f"{worst * 1000:>9.1f}{rate * each:>10.0%}{build_seconds:>9.2f}{grown:>8.0f}"
    )
    return rate * each


def _timed(candidates: Candidates, document: SearchDocument) -> float:
    start = time.process_time()
    proofs(candidates.of(document).values(), document)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, nargs="+", default=[1_000, 10_000, 30_000])
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--rate", type=float, default=50.0)
    options = parser.parse_args()
    words = Words(seed=1)
    written = [article(words, number) for number in range(options.articles)]
    search_document(written[0])  # loads its lists
    analysing = median_seconds(lambda: [search_document(each) for each in written])
    documents = [search_document(each) for each in written]
    made = Alerts(seed=2)
    queries = [made.query() for _ in range(max(options.alerts))]
    wild = sum("*" in query for query in queries) / len(queries)
    print(f"{len(queries):,} alerts, {wild:.0%} with a wildcard; {len(documents)} articles")
    print(f"analysis, not in the table: {len(documents) / analysing:.0f} articles/s of one core\n")
    print(
        f"{'alerts':>8}{'articles/s':>12}{'all, /s':>10}{'ratio':>9}{'candidates':>12}"
        f"{'matches':>9}{'max ms':>9}{f'at {options.rate:.0f}/s':>10}{'build s':>9}{'MB':>8}"
    )
    gc.freeze()
    shares = {}
    for count in options.alerts:
        shares[count] = measure(queries[:count], documents, options.rate)
    # Linear in candidates and matches, and those in alerts: from the two largest.
    (less, low), (more, high) = sorted(shares.items())[-2:]
    limit = more + (1 - high) * (more - less) / (high - low)
    print(f"\n{options.rate:.0f} articles/s fill one core at about {limit:,.0f} alerts")


if __name__ == "__main__":
    main()
