"""`rasad backup` and `rasad restore`: the archive as one file, out and in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:
    from rasad_core.runtime.settings import Settings


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
    """Write a consistent copy of the archive to one file, while others read and write it.

    Of a cluster: what Elasticsearch alone knows, alerts, sources, keys and matches among it; of the
    articles take a snapshot.
    """
    from rasad.embedded import opened
    from rasad.places import cluster_settings

    if settings := cluster_settings(data, api):
        _back_up_cluster(settings, file.expanduser().absolute(), as_json=as_json)
        return

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
    """Replace the archive by a backup; refused while a program works in the folder.

    Into a cluster: what is there already stays as it is.
    """
    from rasad.embedded import DATABASE_NAME, STORIES_NAME, make_folder
    from rasad.places import cluster_settings
    from rasad_core.adapters.sqlite import file as sqlite_file
    from rasad_core.runtime import lock

    if settings := cluster_settings(data, api):
        _restore_cluster(settings, file.expanduser(), yes=yes, as_json=as_json)
        return

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


def _back_up_cluster(settings: "Settings", file: Path, *, as_json: bool) -> None:
    from rasad_core.adapters.cluster import opened
    from rasad_core.documents.copying import copy_out

    with opened(settings) as cluster:
        copied = copy_out(cluster.store, file, cluster.clock.now())
    screen.note(f"{copied.documents} documents")
    _report(file, as_json=as_json)


def _restore_cluster(settings: "Settings", file: Path, *, yes: bool, as_json: bool) -> None:
    from rasad_core.adapters.cluster import opened
    from rasad_core.documents.copying import copy_in

    if not options.confirmed("Write the documents of a backup into the cluster?", yes=yes):
        raise typer.Exit(1)
    with opened(settings) as cluster:
        copied = copy_in(cluster.store, file)
    if as_json:
        screen.print_json(copied)
    else:
        screen.print_line(f"{copied.documents} documents written, {copied.kept} were there")
    screen.note("matchers know alerts that came back within 30 s")


def _report(path: Path, *, as_json: bool) -> None:
    size = path.stat().st_size
    if as_json:
        screen.print_json(Copied(file=str(path), bytes=size))
    else:
        screen.print_line(f"{path}: {size / 1e6:.1f} MB")
