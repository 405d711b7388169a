"""Files to searchable: articles a second, what each stage costs, and how much memory.

`python bench/ingest.py [--articles N] [--profile]`. The articles are made up from word lists: 3 kB
each, Arabic, English, French and Turkish, some copied and some corrected.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from wordfreq import top_n_list

from rasad.embedded import working
from rasad.intake import Input, take_in
from rasad_core.runtime.settings import read_settings

STAGES = ("enrich", "stories", "index")
PLACES = {
    "ar": ("القاهرة", "أنقرة", "بيروت", "تونس", "الدوحة", "بغداد"),
    "en": ("Cairo", "Ankara", "London", "Nairobi", "Doha", "Toronto"),
    "fr": ("Paris", "Tunis", "Genève", "Dakar", "Beyrouth", "Montréal"),
    "tr": ("Ankara", "İstanbul", "Berlin", "Kahire", "Bakü", "Lefkoşa"),
}
_BYTES = 3000
_TICKS = os.sysconf("SC_CLK_TCK")


def articles(count: int, seed: int) -> Iterator[dict[str, object]]:
    chance = random.Random(seed)
    words = {language: top_n_list(language, 8000)[50:] for language in PLACES}
    start = datetime(2026, 3, 1, tzinfo=UTC)
    made: list[dict[str, object]] = []
    for number in range(count):
        if made and number % 20 == 0:
            copied = chance.choice(made)
            yield {**copied, "url": f"https://copy{number % 7}.example/{number}"}
            continue
        language = chance.choice(tuple(PLACES))
        sentences = list(_sentences(words[language], PLACES[language], chance))
        article: dict[str, object] = {
            "url": f"https://outlet{number % 40}.example/{language}/{number}",
            "title": " ".join(chance.choices(words[language], k=8)),
            "text": " ".join(sentences),
            "source": f"Outlet {number % 40}",
            "published": (start + timedelta(seconds=37 * number)).isoformat(),
        }
        made.append(article)
        del made[:-50]
        yield article


def _sentences(words: list[str], places: tuple[str, ...], chance: random.Random) -> Iterator[str]:
    size = 0
    while size < _BYTES:
        # Ranks fall off as in real text: few words make up most of it.
        ranks = (int(len(words) * chance.random() ** 3) for _ in range(chance.randint(8, 24)))
        sentence = " ".join(words[rank] for rank in ranks)
        sentence = f"{sentence[0].upper()}{sentence[1:]} {chance.choice(places)}."
        size += len(sentence.encode()) + 1
        yield sentence


class Watch(threading.Thread):
    """Samples CPU seconds per thread and memory per process from /proc while a run lasts."""

    def __init__(self, *, profile: bool) -> None:
        super().__init__(daemon=True)
        self.cpu_seconds: dict[str, float] = {}
        self.peak_mb: dict[int, float] = {}
        self.places: dict[str, Counter[str]] = {}
        self._profile = profile
        self._done = threading.Event()

    def run(self) -> None:
        rounds = 0
        while not self._done.wait(0.005 if self._profile else 0.1):
            rounds += 1
            if self._profile:
                self._sample()
            if rounds % (20 if self._profile else 1) == 0:
                self._measure()

    def stop(self) -> None:
        self._done.set()
        self.join()

    def _measure(self) -> None:
        for thread in threading.enumerate():
            stat = Path(f"/proc/self/task/{thread.native_id}/stat")
            if stat.exists():
                fields = stat.read_text().rpartition(")")[2].split()
                self.cpu_seconds[thread.name] = (int(fields[11]) + int(fields[12])) / _TICKS
        for pid in (os.getpid(), *_children()):
            status = Path(f"/proc/{pid}/status")
            if status.exists():
                for line in status.read_text().splitlines():
                    if line.startswith("VmHWM"):
                        self.peak_mb[pid] = int(line.split()[1]) / 1024

    def _sample(self) -> None:
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        for ident, frame in sys._current_frames().items():  # noqa: SLF001  there is no other way to it
            if (name := names.get(ident, "")) in {*STAGES, "MainThread"}:
                self.places.setdefault(name, Counter())[_place(frame)] += 1


def _children() -> list[int]:
    listed = (t / "children" for t in Path("/proc/self/task").iterdir())
    return [int(pid) for each in listed if each.exists() for pid in each.read_text().split()]


def _place(frame: FrameType | None) -> str:
    while frame is not None:
        file = frame.f_code.co_filename
        if "/rasad" in file and "site-packages" not in file:
            return f"{Path(file).parent.name}/{Path(file).name}:{frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


def run(count: int, seed: int, *, profile: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        with file.open("w", encoding="utf-8") as out:
            for article in articles(count, seed):
                out.write(json.dumps(article, ensure_ascii=False) + "\n")
        settings = read_settings({"RASAD_DATA": f"{folder}/data", "RASAD_LOG_LEVEL": "error"})
        watch = Watch(profile=profile)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        main_before = time.thread_time()
        started = time.perf_counter()
        watch.start()
        with working(settings) as archive:
            outcomes = Counter(
                item.outcome
                for item in take_in(archive, Input(what=[str(file)]), threading.Event())
            )
            seconds = time.perf_counter() - started
        watch.stop()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = sum(path.stat().st_size for path in Path(folder, "data").iterdir())
    rows = {
        "ingest (main thread)": time.thread_time() - main_before,
        "enrich (children)": children,
        **{f"{stage} (thread)": watch.cpu_seconds.get(stage, 0.0) for stage in STAGES},
    }
    print(f"{count} articles of {_BYTES} bytes: {dict(outcomes)}")
    print(f"{count / seconds:.0f} articles/s to searchable, {seconds:.1f} s, start included")
    for name, cpu in rows.items():
        print(f"  {name:<22} {cpu:7.2f} CPU s {1000 * cpu / count:7.2f} ms/article")
    print(f"  {'together':<22} {sum(rows.values()):7.2f} CPU s on {os.cpu_count()} cores")
    peaks = sorted(watch.peak_mb.values(), reverse=True)
    print(f"peak memory {sum(peaks):.0f} MB: {', '.join(f'{mb:.0f}' for mb in peaks)}")
    print(f"data folder {size / count / 1000:.1f} kB/article")
    for name, places in watch.places.items():
        total = sum(places.values())
        print(f"{name}:")
        for place, samples in places.most_common(12):
            print(f"  {100 * samples / total:5.1f} %  {place}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true", help="say where the threads are")
    options = parser.parse_args()
    run(options.articles, options.seed, profile=options.profile)


if __name__ == "__main__":
    main()
