"""Every service at a steady rate for a long time: does anything grow, and does all keep up?

    python deploy/servers/run.py -- python bench/soak.py [--rate 50] [--minutes 20]

Articles of 200 words in four languages are pushed once a second; one in ten matches an alert. Each
minute it prints the memory of every service with its children, and how far each stage is behind.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cluster_programs import SERVICES, Cluster, cluster, pushed
from words import Words


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=20.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)) as running:
        running.start_all()
        with running.api() as client:
            client.post("/v1/alerts", json={"name": "A tenth", "query": "quayside"})
        soak(running, asked.rate, asked.minutes)


def soak(running: Cluster, rate: int, minutes: float) -> None:
    words = Words(3)
    began = time.monotonic()
    second = 0
    with running.api() as client:
        while (elapsed := time.monotonic() - began) < minutes * 60:
            pushed(client, *(article(words, second * rate + number) for number in range(rate)))
            if second % 60 == 0:
                report(running, elapsed)
            second += 1
            time.sleep(max(0.0, began + second - time.monotonic()))
        report(running, time.monotonic() - began)
        found = client.get("/v1/search?limit=1").json()["total"]
    sys.stdout.write(f"pushed {second * rate}, found {found}\n")


def article(words: Words, number: int) -> dict[str, str]:
    language = ("en", "ar", "fr", "tr")[number % 4]
    mark = " quayside" if number % 10 == 0 else ""
    return {"title": f"Number {number}", "text": " ".join(words.text(language, 200)) + mark + "."}


def report(running: Cluster, elapsed_seconds: float) -> None:
    line: dict[str, object] = {"minute": round(elapsed_seconds / 60, 1)}
    for name in SERVICES:
        service = running.one(name)
        line[name] = f"{service.rss_mb():.0f} MB"
        if name not in {"api", "ingest"}:
            line[f"{name} behind"] = int(sum(service.metrics("rasad_lag_messages").values()))
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
