"""Kill `rasad ingest` at random moments, many times, and count what became of every article.

`python tests/kill_rounds.py --rounds 50 [--seed N] [--articles N]`; the suite runs a few rounds.
An article whose line was printed must be found after the kill, before it is sent again. In the
end, with everything sent again, every article is there once, in its first revision, in a story
of its own, and the file is sound.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_WORDS = [
    "harbour",
    "crane",
    "mayor",
    "tide",
    "grain",
    "basin",
    "ferry",
    "council",
    "winter",
    "budget",
    "bridge",
    "railway",
    "school",
    "market",
    "captain",
    "engine",
    "river",
    "letter",
    "garden",
    "kitchen",
    "window",
    "doctor",
    "lawyer",
    "singer",
    "farmer",
    "baker",
    "village",
    "mountain",
    "island",
    "forest",
    "meadow",
    "orchard",
    "tunnel",
    "station",
    "platform",
    "signal",
    "lantern",
    "compass",
    "anchor",
    "rudder",
    "sail",
    "mast",
    "deck",
    "cabin",
    "galley",
    "ledger",
    "invoice",
    "receipt",
    "contract",
    "treaty",
    "border",
    "customs",
    "passport",
    "embassy",
    "minister",
    "senator",
    "judge",
    "witness",
    "verdict",
    "appeal",
    "clerk",
]


@dataclass
class Count:
    """When the kills came, and what was wrong after: nothing, when all four lists are empty."""

    before_the_first_line: int = 0
    midway: int = 0
    after_the_end: int = 0
    acknowledged: int = 0
    lost_after_kill: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or changed."""
        return not (self.lost_after_kill or self.lost or self.doubled or self.revised)


def run_rounds(folder: Path, *, rounds: int, articles: int, seed: int) -> Count:
    """Do the rounds in an empty folder; raises `CalledProcessError` when a file does not open."""
    chance = random.Random(seed)
    data, count = folder / "data", Count()
    files: list[Path] = []
    urls: list[str] = []
    for number in range(rounds):
        file = folder / f"round-{number}.jsonl"
        urls += _write(file, number, articles, chance)
        files.append(file)
        # Some of what was sent before goes again, as a feed would.
        sent = [file, chance.choice(files)]
        if number % 2:
            lines = _killed(sent, data, after_seconds=chance.uniform(0.2, 4.0))
        else:
            lines = _killed(sent, data, after_lines=chance.randrange(1, 2 * articles))
        count.before_the_first_line += not lines
        count.midway += 0 < len(lines) <= 2 * articles
        count.after_the_end += len(lines) > 2 * articles
        acknowledged = [line["url"] for line in lines if line.get("article_id")]
        count.acknowledged += len(acknowledged)
        if (data / "rasad.db").exists():
            found = {each["url"] for each in _lines("export", "", "--data", data)}
            count.lost_after_kill += sorted(set(acknowledged) - found)
    _lines("ingest", *files, "--data", data, "--json")
    _lines("doctor", "--data", data, "--json")
    there = _lines("export", "", "--data", data)
    times = Counter(each["url"] for each in there)
    count.lost = sorted(set(urls) - set(times))
    count.doubled = sorted(url for url, often in times.items() if often > 1)
    count.revised = sorted(each["url"] for each in there if each["revision"] != 1)
    stories = Counter(each["story_id"] for each in there)
    count.doubled += sorted(story for story, members in stories.items() if members > 1)
    return count


def _write(file: Path, number: int, articles: int, chance: random.Random) -> list[str]:
    urls = [f"https://round{number}.example/{at}" for at in range(articles)]
    with file.open("w", encoding="utf-8") as out:
        for url in urls:
            text = ". ".join(" ".join(chance.choices(_WORDS, k=9)) for _ in range(8)) + "."
            record = {"url": url, "title": " ".join(chance.choices(_WORDS, k=6)), "text": text}
            out.write(json.dumps({**record, "published": "2026-03-01T00:00:00Z"}) + "\n")
    return urls


def _killed(
    files: list[Path], data: Path, *, after_seconds: float = 60.0, after_lines: int = sys.maxsize
) -> list[Any]:
    """Ingest, and kill -9 after a time or a number of lines; give the lines it got to print."""
    command = [sys.executable, "-m", "rasad", "ingest", *map(str, files), "--data", str(data)]
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        alarm = threading.Timer(after_seconds, program.kill)
        alarm.start()
        lines: list[str] = []
        while len(lines) < after_lines and (line := program.stdout.readline()):
            lines.append(line)
        program.kill()
        alarm.cancel()
        lines += program.stdout.readlines()
    return [json.loads(line) for line in lines if line.endswith("}\n")]


def _lines(*arguments: object) -> list[Any]:
    command = [sys.executable, "-m", "rasad", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def main() -> int:
    """Run from a shell; exit status 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--articles", type=int, default=200, help="per round")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = run_rounds(
            Path(folder), rounds=options.rounds, articles=options.articles, seed=options.seed
        )
    sys.stdout.write(f"{count}\n{'sound' if count.sound else 'NOT sound'}\n")
    return 0 if count.sound else 1


if __name__ == "__main__":
    sys.exit(main())
