"""`rasad match`: which alerts would fire on which articles; no store."""

from typing import Annotated, Literal

import typer

from rasad import options, screen

Engine = Literal["compiled", "python", "reference"]


def match(
    alerts: Annotated[str, typer.Option(metavar="FILE", help='JSONL of {"alert_id", "query"}.')],
    articles: Annotated[
        str, typer.Argument(metavar="[ARTICLES|-]", help="Articles; else standard input.")
    ] = "-",
    engine: Annotated[Engine, typer.Option(help="How to match.")] = "compiled",
    no_spans: Annotated[bool, typer.Option("--no-spans", help="Leave out where.")] = False,
    _as_json: Annotated[bool, typer.Option("--json", help="The output is JSON anyway.")] = False,
) -> None:
    """Print a line per alert and article that match, and statistics on standard error.

    A bad alert or article is reported on standard error and the others go on; exit status 1.
    """
    from rasad.matching import Tally, read_alerts
    from rasad.matching import match as match_article
    from rasad.reading import RefusedLine, read_placed
    from rasad_core.intake.items import Limits

    limits = Limits(max_bytes=options.settings(None).ingest_max_bytes)
    tally = Tally()
    known, bad = read_alerts(alerts, engine, tally)
    for problem in bad:
        screen.note_json(problem)
    refused = bool(bad)
    for item in read_placed([articles], form="auto", limits=limits):
        if isinstance(item, RefusedLine):
            refused = True
            screen.note_json(item)
            continue
        for found in match_article(known, item.article, tally, spans=not no_spans):
            screen.print_json(found)
    screen.note_json(tally.statistics(len(known)))
    if refused:
        raise typer.Exit(1)
