"""News at a steady rate into a cluster that is being hurt, and what came out of it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from cluster_programs import Cluster
from up_program import until
from up_rounds import HookServer, hooked

WORD = "quayside"


@dataclass(frozen=True, kw_only=True)
class Count:
    """What came of it. `twice`: articles that two different notifications contain."""

    accepted: int
    refused_pushes: int
    lost: int
    untold: int
    twice: int
    repeated_attempts: int

    @property
    def sound(self) -> bool:
        return self.lost == self.untold == self.twice == 0


class Load:
    """Pushes one article after the other until it is ended; what was answered 202 is owed."""

    def __init__(self, cluster: Cluster, hook: HookServer, rate: float) -> None:
        self._cluster = cluster
        self._hook = hook
        self._rate = rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._push)
        self.accepted: set[str] = set()
        self.refused = 0
        self.longest_answer_seconds = 0.0

    def begin(self) -> None:
        """Arm the alert that every article matches, and begin to push."""
        channel = {"type": "webhook", "url": f"http://127.0.0.1:{self._hook.server_port}/told"}
        draft = {"name": "All", "query": WORD, "group_by": "none", "channels": [channel]}
        with self._cluster.api() as client:
            made = client.post("/v1/alerts", json=draft)
            assert made.status_code == 201, made.text
        self._thread.start()

    def wait_for(self, seconds: float) -> None:
        """Let the load go on for a while."""
        self._stop.wait(seconds)

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def count(self, *, patience_seconds: float = 120.0) -> Count:
        """End the load, wait until all that is owed is found and told or patience ends, and count."""
        self.end()
        deadline = time.monotonic() + patience_seconds
        found: set[str] = set()
        while time.monotonic() < deadline:
            found = self._found()
            if self.accepted <= found and self.accepted <= self._hook.articles():
                break
            time.sleep(0.5)  # between two questions; nothing is guessed by it
        told = Counter(article for article, _ in self._hook.told)
        return Count(
            accepted=len(self.accepted),
            refused_pushes=self.refused,
            lost=len(self.accepted - found),
            untold=len(self.accepted - self._hook.articles()),
            twice=sum(count > 1 for count in told.values()),
            repeated_attempts=sum(count - 1 for count in self._hook.told.values()),
        )

    def _push(self) -> None:
        began = time.monotonic()
        number = 0
        while not self._stop.wait(max(0.0, began + number / self._rate - time.monotonic())):
            number += 1
            started = time.monotonic()
            try:
                self._push_one(number)
            except httpx.HTTPError:
                self.refused += 1
            took = time.monotonic() - started
            self.longest_answer_seconds = max(self.longest_answer_seconds, took)

    def _push_one(self, number: int) -> None:
        with self._cluster.api() as client:
            answer = client.post("/v1/articles", json=article(number))
        if answer.status_code == 202:
            self.accepted |= {each["article_id"] for each in answer.json()["accepted"]}
        else:
            assert answer.status_code == 503, answer.text
            self.refused += 1

    def _found(self) -> set[str]:
        found: set[str] = set()
        with self._cluster.api() as client:
            cursor: str | None = ""
            while cursor is not None:
                page = client.get(f"/v1/search?q={WORD}&limit=200{cursor and f'&cursor={cursor}'}")
                if page.status_code != 200:
                    return found
                found |= {hit["article_id"] for hit in page.json()["hits"]}
                cursor = page.json()["next_cursor"]
        return found


def article(number: int) -> dict[str, str]:
    """Write an article that is like no other."""
    name = f"n{number}x{number * 7919 % 10007}"
    return {
        "url": f"https://wharf.example/{name}",
        "title": f"Notice {name} from the {WORD}",
        "text": f"The master of {name} posted notice {name}. It hangs at {name} until {name} ends.",
    }


@contextmanager
def loaded(cluster: Cluster, *, rate: float = 10.0) -> Iterator[Load]:
    """Push until the count; a first article has come all the way before the block begins."""
    with hooked() as hook:
        load = Load(cluster, hook, rate)
        load.begin()
        try:
            until(hook.articles)
            yield load
        finally:
            load.end()
