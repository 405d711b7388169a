"""Kills either process of `rasad up` at random moments under load, and counts what came out.

Run with `python tests/up_rounds.py [ROUNDS] [SEED]`.
"""

import json
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from up_program import Program, running, until

LOOPBACK = {"RASAD_DELIVER_ALLOW_NETWORKS": "127.0.0.1/32"}
PER_ROUND = 3


class Hook(BaseHTTPRequestHandler):
    """A webhook target that remembers what it was sent."""

    server: "HookServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        data = json.loads(body)["data"]
        with self.server.turn:
            for match in data["matches"]:
                told = (match["article"]["article_id"], data["notification_id"])
                self.server.told[told] += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the signature's name
        """Say nothing."""


class HookServer(ThreadingHTTPServer):
    """Counts (article, notification) pairs."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.turn = threading.Lock()
        self.told: Counter[tuple[str, str]] = Counter()

    def articles(self) -> set[str]:
        with self.turn:
            return {article for article, _ in self.told}


@contextmanager
def hooked() -> Iterator[HookServer]:
    server = HookServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, kw_only=True)
class Count:
    """What came of it. `twice`: articles that two different notifications contain."""

    kills: int
    accepted: int
    lost: int
    unsearchable: int
    twice: int
    repeated_attempts: int

    @property
    def sound(self) -> bool:
        return self.lost == self.unsearchable == self.twice == 0


def run_rounds(folder: Path, *, rounds: int, seed: int) -> Count:
    """Push, kill, push …; then wait until everything accepted was told."""
    chance = random.Random(seed)
    accepted: set[str] = set()
    killed: list[str] = []

    def kill(module: str) -> None:
        # Where it is being replaced at that moment there is nothing to kill, and nothing to count.
        if program.kill(module):
            killed.append(module)

    with hooked() as hook, running(folder, environ=LOOPBACK) as program:
        channel = {"type": "webhook", "url": f"http://127.0.0.1:{hook.server_port}/told"}
        draft = {"name": "Every quay", "query": "quay", "group_by": "none", "channels": [channel]}
        program.post("/v1/alerts", draft)
        for number in range(rounds):
            killer = threading.Timer(
                chance.uniform(0.0, 1.5), kill, [chance.choice(["work", "serve"])]
            )
            killer.start()
            for part in range(PER_ROUND):
                accepted |= _push(program, f"{seed}-{number}-{part}")
            killer.join()
        until(lambda: accepted <= hook.articles())
        found = _found(program)
    notifications = Counter(article for article, _ in hook.told)
    return Count(
        kills=len(killed),
        accepted=len(accepted),
        lost=len(accepted - hook.articles()),
        unsearchable=len(accepted - found),
        twice=sum(count > 1 for count in notifications.values()),
        repeated_attempts=sum(count - 1 for count in hook.told.values()),
    )


def _push(program: Program, name: str) -> set[str]:
    """Push one article; none is accepted where the process died over the request."""
    record = {
        "url": f"https://wharf.example/{name}",
        "title": f"Notice {name} from the quay",
        "text": f"The harbour master posted notice {name}. It hangs at berth {name} until noon.",
    }
    try:
        answer = program.client.post("/v1/articles", json=record)
    except httpx.HTTPError:
        return set()
    if answer.status_code != 202:
        return set()
    return {each["article_id"] for each in answer.json()["accepted"]}


def _found(program: Program) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        page = program.get(f"/v1/search?q=quay&limit=200{cursor}")
        found |= {hit["article_id"] for hit in page["hits"]}
        if not page["next_cursor"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


if __name__ == "__main__":
    rounds, seed = map(int, [*sys.argv[1:], *["50", "20261125"][len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        count = run_rounds(Path(folder), rounds=rounds, seed=seed)
    sys.stdout.write(f"{count}\n")
    sys.exit(0 if count.sound else 1)
