"""What every program of a cluster begins and ends with."""

import os
import sys
import threading
from collections.abc import Callable

import structlog

from rasad_core.errors import RasadError
from rasad_core.runtime.logs import start_logging
from rasad_core.runtime.setting import WrongSetting
from rasad_core.runtime.settings import Settings, read_settings
from rasad_core.runtime.shutdown import stop_on_signals

# Threads that wait for something that is away end with the process, not before it.
_END_SECONDS = 20.0


def run_program(name: str, run: Callable[[Settings, threading.Event], None]) -> int:
    """Read settings, log, and run until a signal; gives the exit status: 0, 1, or 2 for settings.

    `run` returns soon after the event it is given is set.
    """
    try:
        settings = read_settings(os.environ, log_format="json")
        start_logging(settings.log_level, settings.log_format)
        structlog.contextvars.bind_contextvars(service=name)
        with stop_on_signals() as stop:
            threading.Thread(target=_end_in_time, args=(stop,), daemon=True).start()
            run(settings, stop)
            if not stop.is_set():
                return 1
    except WrongSetting as error:
        sys.stderr.write(f"rasad_{name}: {error}\n")
        return 2
    except RasadError as error:
        structlog.get_logger().error("ended", problem=str(error))
        return 1
    except Exception:  # noqa: BLE001  said in the log like everything else
        structlog.get_logger().exception("ended by a bug")
        return 1
    structlog.get_logger().info("ended as asked")
    return 0


def _end_in_time(stop: threading.Event) -> None:
    """End a program that was asked to, whatever it still waits for: it is safe to be killed."""
    stop.wait()
    threading.Event().wait(_END_SECONDS)
    structlog.get_logger().warning("left with work under way; it is done again")
    os._exit(0)
