"""The process that answers: API and pages. `python -m rasad.up.serve`."""

import os
import socket
import sys

from rasad import outward
from rasad.embedded import made
from rasad.up.child import stop_with_parent
from rasad_api.app import create_app
from rasad_api.serving import serve
from rasad_core.runtime.logs import start_logging
from rasad_core.runtime.settings import read_settings

# Requests under way at the end; CONTRACT 2 allows 10 s for all of it.
_GRACE_SECONDS = 3


def main(reading: int, listening: int) -> int:
    """Serve on an inherited socket until asked to stop; gives the exit status."""
    settings = read_settings(os.environ)
    start_logging(settings.log_level, settings.log_format)
    with (
        stop_with_parent(reading) as stop,
        made(settings) as archive,
        socket.socket(fileno=listening) as opened,
    ):
        app = create_app(outward.api_ports(archive, stop))
        serve(app, opened, stop, grace_seconds=_GRACE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
