"""`rasad query`: what a query means, without any archive."""

from typing import Annotated, Literal

import typer

from rasad import options, refusals, screen
from rasad_core.query.vendors.dialect import Vendor

Language = Literal["en", "ar"]
# How much of a piece that is not carried over is shown.
_SHOWN_CHARACTERS = 40

app = typer.Typer(help="Look at queries.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Look at queries."""


@app.command("check")
def check(
    query: Annotated[str, typer.Argument(metavar="QUERY|-", help="The query, or `-` for stdin.")],
    language: Annotated[
        Language, typer.Option("--lang", help="The language of the reading in words.")
    ] = "en",
    as_json: options.JsonOption = False,
) -> None:
    """Say how a query is read, or what is wrong with it and where (exit status 1)."""
    from rasad_core.query.check import Refused
    from rasad_core.query.check import check as check_query

    text = options.argument_or_stdin(query)
    report = check_query(text, language)
    if as_json:
        screen.print_json(report)
    elif isinstance(report, Refused):
        refusals.show(text, report.errors, as_json=False)
    else:
        screen.print_line(report.query)
        screen.print_line(report.words)
        for warning in report.warnings:
            screen.print_line("\n".join(refusals.lines(text, warning)))
    if isinstance(report, Refused):
        raise typer.Exit(1)


@app.command("translate")
def translate(
    query: Annotated[str, typer.Argument(metavar="QUERY|-", help="The query, or `-` for stdin.")],
    vendor: Annotated[Vendor, typer.Option("--from", help="The system that it was written for.")],
    as_json: options.JsonOption = False,
) -> None:
    """Bring over a query of another system, and list what differs or is lost.

    Exit status 1 where nothing could be carried over.
    """
    from rasad_core.query.vendors.translate import translate as translate_query

    translation = translate_query(options.argument_or_stdin(query), vendor)
    if as_json:
        screen.print_json(translation)
    else:
        screen.print_line(translation.query or "(nothing could be carried over)")
        for piece in translation.not_carried:
            place = f"{piece.start}-{piece.end}"
            screen.print_line(f"  {place:<9}  {_shown(piece.text)}  {piece.reason}")
    if not translation.query:
        raise typer.Exit(1)


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN_CHARACTERS else f"{flat[: _SHOWN_CHARACTERS - 1]}…"
