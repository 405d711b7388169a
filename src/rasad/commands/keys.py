"""`rasad keys`: who may use the API."""

from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:  # HTTP and the API cost what `rasad --help` need not pay
    pass

app = typer.Typer(
    help="Make and revoke keys; once there is one, every request needs one.", no_args_is_help=True
)

Role = Literal["viewer", "analyst", "admin", "operator"]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is.")],
    role: Annotated[Role, typer.Option()] = "analyst",
    team: Annotated[str, typer.Option(help="A new one is made.")] = "default",
    expires: Annotated[
        str | None, typer.Option(metavar="T", help="An RFC 3339 time; empty: never.")
    ] = None,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Make a key; it is shown this once."""
    fields = {"name": name, "role": role, "team_id": team, "expires_at": expires}
    sent = {each: value for each, value in fields.items() if value is not None}
    with options.client(data, api) as client:
        made = client.write("POST", "/v1/keys", sent, dict[str, object])
    if as_json:
        screen.print_json(made)
    else:
        screen.print_line(str(made["key"]))
        screen.note(f"key {made['key_id']}; it is not shown again")


@app.command("list")
def list_(
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """List keys, without the keys themselves."""
    with options.client(data, api) as client:
        for raw in client.items("/v1/keys", "keys"):
            if as_json:
                screen.print_json(raw)
            else:
                row = msgspec.json.decode(raw, type=dict[str, object])
                told = (row.get(each) for each in ("key_id", "role", "team_id", "name"))
                screen.print_line("  ".join(map(str, told)))


@app.command("revoke")
def revoke(
    key_ids: Annotated[list[str], typer.Argument(metavar="ID…")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
) -> None:
    """Make keys worthless at once."""
    with options.client(data, api) as client:
        for key_id in key_ids:
            client.remove(f"/v1/keys/{quote(key_id, safe='')}")
