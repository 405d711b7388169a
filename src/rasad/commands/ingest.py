"""`rasad ingest`: files in, analysed, grouped, searchable."""

import threading
import time
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:  # reading files and the pipeline cost what `rasad query` need not pay
    from rasad.embedded import Archive
    from rasad.intake import Input
    from rasad.items import Became, ItemLine

Form = Literal["auto", "feed", "sitemap", "page", "text", "jsonl"]
Origin = Literal["live", "backfill"]


class Summary(msgspec.Struct, kw_only=True):
    """The last line of `--json`."""

    summary: "dict[Became, int]"


def ingest(
    what: Annotated[list[str], typer.Argument(metavar="WHAT…", help="A file, a folder, or `-`.")],
    form: Annotated[
        Form, typer.Option("--as", help="What it is; `auto` looks at its content.")
    ] = "auto",
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="The address the file came from."),
    ] = None,
    origin: Annotated[Origin, typer.Option(help="`backfill` never notifies.")] = "live",
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Take articles in; returns when everything is searchable.

    One failure never stops the rest. Exit status 1 says that something was refused.
    """
    from rasad.embedded import working
    from rasad.intake import Input
    from rasad.items import BECAME
    from rasad.pipeline import unfinished
    from rasad_core.runtime.shutdown import stop_on_signals

    settings = options.settings(data, api)
    started = time.monotonic()
    counts = dict.fromkeys(BECAME, 0)
    with working(settings) as archive, stop_on_signals() as stop:
        given = Input(what=what, form=form, url=url, origin=origin)
        _take(archive, given, stop, counts, as_json=as_json)
        left = unfinished(archive)
        archive.log.trim(retention_days=settings.log_retention_days)
    if as_json:
        screen.print_json({"summary": counts})
    else:
        screen.print_line(_sentence(counts, time.monotonic() - started))
    if stop.is_set():
        screen.note(f"rasad: stopped; the next command on this folder finishes {left} events")
    if stop.is_set() or counts["refused"]:
        raise typer.Exit(1)


def _take(
    archive: "Archive",
    given: "Input",
    stop: threading.Event,
    counts: "dict[Became, int]",
    *,
    as_json: bool,
) -> None:
    from rasad.intake import take_in

    with screen.counter("articles") as advance:
        for item in take_in(archive, given, stop):
            assert item.outcome is not None
            counts[item.outcome] += 1
            if as_json:
                screen.print_json(item)
                screen.flush()  # who reads along may count on what is printed
            elif item.outcome == "refused":
                screen.print_line(f"refused  {item.reason}  {_told(item)}")
            advance()


def _told(item: "ItemLine") -> str:
    message = item.message or ""
    if message.startswith(item.what):  # a reader that named the file, and the line in it
        return message
    return f"{item.what}{'' if item.line is None else f':{item.line}'}: {message}"


def _sentence(counts: "dict[Became, int]", seconds: float) -> str:
    parts = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    return f"{parts or 'nothing'} in {seconds:.1f} s"
