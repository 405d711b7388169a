"""Parsing: queries/s on one core, and one query of 60,000 terms.

    python bench/parse.py [--queries 5000] [--seed 1]

Queries are those of `workload.py`, without the longest so that they have 113 characters on average
(a published comparison of parsers has as many). Each round parses all of them; the first meets
every word for the first time (the list of Arabic words is read before it). Timed is CPU, and of 5
further rounds the fastest counts: on a machine shared with others the rest says more of them. Of
20,000 such queries 120,000 words differ, more than are remembered.
"""

import argparse
import random
import statistics
import time

import workload
from rasad_core.query.parse import parse

ROUNDS = 5
CHARACTERS = 113
LONG_TERMS = 60_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--queries", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    queries = drawn(asked.queries, asked.seed)
    parse("للـجيش")
    took = [timed(queries) for _ in range(1 + ROUNDS)]
    print(f"{len(queries):,} queries of {statistics.mean(map(len, queries)):.0f} characters,"
          f" {statistics.mean(not query.isascii() for query in queries):.0%} Arabic,"
          f" {statistics.mean('NEAR' in query for query in queries):.0%} with NEAR,"
          f" {statistics.mean(map(workload.is_wild, queries)):.0%} with a wildcard")  # fmt: skip
    print(f"first round: {len(queries) / took[0]:,.0f} queries/s; "
          f"fastest of {ROUNDS} others: {len(queries) / min(took[1:]):,.0f} queries/s")  # fmt: skip
    long = long_query(asked.seed)
    print(f"{LONG_TERMS:,} terms, {len(long):,} characters: {timed([long]):.2f} s, new words")


def drawn(count: int, seed: int) -> list[str]:
    """Give queries of that mean length: the longest are left out until it is reached."""
    queries = sorted(workload.queries(count, seed=seed), key=len)
    characters = sum(map(len, queries))
    while characters > CHARACTERS * len(queries):
        characters -= len(queries.pop())
    random.Random(seed).shuffle(queries)
    return queries


def long_query(seed: int) -> str:
    """Write one query of words, wildcards and phrases that no other query has."""
    chance = random.Random(seed)
    letters = {"en": "abcdefghilmnoprstu", "ar": "ابتجحدرسعفقكلمنهوي"}
    terms = []
    for _ in range(LONG_TERMS):
        name = "ar" if chance.random() < workload.ARABIC_QUERIES else "en"
        word = "".join(chance.choices(letters[name], k=chance.randint(4, 12)))
        terms.append(f"{word}*" if chance.random() < 0.5 else word)
    return " OR ".join(terms)


def timed(queries: list[str]) -> float:
    began = time.process_time()
    for query in queries:
        parse(query)
    return time.process_time() - began


if __name__ == "__main__":
    main()
