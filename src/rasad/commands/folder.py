"""`rasad backup` and `rasad restore`: the archive as one file, out and in."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rasad import options, screen


class Copied(msgspec.Struct, kw_only=True):
    """What `--json` prints."""

    file: str
    bytes: int


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Write a consistent copy of the archive to one file, while others read and write it."""
    from rasad.embedded import opened

    with opened(options.folder_settings(data, api)) as archive:
        archive.database.backup(file.expanduser().absolute())
    _report(file.expanduser(), as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `rasad backup` wrote.")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
    yes: options.YesOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Replace the archive by a backup; refused while a program works in the folder."""
    from rasad.embedded import DATABASE_NAME, STORIES_NAME, make_folder
    from rasad_core.adapters.sqlite import file as sqlite_file
    from rasad_core.runtime import lock

    folder = options.folder_settings(data, api).data
    target = folder / DATABASE_NAME
    question = f"Replace the archive in {folder}?"
    if target.exists() and not options.confirmed(question, yes=yes):
        raise typer.Exit(1)
    make_folder(folder)
    with lock.hold(folder):
        # First, for a program killed in between must not leave stories that are newer than their
        # log. Without the file the stage rebuilds it from `stories.state` in the log.
        for suffix in ("", "-wal", "-shm"):
            (folder / (STORIES_NAME + suffix)).unlink(missing_ok=True)
        sqlite_file.restore(file.expanduser(), target)
    _report(target, as_json=as_json)


def _report(path: Path, *, as_json: bool) -> None:
    size = path.stat().st_size
    if as_json:
        screen.print_json(Copied(file=str(path), bytes=size))
    else:
        screen.print_line(f"{path}: {size / 1e6:.1f} MB")
