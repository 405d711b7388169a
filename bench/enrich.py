"""What analysis costs, step by step and in whole: one process, one core.

    python bench/enrich.py [FILE.jsonl] [--language ar|en] [--count 300]

Without a file the articles are made up from the words of a frequency list, about 3 kB each, no two
alike. A file holds one JSON object of CONTRACT 1 per line.
"""

import argparse
import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import wordfreq

from rasad_core.codec import decode, encode
from rasad_core.events import ArticleFetched
from rasad_enrich.draft import Draft
from rasad_enrich.pipeline import STEPS, analyse
from rasad_enrich.steps.input import read_input

MOMENT = datetime(2024, 5, 9, 12, tzinfo=UTC)
ROUNDS = 3
PIECES = {
    "ar": ("وأعلنت الحكومة في أنقرة", "يوم الخميس الماضي", "من 21 إلى 29 أبريل", "رئيس الوزراء",
           "في مدينة صفاقس", "البنك المركزي", "القوات المسلحة", "لتركيا والعراق"),
    "en": ("The government in Ankara said", "on 9 May 2024", "last week", "the prime minister",
           "in Leeds", "the central bank", "the armed forces", "Turkey and Iraq"),
}  # fmt: skip
PARAGRAPHS = 12
WORDS = {"ar": 24, "en": 42}


class Line(msgspec.Struct):
    title: str = ""
    text: str = ""
    language: str | None = None


def made_up(language: str, count: int) -> Iterator[ArticleFetched]:
    rng = random.Random(7)
    common = wordfreq.top_n_list(language, 20_000)
    # Zipf's law: the word of rank r comes 1/r as often as the first.
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(common) + 1)))
    for number in range(count):
        paragraphs = []
        for _ in range(PARAGRAPHS):
            words = rng.choices(common, cum_weights=weights, k=WORDS[language])
            words.insert(rng.randrange(len(words)), rng.choice(PIECES[language]))
            paragraphs.append(" ".join(words) + ".")
        title = " ".join(rng.choices(common, cum_weights=weights, k=9))
        yield fetched(number, Line(title=title, text="\n\n".join(paragraphs)))


def from_file(path: Path, count: int) -> Iterator[ArticleFetched]:
    with path.open("rb") as lines:
        for number, line in enumerate(itertools.islice(lines, count)):
            yield fetched(number, msgspec.json.decode(line, type=Line))


def fetched(number: int, line: Line) -> ArticleFetched:
    return ArticleFetched(
        trace_id=f"trace-{number}", article_id=f"article-{number}", form="record",
        fetched_at=MOMENT, published=MOMENT, title=line.title, text=line.text,
        language=line.language,
    )  # fmt: skip


def seconds(action: Callable[[], object]) -> float:
    def once() -> float:
        start = time.process_time()
        action()
        return time.process_time() - start

    return statistics.median(once() for _ in range(ROUNDS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--language", choices=sorted(PIECES), default="ar")
    parser.add_argument("--count", type=int, default=300)
    given = parser.parse_args()
    source = (
        from_file(given.file, given.count) if given.file else made_up(given.language, given.count)
    )
    articles = list(source)
    sizes = [len((one.text or "").encode()) for one in articles]
    print(f"{len(articles)} articles, {statistics.mean(sizes):.0f} bytes of text on average")
    loading = time.process_time()
    analyse(articles[0])
    print(f"first article, lists loaded: {time.process_time() - loading:.2f} s\n")
    report(articles)


def each(step: Callable[[Draft], Draft], drafts: Sequence[Draft]) -> Callable[[], object]:
    return lambda: [step(one) for one in drafts]


def report(articles: Sequence[ArticleFetched]) -> None:
    drafts: list[Draft] = [Draft(fetched=one) for one in articles]
    rows = [("read", seconds(each(read_input, drafts)))]
    drafts = [read_input(one) for one in drafts]
    for name, step in STEPS:
        rows.append((name, seconds(each(step, drafts))))
        drafts = [step(one) for one in drafts]
    whole = seconds(lambda: [analyse(one) for one in articles])
    wire = seconds(lambda: [decode(encode(one), ArticleFetched) for one in articles])
    rows += [("whole", whole), ("decode and encode", wire)]
    print(f"{'step':<20}{'ms/article':>12}{'articles/s':>12}{'share':>8}")
    for name, spent in rows:
        one = spent / len(articles)
        print(f"{name:<20}{one * 1e3:>12.3f}{1 / max(one, 1e-9):>12.0f}{spent / whole:>8.0%}")


if __name__ == "__main__":
    main()
