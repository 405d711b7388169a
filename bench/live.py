"""Published to told: how long a pushed article takes to its webhook while many alerts watch.

    python bench/live.py [--alerts 10000] [--rate 50] [--seconds 60]

`rasad up` runs as a program on a new folder; articles of 200 words are pushed one by one at the
rate, each holding a word of its own that one more alert waits for, whose webhook this program is.
The other alerts are a brand AND one of two to five topics, a third of them with a wildcard, drawn
as in `bench/alerts.py`. It keeps up when the last third takes no longer than the first; the load
generator and the webhook's server are part of the same machine's work.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from rasad.embedded import working
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert, Webhook, new_secret
from rasad_core.documents.table import Table
from rasad_core.kinds import ALERTS
from rasad_core.runtime.settings import read_settings
from words import Words

MARK = "quaymark"
PATIENCE_SECONDS = 120.0


class Hook(BaseHTTPRequestHandler):
    """Notes when each article was told."""

    told: dict[str, float] = {}  # noqa: RUF012  one server a run

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        for match in body["data"]["matches"]:
            self.told.setdefault(match["article"]["article_id"], time.monotonic())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        arm(Path(folder), asked.alerts, f"http://127.0.0.1:{server.server_port}/")
        run(Path(folder), asked.rate, asked.seconds)


def arm(folder: Path, count: int, hook: str) -> None:
    words = Words(1)
    now = datetime.now(UTC)
    with working(read_settings({"RASAD_DATA": str(folder)})) as archive:
        table = Table(archive.store, ALERTS, Alert)
        for number in range(count):
            language = words.random.choice(["en", "en", "fr", "tr", "ar"])
            topics = [words.asked(language, 500, 5_000) for _ in range(words.random.randint(2, 5))]
            query = f"{words.asked(language, 8_000, 40_000)} AND ({' OR '.join(topics)})"
            table.put(f"al_{number}", alert(f"al_{number}", query, now), team_id=DEFAULT_TEAM)
        channel = Webhook(url=hook, secret=new_secret())
        table.put("al_mark", alert("al_mark", f"{MARK}*", now, channel), team_id=DEFAULT_TEAM)


def alert(name: str, query: str, now: datetime, *channels: Webhook) -> Alert:
    return Alert(
        alert_id=name, team_id=DEFAULT_TEAM, name=name, query=query, version=1, group_by="none",
        channels=channels, created_at=now, updated_at=now,
    )  # fmt: skip


def run(folder: Path, rate: float, seconds: float) -> None:
    command = [sys.executable, "-m", "rasad", "up", "--data", str(folder), "--port", "0"]
    environ = {**os.environ, "RASAD_DELIVER_ALLOW_NETWORKS": "127.0.0.1/32"}
    environ["RASAD_LOG_LEVEL"] = "error"
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        found = re.search(r"http://\S+", program.stdout.readline())
        assert found is not None
        with httpx.Client(base_url=found[0], timeout=30.0, trust_env=False) as client:
            warm(client)
            sent = push(client, rate, seconds)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while len(Hook.told) < len(sent) and time.monotonic() < deadline:
                time.sleep(0.1)
            report(sent, rate)
        program.terminate()
        program.wait()


def warm(client: httpx.Client) -> None:
    """Wait until the alerts are parsed and one article came through."""
    client.post("/v1/articles", json={"title": "First", "text": f"{MARK}first"}).raise_for_status()
    while not Hook.told:
        time.sleep(0.1)
    Hook.told.clear()


def push(client: httpx.Client, rate: float, seconds: float) -> dict[str, float]:
    words = Words(2)
    sent: dict[str, float] = {}
    started = time.monotonic()
    for number in range(int(rate * seconds)):
        language = ("en", "ar", "fr", "tr")[number % 4]
        text = " ".join(words.text(language, 200))
        record = {"title": f"Number {number}", "text": f"{text} {MARK}{number}."}
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        at = time.monotonic()
        answer = client.post("/v1/articles", json=record).json()
        sent[answer["accepted"][0]["article_id"]] = at
    took = time.monotonic() - started
    sys.stdout.write(f"pushed {len(sent)} in {took:.0f} s, {len(sent) / took:.1f}/s\n")
    return sent


def report(sent: dict[str, float], rate: float) -> None:
    late = [Hook.told[each] - at for each, at in sent.items() if each in Hook.told]
    third = max(1, len(late) // 3)
    for name, part in (("first third", late[:third]), ("last third", late[-third:])):
        cuts = statistics.quantiles(part, n=100)
        sys.stdout.write(f"{name}: p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s\n")
    keeps = statistics.median(late[-third:]) < statistics.median(late[:third]) + 1.0
    said = "keeps up with" if keeps else "falls behind"
    sys.stdout.write(f"told {len(late)} of {len(sent)}; {said} {rate:g}/s\n")


if __name__ == "__main__":
    main()
