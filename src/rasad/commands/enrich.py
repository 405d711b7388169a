"""`rasad enrich`: articles in, understood articles out; no store."""

from typing import Annotated, Literal

import typer

from rasad import options, screen

Form = Literal["auto", "page", "text", "jsonl"]


def enrich(
    file: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE…|-]", help="Files; else standard input.")
    ] = None,
    form: Annotated[
        Form, typer.Option("--as", help="What it is; `auto` looks at its content.")
    ] = "auto",
    _as_json: Annotated[bool, typer.Option("--json", help="The output is JSON anyway.")] = False,
) -> None:
    """Print each article analysed and placed in a story of this input, one JSON object per line.

    An unreadable item gives a line {"refused": …} in its place, and exit status 1.
    """
    from rasad.reading import RefusedLine, read_placed
    from rasad_core.intake.items import Limits
    from rasad_core.output import joined_json

    limits = Limits(max_bytes=options.settings(None).ingest_max_bytes)
    refused = False
    for item in read_placed(file or ["-"], form=form, limits=limits):
        if isinstance(item, RefusedLine):
            refused = True
            screen.print_json(item)
        else:
            ways = [(each.from_story_id, each.story_id) for each in item.redirects]
            screen.print_json(joined_json(item.article, ways))
    if refused:
        raise typer.Exit(1)
