"""`rasad alert`: standing queries, through the API of whoever works in the folder."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:  # HTTP and the API cost what `rasad --help` need not pay
    pass

app = typer.Typer(help="Watch for what a query finds, and be told.", no_args_is_help=True)

State = Literal["armed", "draft", "paused"]
GroupBy = Literal["story", "none"]
NameOption = Annotated[str | None, typer.Option("--name", metavar="NAME", help="For people.")]
QueryOption = Annotated[
    str | None, typer.Option("--query", metavar="QUERY", help="What to watch for; `-`: stdin.")
]
WebhookOption = Annotated[
    list[str] | None, typer.Option("--webhook", metavar="URL", help="Whom to tell; repeatable.")
]
GroupOption = Annotated[
    GroupBy | None, typer.Option("--group-by", help="`story` tells of copies once.")
]
IdArgument = Annotated[str, typer.Argument(metavar="ID")]
IdsArgument = Annotated[list[str], typer.Argument(metavar="ID…")]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the list shows of an alert."""

    alert_id: str
    name: str
    query: str
    state: str
    version: int


# What of an alert may be written back: the rest is the program's own.
_WRITABLE = (
    "name", "query", "state", "kind", "group_by", "group_hours", "max_age_hours", "channels",
)  # fmt: skip


@app.command("list")
def list_(
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """List alerts."""
    with options.client(data, api) as client:
        for raw in client.items("/v1/alerts", "alerts"):
            _print(raw, as_json=as_json)


@app.command("show")
def show(
    alert_id: IdArgument,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Show one alert."""
    with options.client(data, api) as client:
        content = client.ask("GET", _path(alert_id)).content
    if as_json:
        screen.print_json(msgspec.Raw(content))
    else:
        for name, value in msgspec.json.decode(content, type=dict[str, Any]).items():
            screen.print_line(f"{name:14} {value if isinstance(value, str) else _json(value)}")


@app.command("add")
def add(
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="For people.")],
    query: Annotated[str, typer.Option("--query", metavar="QUERY", help="`-`: stdin.")],
    webhook: WebhookOption = None,
    group_by: GroupOption = None,
    state: Annotated[State, typer.Option(help="`draft` matches nothing yet.")] = "armed",
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Make an alert; from now on it meets every article that arrives."""
    fields = _fields(name, query, webhook, group_by) | {"state": state}
    with options.client(data, api) as client:
        _print(client.write("POST", "/v1/alerts", fields, msgspec.Raw), as_json=as_json)


@app.command("edit")
def edit(
    alert_id: IdArgument,
    name: NameOption = None,
    query: QueryOption = None,
    webhook: WebhookOption = None,
    group_by: GroupOption = None,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Change an alert; what it has found stays, and is not sent again."""
    fields = _fields(name, query, webhook, group_by)
    if not fields:
        raise typer.BadParameter("say what to change: --name, --query, --webhook, --group-by")
    with options.client(data, api) as client:
        etag, content = client.current(_path(alert_id))
        held = msgspec.json.decode(content, type=dict[str, Any])
        kept = {each: held[each] for each in _WRITABLE if each in held}
        body = msgspec.json.encode(kept | fields)
        answer = client.ask("PUT", _path(alert_id), body=body, headers={"if-match": etag})
    _print(msgspec.Raw(answer.content), as_json=as_json)


@app.command("pause")
def pause(
    alert_ids: IdsArgument,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Stop matching until resumed; what arrives meanwhile is not made up for."""
    _post(alert_ids, "pause", data, api, as_json=as_json)


@app.command("resume")
def resume(
    alert_ids: IdsArgument,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Match again."""
    _post(alert_ids, "resume", data, api, as_json=as_json)


@app.command("remove")
def remove(
    alert_ids: IdsArgument,
    yes: options.YesOption = False,
    data: options.DataOption = None,
    api: options.ApiOption = None,
) -> None:
    """Delete alerts; what they found stays in the archive."""
    if not options.confirmed(f"Delete {len(alert_ids)} alerts?", yes=yes):
        raise typer.Exit(1)
    with options.client(data, api) as client:
        for alert_id in alert_ids:
            client.remove(_path(alert_id))


@app.command("test")
def try_out(
    alert_ids: IdsArgument,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Send a test notification to every channel, and say what each answered."""
    with options.client(data, api) as client:
        for alert_id in alert_ids:
            content = client.ask("POST", f"{_path(alert_id)}/test").content
            screen.print_json(msgspec.Raw(content)) if as_json else screen.print_line(
                _json(msgspec.json.decode(content))
            )


@app.command("preview")
def preview(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="`-`: standard input.")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Say what a query would have found in the last days, before anybody is told."""
    text = options.argument_or_stdin(query)
    with options.client(data, api) as client:
        found = client.write("POST", "/v1/alerts/preview", {"query": text}, msgspec.Raw)
    if as_json:
        screen.print_json(found)
        return
    report = msgspec.json.decode(found, type=dict[str, Any])
    for name, value in report.items():
        if name != "hits":
            screen.print_line(f"{name}: {value if isinstance(value, str) else _json(value)}")
    for hit in report.get("hits", ()):
        screen.print_line(f"- {hit.get('title')}")


@app.command("export")
def export(
    data: options.DataOption = None,
    api: options.ApiOption = None,
) -> None:
    """Print every alert as one JSON object per line, for `rasad alert import`."""
    with options.client(data, api) as client:
        for raw in client.items("/v1/alerts", "alerts"):
            screen.print_json(raw)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSONL; `-`: standard input.")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Make alerts from what `rasad alert export` printed; one failure never stops the rest.

    They are made anew: the same file twice makes them twice.
    """
    from rasad.client import Refused

    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    failed = 0
    with options.client(data, api) as client:
        for number, line in enumerate(content.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                held = msgspec.json.decode(line, type=dict[str, Any])
                fields = {each: held[each] for each in _WRITABLE if each in held}
                _print(client.write("POST", "/v1/alerts", fields, msgspec.Raw), as_json=as_json)
            except (msgspec.DecodeError, Refused) as error:
                failed += 1
                screen.note(f"{file}:{number}: {error}")
    if failed:
        raise typer.Exit(1)


def _post(
    alert_ids: Sequence[str], action: str, data: Path | None, api: str | None, *, as_json: bool
) -> None:
    with options.client(data, api) as client:
        for alert_id in alert_ids:
            answer = client.ask("POST", f"{_path(alert_id)}/{action}")
            _print(msgspec.Raw(answer.content), as_json=as_json)


def _fields(
    name: str | None, query: str | None, webhooks: Sequence[str] | None, group_by: str | None
) -> dict[str, object]:
    channels = None if webhooks is None else [{"type": "webhook", "url": url} for url in webhooks]
    text = None if query is None else options.argument_or_stdin(query)
    given = {"name": name, "query": text, "channels": channels, "group_by": group_by}
    return {each: value for each, value in given.items() if value is not None}


def _print(raw: msgspec.Raw, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(raw)
        return
    row = msgspec.json.decode(raw, type=Row)
    screen.print_line(f"{row.alert_id}  {row.state:7} {row.name}  {screen.dim(row.query)}")


def _path(alert_id: str) -> str:
    return f"/v1/alerts/{quote(alert_id, safe='')}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
