"""Structured logs on standard error, one line per event, as JSON or for people.

What people wrote stays out of them: texts, titles and payloads are dropped by name and by type.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from rasad_core.runtime.settings import LogFormat, LogLevel

_LEVELS: dict[LogLevel, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
# A client of Kafka says many times a second that it does not reach it.
_SAME_LINE_SECONDS = 10.0
# One line of a library; some of theirs fill a screen.
_MOST_OF_A_LIBRARY = 300
_BODIES = frozenset({"title", "text", "html", "lead", "body", "value"})


def start_logging(level: LogLevel, form: LogFormat) -> None:
    """Set up structlog for the whole process; call it once, from a program."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_bodies,
            *_rendered(form),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def forward_logging() -> None:
    """Write what libraries warn of as our own lines; call it after `start_logging`."""
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)


class _Forward(logging.Handler):
    """Passes a library's line on, cut, for it may quote what it stumbled over; not too often."""

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[tuple[str, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        place = (record.pathname, record.lineno)
        if record.created - self._said_at.get(place, 0.0) < _SAME_LINE_SECONDS:
            return
        self._said_at[place] = record.created
        level = "error" if record.levelno >= logging.ERROR else "warning"
        problem = record.exc_info[1] if record.exc_info else None
        getattr(structlog.get_logger(), level)(
            "a library says",
            library=record.name,
            message=record.getMessage()[:_MOST_OF_A_LIBRARY],
            problem=type(problem).__name__ if problem else None,
        )


def without_bodies(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop what may hold an article: a processor of structlog."""
    for name in [n for n, value in event.items() if n in _BODIES or isinstance(value, bytes)]:
        del event[name]
    return event


def _rendered(form: LogFormat) -> list[Any]:
    if form == "json":
        return [
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ]
    # The pretty form of a traceback shows locals, which hold articles and keys.
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
