"""What commands print: results on standard output, everything else on standard error."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

import msgspec

_encoder = msgspec.json.Encoder()


def use_utf8() -> None:
    """Read and write UTF-8 whatever the locale says; what cannot be written becomes `?`."""
    for stream in (sys.stdout, sys.stderr):
        _reconfigure(stream)


def _reconfigure(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:  # a test's or an embedder's stream may be another class
        reconfigure(encoding="utf-8", errors="replace")


def print_json(value: object) -> None:
    """Print one JSON object as one line."""
    sys.stdout.write(_encoder.encode(value).decode() + "\n")


def flush() -> None:
    """Hand what is printed to who reads it now, rather than a buffer later."""
    sys.stdout.flush()


def note_json(value: object) -> None:
    """Print one JSON object as one line of standard error."""
    sys.stderr.write(_encoder.encode(value).decode() + "\n")


def print_line(text: str = "") -> None:
    """Print a line for people."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Say something beside the result."""
    sys.stderr.write(text + "\n")


def styled(text: str, code: str) -> str:
    """Give the text in an ANSI style, on a terminal only."""
    return f"\033[{code}m{text}\033[0m" if sys.stdout.isatty() else text


def bold(text: str) -> str:
    """Give the text in bold, on a terminal only."""
    return styled(text, "1")


def dim(text: str) -> str:
    """Give the text faint, on a terminal only."""
    return styled(text, "2")


def marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """Show the marked places in bold; on one line, in reading order, whatever the script."""
    parts, at = [], 0
    for start, end in marks:
        parts += [text[at:start], bold(text[start:end])]
        at = end
    return " ".join("".join([*parts, text[at:]]).split())


@contextmanager
def counter(unit: str) -> Iterator[Callable[[], None]]:
    """Count something on standard error while it lasts, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} " + unit), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)
