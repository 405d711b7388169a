"""`rasad source`: what is read, through the API of whoever works in the folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:  # HTTP and the API cost what `rasad --help` need not pay
    pass

app = typer.Typer(help="Choose what is read: feeds, sitemaps, pages.", no_args_is_help=True)

Kind = Literal["feed", "sitemap", "page"]
_OPML = "text/x-opml"


class HealthRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is doing."""

    state: str
    reason: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the list shows of a source."""

    source_id: str
    url: str
    kind: str
    name: str | None = None
    health: HealthRow


@app.command("list")
def list_(
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """List sources and how they are doing."""
    with options.client(data, api) as client:
        for raw in client.items("/v1/sources", "sources"):
            _print(raw, as_json=as_json)


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(metavar="URL")],
    kind: Annotated[Kind, typer.Option(help="What is there.")] = "feed",
    name: Annotated[str | None, typer.Option(help="Name of the outlet.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166 alpha-2.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Repeatable.")] = None,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Read an address from now on; `rasad up` polls it."""
    given = {
        "url": url, "kind": kind, "name": name, "country": country, "language": language,
        "tags": tag,
    }  # fmt: skip
    fields = {each: value for each, value in given.items() if value is not None}
    with options.client(data, api) as client:
        _print(client.write("POST", "/v1/sources", fields, msgspec.Raw), as_json=as_json)


@app.command("remove")
def remove(
    source_ids: Annotated[list[str], typer.Argument(metavar="ID…")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
) -> None:
    """Read an address no more; its articles stay."""
    with options.client(data, api) as client:
        for source_id in source_ids:
            client.remove(f"/v1/sources/{quote(source_id, safe='')}")


@app.command("export")
def export(data: options.DataOption = None, api: options.ApiOption = None) -> None:
    """Print the sources as OPML."""
    with options.client(data, api) as client:
        screen.print_line(client.ask("GET", "/v1/sources.opml").text)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="OPML; `-`: standard input.")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
) -> None:
    """Add every source of an OPML file; one failure never stops the rest."""
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    with options.client(data, api) as client:
        answer = client.ask("POST", "/v1/sources.opml", body=content, media_type=_OPML)
    screen.print_line(answer.text)


def _print(raw: msgspec.Raw, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(raw)
        return
    row = msgspec.json.decode(raw, type=Row)
    why = f": {row.health.reason}" if row.health.reason else ""
    about = screen.dim(f"{row.kind} {row.url}")
    screen.print_line(f"{row.source_id}  {row.health.state}{why}  {row.name or ''}  {about}")
