"""One way for every program to run the application: on a socket, until asked to stop."""

import socket
import threading
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from rasad_core.errors import RasadError

# Between two looks at whether the server still runs.
_WATCH_SECONDS = 0.2
# What a request may take beyond the grace: a thread that waits for a store ends by its own limit.
_PATIENCE_SECONDS: Final = 12.0


def serve(
    app: ASGIApp, opened: socket.socket, stop: threading.Event, *, grace_seconds: int
) -> bool:
    """Answer until `stop` is set; requests under way have so long to end.

    Gives whether everything ended: False where threads wait for something that is away, and the
    program has to leave without them. Raises `RasadError` when the server ends by itself.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=grace_seconds,
    )
    server = uvicorn.Server(config)
    # Off the main thread uvicorn leaves signals alone; in it, it would raise SIGTERM again after
    # a clean end.
    thread = threading.Thread(target=server.run, args=([opened],), name="uvicorn", daemon=True)
    thread.start()
    while thread.is_alive() and not stop.wait(_WATCH_SECONDS):
        pass
    if not stop.is_set():
        raise RasadError("the server ended by itself; the log says why")
    server.should_exit = True
    thread.join(grace_seconds + _PATIENCE_SECONDS)
    if thread.is_alive():
        structlog.get_logger().warning("left with requests under way")
    return not thread.is_alive()
