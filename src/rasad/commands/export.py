"""`rasad export`: the whole result of a query, streamed."""

import sys
from typing import Annotated, Literal

import typer

from rasad import options, refusals, screen


def export(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="'' exports everything; `-`: stdin.")
    ],
    form: Annotated[Literal["jsonl", "csv"], typer.Option("--as")] = "jsonl",
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Print every article of the result, newest first, texts included."""
    from rasad.pipeline import finished
    from rasad_core.output import article_json
    from rasad_core.ports import SearchRequest
    from rasad_core.query.errors import QueryRefused
    from rasad_core.query.parse import parse
    from rasad_core.runtime.clock import SystemClock
    from rasad_core.spreadsheet import csv_lines

    now = SystemClock().now()
    text = options.argument_or_stdin(query)
    with finished(options.folder_settings(data, api)) as archive:
        try:
            request = SearchRequest(
                now=now,
                query=parse(text).node if text.strip() else None,
                since=options.moment(since, "--since", now),
                until=options.moment(until, "--until", now),
            )
            articles = archive.index.scan(request)
            if form == "csv":
                sys.stdout.writelines(csv_lines(articles))
            else:
                for article in articles:
                    screen.print_json(article_json(article))
        except QueryRefused as refused:
            refusals.show(text, refused.errors, as_json=as_json)
            raise typer.Exit(1) from None
