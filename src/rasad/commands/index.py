"""`rasad index`: the index of a cluster built anew while everybody goes on."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from rasad import options, screen
from rasad_core.errors import Unavailable

if TYPE_CHECKING:
    from rasad_core.adapters.cluster import Cluster
    from rasad_core.adapters.elasticsearch.rebuilding import Rebuild, Rebuilt
    from rasad_core.errors import Unprocessable
    from rasad_core.runtime.consume import Wait

app = typer.Typer(help="Build the index of a cluster anew.", no_args_is_help=True)
T = TypeVar("T")


@app.callback()
def _group() -> None:
    """Keep `rebuild` a word of its own."""


@app.command("rebuild")
def rebuild(
    from_log: Annotated[
        bool, typer.Option("--from-log", help="Of the events in Kafka, not of what is held.")
    ] = False,
    fewer: Annotated[
        bool, typer.Option("--fewer", help="Switch even if the log has fewer articles.")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Drop the version that is being built.")
    ] = False,
    wait_seconds: Annotated[
        float | None,
        typer.Option(
            "--wait",
            min=0.0,
            metavar="SECONDS",
            help="For writers to notice, twice: 40 s are safe, and 0 where no service runs.",
        ),
    ] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Build the next version of the index beside the one that is read, then switch to it.

    Searches and services go on, and see one version or the other, never both.

    When it was ended, run it again: it goes on.

    The replaced version is deleted an hour later, by the index service.
    """
    from rasad_core.adapters.cluster import opened
    from rasad_core.adapters.elasticsearch.rebuilding import Rebuild
    from rasad_core.adapters.elasticsearch.versions import NOTICED_SECONDS
    from rasad_core.runtime.settings import read_settings
    from rasad_core.runtime.shutdown import stop_on_signals

    with opened(read_settings(os.environ)) as cluster, stop_on_signals() as stop:
        run = Rebuild(
            cluster.client,
            cluster.settings.cluster.elasticsearch_prefix,
            clock=cluster.clock,
            wait=stop.wait,
            tell=screen.note,
            refused=_refused,
            noticed_seconds=NOTICED_SECONDS if wait_seconds is None else wait_seconds,
        )
        if cancel:
            _show_cancelled(_insist(run.cancel, stop.wait), as_json=as_json)
            return
        if from_log:
            done = _insist(lambda: _from_log(run, cluster, fewer=fewer), stop.wait)
        else:
            done = _insist(run.from_index, stop.wait)
    _show(done, as_json=as_json)


def _from_log(run: "Rebuild", cluster: "Cluster", *, fewer: bool) -> "Rebuilt":
    from rasad_core.adapters.elasticsearch.replaying import batches, partitions

    days = cluster.settings.retention_days
    oldest = None if days is None else cluster.clock.now() - timedelta(days=days)
    return run.from_log(
        partitions(cluster.log),
        batches(cluster.log, oldest=oldest, refused=_refused),
        fewer=fewer,
    )


def _insist(action: Callable[[], T], wait: "Wait") -> T:
    """Go on whenever a server is back: what was done is noted there."""
    from rasad_core.runtime.consume import Stopped

    while True:
        try:
            return action()
        except Unavailable as error:
            screen.note(f"{error}; going on when it is back")
            if wait(max(error.retry_after_seconds, 1.0)):
                raise Stopped("ended while a server was away; run it again") from error


def _refused(article_id: str, error: "Unprocessable") -> None:
    screen.note(f"article {article_id} left out: {error}")


def _show(done: "Rebuilt", *, as_json: bool) -> None:
    if as_json:
        screen.print_json(done)
        return
    screen.print_line(
        f"version {done.version} is read now: {done.months} months, {done.articles} articles "
        f"carried over from version {done.replaced}"
    )


def _show_cancelled(version: int | None, *, as_json: bool) -> None:
    if as_json:
        screen.print_json({"cancelled": version})
    elif version is None:
        screen.print_line("no version is being built")
    else:
        screen.print_line(f"version {version} is dropped")
