"""`rasad export`: the whole result of a query, streamed."""

import csv
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rasad import options, refusals, screen

if TYPE_CHECKING:
    from rasad_core.events import ArticleEnriched

COLUMNS = (
    "article_id", "revision", "change", "published", "fetched_at", "source", "domain", "url",
    "language", "country", "section", "author", "title", "lead", "text", "tags", "entities",
    "topics", "story_id", "origin",
)  # fmt: skip
# What makes a spreadsheet run a cell instead of showing it (OWASP, CSV injection), in the forms of
# full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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

    now = SystemClock().now()
    text = options.argument_or_stdin(query)
    with finished(options.settings(data, api)) as archive:
        try:
            request = SearchRequest(
                now=now,
                query=parse(text).node if text.strip() else None,
                since=options.moment(since, "--since", now),
                until=options.moment(until, "--until", now),
            )
            articles = archive.index.scan(request)
            if form == "csv":
                write_csv(articles)
            else:
                for article in articles:
                    screen.print_json(article_json(article))
        except QueryRefused as refused:
            refusals.show(text, refused.errors, as_json=as_json)
            raise typer.Exit(1) from None


def write_csv(articles: Iterable["ArticleEnriched"]) -> None:
    """Write a table; columns only ever grow at the end."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for article in articles:
        writer.writerow(harmless(cell) for cell in row(article))


def row(article: "ArticleEnriched") -> list[str]:
    """Give the cells of an article; lists are joined by `; `."""
    from rasad_core.output import article_json, instant

    flat = article_json(article)
    lists = {
        "tags": flat.tags,
        "entities": [entity.name for entity in flat.entities],
        "topics": [topic.name for topic in flat.topics],
    }
    moments = {"published": instant(flat.published), "fetched_at": instant(flat.fetched_at)}
    cells: list[str] = []
    for name in COLUMNS:
        if name in lists:
            cells.append("; ".join(lists[name]))
        else:
            value = moments.get(name, getattr(flat, name))
            cells.append("" if value is None else str(value))
    return cells


def harmless(cell: str) -> str:
    """Give a cell that a spreadsheet shows as text, by a quote before what begins a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
