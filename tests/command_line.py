"""Running `rasad` within the test: fast, and with its exit status and both outputs."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasad.__main__ import main


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def notes(self) -> list[Any]:
        """Standard error as JSON lines."""
        return [json.loads(line) for line in self.err.splitlines()]


@dataclass(frozen=True)
class Made:
    """An archive, the file it came from, and what `rasad ingest` said."""

    folder: Path
    wire: Path
    ran: Ran


def rasad(*arguments: object, stdin: str | bytes = b"") -> Ran:
    """Run a command as the shell would."""
    typed = stdin.encode() if isinstance(stdin, str) else stdin
    kept = sys.stdin, sys.stdout, sys.stderr
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(typed)), out, err
    try:
        status = main([str(argument) for argument in arguments])
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
    return Ran(status, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
