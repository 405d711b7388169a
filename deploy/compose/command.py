"""Running other programs: what they said is shown only when they fail."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# Building every image on two busy cores takes a quarter of an hour at most.
_LONGEST_SECONDS = 1800.0
_SHOWN_CHARACTERS = 6000


class CheckFailed(Exception):
    """Something is not as it must be; the text says what."""


def said(
    *command: str,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    timeout_seconds: float = _LONGEST_SECONDS,
) -> str:
    """Run a command and give its output; raises `CheckFailed` with the end of what it said."""
    ran = subprocess.run(
        command,
        env={**os.environ, **(environ or {})},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout_seconds,
        check=False,
    )
    if ran.returncode:
        raise CheckFailed(f"{_named(command)} failed:\n{ran.stdout[-_SHOWN_CHARACTERS:]}")
    return ran.stdout


def refused(*command: str, environ: Mapping[str, str]) -> str:
    """Run a command that must fail, and give what it said."""
    try:
        said(*command, environ=environ)
    except CheckFailed as error:
        return str(error)
    raise CheckFailed(f"{_named(command)} should have failed")


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print what was done and how long it took."""
    start = time.monotonic()
    yield
    tell(f"{time.monotonic() - start:7.1f} s  {what}")


def _named(command: Sequence[str]) -> str:
    return f"`{Path(command[0]).name} {' '.join(command[1:])}`"
