"""`rasad ingest`: files in, analysed, grouped, searchable."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:  # reading files and the pipeline cost what `rasad query` need not pay
    from rasad.intake import Input
    from rasad.items import ItemLine
    from rasad_core.documents.outcomes import Became
    from rasad_core.runtime.settings import Settings

Form = Literal["auto", "feed", "sitemap", "page", "text", "jsonl"]
Origin = Literal["live", "backfill"]


class Summary(msgspec.Struct, kw_only=True):
    """The last line of `--json`."""

    summary: "dict[Became, int]"


def ingest(
    what: Annotated[
        list[str], typer.Argument(metavar="WHAT…", help="An address, a file, a folder, or `-`.")
    ],
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
    from rasad.intake import Input
    from rasad.items import BECAME
    from rasad_core.runtime.shutdown import stop_on_signals

    settings = options.settings(data)
    started = time.monotonic()
    counts = dict.fromkeys(BECAME, 0)
    given = Input(what=what, form=form, url=url, origin=origin)
    with stop_on_signals() as stop:
        address = options.api_address(data, api)
        with _taken(settings, given, stop, address) as lines:
            _report(lines, counts, as_json=as_json)
    if as_json:
        screen.print_json({"summary": counts})
    else:
        screen.print_line(_sentence(counts, time.monotonic() - started))
    if stop.is_set():
        screen.note(
            "rasad: stopped; the next command on this folder finishes what was accepted, "
            "or the program that works in it"
        )
    if stop.is_set() or counts["refused"]:
        raise typer.Exit(1)


@contextmanager
def _taken(
    settings: "Settings", given: "Input", stop: threading.Event, address: str | None
) -> "Iterator[Iterator[ItemLine]]":
    """Take in by the API of a running program, or in this process."""
    from rasad.client import connected, running_address

    if address or running_address(settings):
        from rasad.remote_intake import take_in_by

        with connected(settings, address) as client:
            yield take_in_by(client, settings, given, stop)
        return
    from rasad.embedded import working
    from rasad.intake import take_in

    with working(settings) as archive:
        yield take_in(archive, given, stop)
        archive.log.trim(retention_days=settings.log_retention_days)


def _report(lines: "Iterator[ItemLine]", counts: "dict[Became, int]", *, as_json: bool) -> None:
    with screen.counter("articles") as advance:
        for item in lines:
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
