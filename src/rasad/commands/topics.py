"""`rasad topics`: what Kafka is told about the events that pass through it."""

import os

import typer

from rasad import options, screen

app = typer.Typer(help="Make the topics of a cluster.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `apply` a word of its own."""


@app.command("apply")
def apply(as_json: options.JsonOption = False) -> None:
    """Make the topics that are missing and set what differs; again changes nothing.

    Reads RASAD_KAFKA_BOOTSTRAP. A topic with another number of partitions keeps it: the order of an
    article's events hangs on it.
    """
    from rasad_core.adapters.cluster import kafka_access
    from rasad_core.adapters.kafka.topics import apply_topics
    from rasad_core.runtime.settings import read_settings

    settings = read_settings(os.environ)
    changes = apply_topics(kafka_access(settings), retention_days=settings.log_retention_days)
    for change in changes:
        if as_json:
            screen.print_json(change)
        else:
            screen.print_line(f"{change.action:<10} {change.topic}  {change.detail}".rstrip())
    if any(change.action == "partitions" for change in changes):
        raise typer.Exit(1)
