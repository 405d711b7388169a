"""Proves compose.yaml: builds the images, starts everything, uses it, breaks it, starts it again.

    python deploy/compose/check.py [--workers N]

Where a Docker engine answers, it is used, with the images that compose.yaml names. Where none does,
on Debian as root, one is made for the length of the check, with stand-ins for those images.
"""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
# The servers' artifacts and Java are found as the tests find them.
sys.path[1:1] = [str(HERE.parent / "servers")]

import steps  # noqa: E402  after the path
from client import Client  # noqa: E402
from command import CheckFailed, tell  # noqa: E402
from engine import engine  # noqa: E402
from stack import Stack, half_of_memory_gb, removed_after  # noqa: E402
from standins import stand_ins  # noqa: E402

CACHE = HERE / ".cache"
# Two servers and eight services take 4 GB; each further worker up to 0.6.
_MEMORY_FOR_FOUR_GB = 8.0


def main(arguments: Sequence[str]) -> int:
    """Give the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    four = half_of_memory_gb() > _MEMORY_FOR_FOUR_GB
    parser.add_argument("--workers", type=int, default=4 if four else 2, help="of enrich")
    workers = parser.parse_args(arguments).workers
    CACHE.mkdir(exist_ok=True)
    try:
        with engine(CACHE) as found, tempfile.TemporaryDirectory() as folder:
            images = stand_ins(found, CACHE) if found.made else {}
            tell(found.docker("version", "--format", "engine {{.Server.Version}}").strip())
            stack = Stack(found, Path(folder), images, secrets.token_urlsafe(32))
            with removed_after(stack):
                _told(stack, workers)
            if found.made:
                # A builder of this age leaves a gigabyte for each image and each change of source.
                found.docker("image", "prune", "--force")
    except CheckFailed as error:
        tell(f"\nFAILED: {error}")
        return 1
    tell("\nAll of it holds.")
    return 0


def _told(stack: Stack, workers: int) -> None:
    """Prove it; where it fails, show what the services said before they are taken away."""
    try:
        _prove(stack, workers)
    except CheckFailed:
        tell(stack.compose("ps", "--all") + stack.compose("logs", "--tail", "15"))
        raise


def _prove(stack: Stack, workers: int) -> None:
    client = Client(stack.port, stack.key)
    steps.builds(stack)
    steps.asks_for_a_key(stack)
    steps.starts(stack, "up")
    steps.is_confined(stack)
    article, *_ = steps.takes_and_finds(client, "fil", 3, 60)
    alert = steps.tells(stack, client, "baykush")
    steps.scales(stack, client, workers)
    steps.measures(stack)
    steps.ends(stack)
    stack.compose("down")
    steps.starts(stack, "up again")
    steps.remembers(client, article, alert)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
