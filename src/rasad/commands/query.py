"""`rasad query`: what a query means, without any archive."""

from typing import Annotated

import typer

from rasad import options, refusals, screen

app = typer.Typer(help="Look at queries.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Look at queries."""


@app.command("check")
def check(
    query: Annotated[str, typer.Argument(metavar="QUERY|-", help="The query, or `-` for stdin.")],
    as_json: options.JsonOption = False,
) -> None:
    """Say how a query is read, or what is wrong with it and where (exit status 1)."""
    from rasad_core.query.check import Refused
    from rasad_core.query.check import check as check_query

    text = options.argument_or_stdin(query)
    report = check_query(text)
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
