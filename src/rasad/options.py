"""Options that several commands share, and how their values are read."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rasad_core.errors import RasadError, Unavailable
from rasad_core.runtime.settings import Settings, read_settings

if TYPE_CHECKING:
    from rasad.client import Client

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data folder, instead of RASAD_DATA."),
]
ApiOption = Annotated[
    str | None,
    typer.Option("--api", metavar="URL", help="A running program, instead of a folder."),
]
_TIME = "2026-01-31, an RFC 3339 time, `today`, `-7d`"
SinceOption = Annotated[
    str | None, typer.Option(metavar="T", help=f"Published then or later: {_TIME}.")
]
UntilOption = Annotated[str | None, typer.Option(metavar="T", help="Published before then.")]


def settings(data: Path | None) -> Settings:
    """Read the settings; `--data` wins over RASAD_DATA."""
    from msgspec.structs import replace

    found = read_settings(os.environ)
    return found if data is None else replace(found, data=data.expanduser())


def folder_settings(data: Path | None, api: str | None) -> Settings:
    """Read the settings for a command that opens the folder; raises `Unavailable` for `--api`."""
    if asked := api_address(data, api):
        raise Unavailable(
            f"this command cannot ask {asked}; leave out --api and RASAD_API_URL and name a "
            "folder with --data"
        )
    return settings(data)


def api_address(data: Path | None, api: str | None) -> str | None:
    """Give the program to ask: `--api`, or RASAD_API_URL where no folder is named."""
    return api or (os.environ.get("RASAD_API_URL") if data is None else None) or None


@contextmanager
def client(data: Path | None, api: str | None) -> Iterator["Client"]:
    """Give the API of `--api`, of who works in the folder, or of the folder in this process."""
    from rasad.client import connected  # HTTP costs what `rasad --help` need not pay

    with connected(settings(data), api_address(data, api)) as connection:
        yield connection


def moment(written: str | None, name: str, now: datetime) -> datetime | None:
    """Read a time as `read_when` does."""
    from rasad_core.when import read_when

    try:
        return None if written is None else read_when(written, now)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=name) from None


def argument_or_stdin(written: str) -> str:
    """Give an argument, or all of standard input for `-`."""
    if written != "-":
        # Bytes that were no UTF-8 arrive as lone surrogates, which nothing can encode.
        return written.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return sys.stdin.buffer.read().decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise RasadError(f"standard input is not UTF-8 at byte {error.start}") from None


def confirmed(question: str, *, yes: bool) -> bool:
    """Ask on a terminal; without one only `--yes` counts."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"{question} Say --yes to do it.", param_hint="--yes")
    return typer.confirm(question, err=True)
