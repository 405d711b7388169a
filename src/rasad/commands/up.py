"""`rasad up`: the whole program on one folder, until it is asked to stop."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Annotated

import typer

from rasad import options, screen

_OTHER_PORT = "name another port with --port, or --port 0 for any that is free"
_ALLOWED = ("RASAD_INGEST_ALLOW_NETWORKS", "RASAD_DELIVER_ALLOW_NETWORKS")


def up(
    data: options.DataOption = None,
    host: Annotated[
        str | None, typer.Option(metavar="H", help="Address to serve on, or RASAD_API_HOST.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="P", help="0 takes any that is free.", min=0, max=65535)
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="With sample news that goes on while it runs.")
    ] = False,
) -> None:
    """Fetch, analyse, index, match, deliver and serve; SIGTERM or Ctrl-C ends it.

    Prints the address when it serves. One program at a time works in a folder.
    """
    from msgspec.structs import replace

    from rasad.embedded import make_folder
    from rasad.up import supervisor
    from rasad_api.sockets import address_of, listening
    from rasad_core.runtime.logs import start_logging
    from rasad_core.runtime.shutdown import stop_on_signals

    settings = options.settings(data)
    settings = replace(
        settings,
        api_host=settings.api_host if host is None else host,
        api_port=settings.api_port if port is None else port,
    )
    _refuse_open_door(settings.api_host, key=settings.api_admin_key)
    start_logging(settings.log_level, settings.log_format)
    make_folder(settings.data)
    with (
        stop_on_signals() as stop,
        listening(settings.api_host, settings.api_port, remedy=_OTHER_PORT) as opened,
    ):
        address = address_of(opened)
        environ = _environ(settings.data.absolute().as_posix(), opened.getsockname()[:2])
        with ExitStack() as running:
            held = running.enter_context(supervisor.held(settings.data, address=address))
            greet: Callable[[], None] = partial(_greet, address)
            if demo:
                from rasad.demo.show import NETWORK, showing

                greet = running.enter_context(showing(settings, address))
                environ |= {name: _joined(environ, name, NETWORK) for name in _ALLOWED}
            supervisor.supervise(opened, held, environ, stop, greet)


def _joined(environ: Mapping[str, str], name: str, network: str) -> str:
    return ",".join(filter(None, [environ.get(name, "").strip(), network]))


def _greet(address: str) -> None:
    screen.print_line(f"Rasad serves at {address}")
    screen.flush()


def _environ(folder: str, bound: tuple[str, int]) -> dict[str, str]:
    told = {"RASAD_DATA": folder, "RASAD_API_HOST": bound[0], "RASAD_API_PORT": str(bound[1])}
    return {**os.environ, **told}


def _refuse_open_door(host: str, *, key: str | None) -> None:
    from rasad_core.net.loopback import is_loopback

    if not key and not is_loopback(host):
        raise typer.BadParameter(
            f"`{host}` can be reached from other machines, so RASAD_API_ADMIN_KEY must be set: "
            "it is the first key with all rights",
            param_hint="--host",
        )
