"""The command `rasad`: which commands there are."""

from typing import Annotated

import typer

from rasad.commands import (
    alert,
    dead,
    doctor,
    enrich,
    export,
    folder,
    index,
    ingest,
    keys,
    match,
    query,
    search,
    source,
    topics,
    up,
)

app = typer.Typer(
    name="rasad",
    help="Rasad · رصد: watch news in any language, and find what you asked about.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"rasad {version('rasad')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    pass


app.command("up")(up.up)
app.command("ingest")(ingest.ingest)
app.command("search")(search.search)
app.command("export")(export.export)
app.command("enrich")(enrich.enrich)
app.command("match")(match.match)
app.add_typer(query.app, name="query")
app.add_typer(alert.app, name="alert")
app.add_typer(source.app, name="source")
app.add_typer(keys.app, name="keys")
app.add_typer(dead.app, name="dead")
app.add_typer(topics.app, name="topics")
app.add_typer(index.app, name="index")
app.command("backup")(folder.backup)
app.command("restore")(folder.restore)
app.command("doctor")(doctor.doctor)
