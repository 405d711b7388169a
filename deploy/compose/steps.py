"""What is proven of the running services, one step a function."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from client import Client, until
from command import CheckFailed, tell, timed
from stack import RECEIVER, SERVERS, SERVICES, Stack

# The bars: what the services may take, and how soon they must be there on two cores.
READY_SECONDS = 180.0
_END_SECONDS = 25.0
_MEMORY_MIB = {name: 600 if name.startswith("enrich") else 250 for name in SERVICES}
# A worker that was killed keeps its share of the partitions until its session ends.
_AFTER_KILL_SECONDS = 150.0
_SOON_SECONDS = 60.0
# Tried as root, whom nothing but a read-only file system keeps from writing.
_WRITES = ("sh", "-c", "touch /rasad-check 2>&1 || true")


def builds(stack: Stack) -> None:
    """All images are built."""
    with timed("images built"):
        stack.compose("build")


def asks_for_a_key(stack: Stack) -> None:
    """Without a key nothing starts, and the message says what to do."""
    message = stack.without_key()
    if "docs/deploy.md" not in message:
        raise CheckFailed(f"no advice where there is no key: {message}")
    tell("     ok    without a key: " + message.strip().splitlines()[-1])


def starts(stack: Stack, what: str, *options: str) -> None:
    """Everything becomes healthy, in time."""
    start = time.monotonic()
    stack.up(*options)
    took = time.monotonic() - start
    tell(f"{took:7.1f} s  {what}: all healthy (at most {READY_SECONDS:g})")
    if took > READY_SECONDS:
        raise CheckFailed(f"ready after {took:.0f} s, where {READY_SECONDS:g} are allowed")


def is_confined(stack: Stack) -> None:
    """No container runs as root, and none can write beside its volumes."""
    for each in stack.containers(*SERVERS, *SERVICES):
        user = stack.docker("exec", each.id, "id", "-u").strip()
        tried = stack.docker("exec", "--user", "0", each.id, *_WRITES)
        if user == "0" or not each.read_only or "Read-only file system" not in tried:
            raise CheckFailed(f"{each.service} runs as {user}, and wrote: {tried or 'yes'}")
    tell("     ok    every container: not root, read-only (root tried to write)")


def takes_and_finds(client: Client, word: str, count: int, limit_seconds: float) -> Sequence[str]:
    """Articles that are taken are found; gives their ids."""
    answer = client.post("/v1/articles", [_article(word, n) for n in range(count)], expected=202)
    ids = [each["article_id"] for each in answer["accepted"]]
    took = until(
        f"{count} articles are found",
        lambda: bool(client.get("/v1/search", q=word)["total"] == count),
        limit_seconds=limit_seconds,
    )
    tell(f"{took:7.1f} s  {count} taken by HTTP (202), all found")
    return ids


def tells(stack: Stack, client: Client, word: str) -> str:
    """An alert made by HTTP finds the next article, and calls a webhook; gives the alert's id."""
    channel = {"type": "webhook", "url": f"http://{RECEIVER}:8080/"}
    draft = {"name": word, "query": word, "state": "armed", "channels": [channel]}
    alert = str(client.post("/v1/alerts", draft, expected=201)["alert_id"])
    # Workers know of an alert within moments of its being made; an article does not wait for it.
    time.sleep(3)
    takes_and_finds(client, word, 1, _SOON_SECONDS)
    took = until("it is in the inbox", lambda: _delivered(client, alert), limit_seconds=60)
    tell(f"{took:7.1f} s  its match is in the inbox, and delivered")
    heard = stack.compose("logs", "--no-log-prefix", RECEIVER)
    if heard.count(alert) == 0 or "alert.matched" not in heard:
        raise CheckFailed(f"the webhook was not called: {heard[-500:]}")
    tell(f"     ok    webhook called: {heard.strip().splitlines()[-1][:150]}…")
    return alert


def scales(stack: Stack, client: Client, workers: int) -> None:
    """More workers share the work; one that is killed loses nothing."""
    with timed(f"scaled to {workers} workers"):
        stack.up("--scale", f"enrich={workers}", "--no-recreate")
    found = stack.containers("enrich")
    if len(found) != workers or {each.state for each in found} != {"running"}:
        raise CheckFailed(f"there are {len(found)} workers")
    takes_and_finds(client, "zarafa", 24, _SOON_SECONDS)
    stack.docker("kill", "--signal", "KILL", found[0].id)
    tell(f"     ok    killed one of {workers} workers with SIGKILL")
    takes_and_finds(client, "kanguru", 24, _AFTER_KILL_SECONDS)


def measures(stack: Stack) -> None:
    """Each service stays below its bar of memory."""
    over = []
    for each in stack.containers(*SERVERS, *SERVICES):
        used = _resident_mib(stack, each.id) if each.state == "running" else 0.0
        bar = _MEMORY_MIB.get(each.service)
        tell(f"{used:7.0f} MiB {each.service}" + (f" (at most {bar})" if bar else ""))
        if bar and used > bar:
            over.append(each.service)
    if over:
        raise CheckFailed(f"too much memory: {', '.join(over)}")


def ends(stack: Stack) -> None:
    """Every service ends with 0 when it is asked to, in time."""
    for name in SERVICES:
        running = [each.id for each in stack.containers(name) if each.state == "running"]
        start = time.monotonic()
        stack.docker("stop", "--time", "30", *running)
        took = time.monotonic() - start
        codes = [each.exit_code for each in stack.containers(name) if each.id in running]
        tell(f"{took:7.1f} s  {name} ended with {codes}")
        if any(codes) or took > _END_SECONDS * len(running):
            raise CheckFailed(f"{name} did not end as it must")


def remembers(client: Client, article: str, alert: str) -> None:
    """What was there before is there after everything was taken down, the key included."""
    client.get(f"/v1/articles/{article}")
    client.get(f"/v1/alerts/{alert}")
    if not _delivered(client, alert):
        raise CheckFailed("the match is not there any more")
    if client.get("/v1/search", q="kanguru")["total"] != 24:
        raise CheckFailed("articles are not there any more")
    tell("     ok    after `down` and `up`: article, alert, match and key are there")


def _delivered(client: Client, alert: str) -> bool:
    matches = client.get(f"/v1/alerts/{alert}/matches")["matches"]
    return any(each["notification"]["state"] == "delivered" for each in matches)


def _article(word: str, number: int) -> dict[str, Any]:
    return {
        "url": f"https://news.example.org/{word}/{number}",
        "title": f"{word} number {number} was seen in the harbour",
        "text": f"The {word} with the number {number} walked along the quay before noon. " * 3,
        "source": "The Example",
        "published": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _resident_mib(stack: Stack, container: str) -> float:
    """Give the memory of all processes of a container, each counted by its own pages."""
    read = "cat /proc/[0-9]*/status 2>/dev/null | grep -E '^(VmRSS|PPid)' || true"
    lines = stack.docker("exec", container, "sh", "-c", read).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
