"""`rasad dead`: what stages gave up on."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from rasad import options, screen

if TYPE_CHECKING:
    from rasad_core.dead_letters import DeadLetter
    from rasad_core.topics import Stage

app = typer.Typer(
    help="Look at what stages gave up on, send it again, or drop it.", no_args_is_help=True
)

StageOption = Annotated[str | None, typer.Option(metavar="S", help="Only of this stage.")]
ReasonOption = Annotated[str | None, typer.Option(metavar="R", help="Only for this reason.")]


@app.command("list")
def list_(
    stage: StageOption = None,
    reason: ReasonOption = None,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """List dead letters, oldest first within a stage."""
    from rasad.places import reading
    from rasad_core import dead_letters

    with reading(data, api) as place:
        for letter in dead_letters.find(
            place.log, place.store, stage=_stage(stage), reason=_reason(reason)
        ):
            _show(letter, as_json=as_json)


@app.command("show")
def show(
    dead_id: Annotated[str, typer.Argument(metavar="ID")],
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Show one with its payload as it came."""
    from rasad.places import reading
    from rasad_core import dead_letters

    with reading(data, api) as place:
        found = dead_letters.show(place.log, place.store, dead_id)
    value = found.original.value.decode("utf-8", "backslashreplace")
    headers = {
        dead_letters.readable(name): dead_letters.readable(header)
        for name, header in found.original.headers.items()
    }
    if as_json:
        fields = msgspec.to_builtins(found.letter)
        screen.print_json({**fields, "headers": headers, "value": value})
        return
    _show(found.letter, as_json=False)
    for name, header in headers.items():
        screen.print_line(f"{name}: {header}")
    screen.print_line(value)


@app.command("drop")
def drop(
    dead_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]")] = None,
    stage: StageOption = None,
    reason: ReasonOption = None,
    yes: options.YesOption = False,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Drop dead letters from sight for good: by id, or all of a stage or reason."""
    from rasad.places import writing
    from rasad_core import dead_letters

    if not dead_ids and stage is None and reason is None:
        raise typer.BadParameter("name ids, or --stage or --reason", param_hint="ID…")
    chosen_stage, chosen_reason = _stage(stage), _reason(reason)
    with writing(data, api) as place:
        found = dead_letters.find(place.log, place.store, stage=chosen_stage, reason=chosen_reason)
        chosen = dead_ids or [letter.dead_id for letter in found]
        if not options.confirmed(f"Drop {len(chosen)} dead letters for good?", yes=yes):
            raise typer.Exit(1)
        dead_letters.drop(place.log, place.store, chosen, now=place.clock.now())
    _count({"dropped": len(chosen)}, as_json=as_json)


@app.command("replay")
def replay(
    stage: StageOption = None,
    reason: ReasonOption = None,
    dead_id: Annotated[str | None, typer.Option("--id", metavar="ID")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.001, help="At most so many a second.")] = None,
    yes: options.YesOption = False,
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Send dead letters through their stage again; what was replayed once is skipped."""
    from rasad.places import writing
    from rasad_core import dead_letters
    from rasad_core.runtime.shutdown import stop_on_signals

    if not dry_run and not options.confirmed("Send these again?", yes=yes):
        raise typer.Exit(1)
    chosen_stage, chosen_reason = _stage(stage), _reason(reason)
    with writing(data, api) as place, stop_on_signals() as stop:
        counts = dead_letters.replay(
            place.log,
            place.log,
            place.store,
            clock=place.clock,
            wait=stop.wait,
            stage=chosen_stage,
            reason=chosen_reason,
            dead_id=dead_id,
            per_second=rate,
            dry_run=dry_run,
        )
        _count(msgspec.structs.asdict(counts), as_json=as_json)
        if stop.is_set():
            raise typer.Exit(1)
    if counts.failed:
        raise typer.Exit(1)


def _stage(written: str | None) -> "Stage | None":
    from rasad_core.topics import STAGES

    for stage in STAGES:
        if stage == written:
            return stage
    if written is not None:
        raise typer.BadParameter(
            f"`{written}` is none of {', '.join(STAGES)}", param_hint="--stage"
        )
    return None


def _reason(written: str | None) -> str | None:
    from rasad_core.errors import Reason

    if written is not None and written not in set(Reason):
        raise typer.BadParameter(
            f"`{written}` is none of {', '.join(Reason)}", param_hint="--reason"
        )
    return written


def _show(letter: "DeadLetter", *, as_json: bool) -> None:
    if as_json:
        screen.print_json(letter)
        return
    again = f", replayed {letter.replayed_at:%Y-%m-%d %H:%M}" if letter.replayed_at else ""
    screen.print_line(
        f"{letter.dead_id}  {letter.at:%Y-%m-%d %H:%M}  {letter.reason}{again}  {letter.key}"
    )
    # The last line of a traceback is what went wrong.
    screen.print_line(f"  {letter.message.strip().rpartition(chr(10))[2]}")


def _count(counts: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        screen.print_json(counts)
    else:
        screen.print_line(", ".join(f"{count} {name}" for name, count in counts.items()))
