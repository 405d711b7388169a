"""Every environment setting: name, parser, default and one sentence, in one table.

A program reads its settings once, at start, and hands plain values on. A wrong value or an
unknown `RASAD_…` name stops the start: a typo must not pass for a default.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, cast, get_args

from rasad_core.errors import RasadError
from rasad_core.events import Frozen

T = TypeVar("T")
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["json", "text"]


class WrongSetting(RasadError):
    """A setting has a value that cannot be meant, or a name nobody reads."""


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[T]):
    """One environment variable. `parse` raises ValueError with what is wrong, in words."""

    name: str
    default: str
    parse: Callable[[str], T]
    takes: str
    about: str

    def read(self, environ: Mapping[str, str]) -> T:
        """Give the value in force; an empty variable counts as unset."""
        written = environ.get(self.name, "").strip() or self.default
        try:
            return self.parse(written)
        except ValueError as error:
            raise WrongSetting(f"{self.name}={written}: {error}; it takes {self.takes}") from None


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(written: str) -> int:
        try:
            number = int(written)
        except ValueError:
            raise ValueError("that is no whole number") from None
        if not low <= number <= high:
            raise ValueError(f"that is not between {low} and {high}")
        return number

    return parse


def _optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda written: parse(written) if written else None


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(written: str) -> str:
        if written.lower() not in choices:
            near = difflib.get_close_matches(written.lower(), choices, n=1)
            raise ValueError(f"did you mean `{near[0]}`?" if near else "that is none of them")
        return written.lower()

    return parse


_CENTURY_DAYS = 36_500
_MIB = 1024 * 1024
_LEVEL_NAMES: tuple[str, ...] = get_args(LogLevel)
_FORMAT_NAMES: tuple[str, ...] = get_args(LogFormat)

DATA = Setting(
    name="RASAD_DATA",
    default="~/.local/share/rasad",
    parse=lambda written: Path(written).expanduser(),
    takes="a folder; it is made if it is not there",
    about="Where everything is kept on one machine; `--data` wins over it.",
)
LOG_LEVEL = Setting(
    name="RASAD_LOG_LEVEL",
    default="info",
    parse=_one_of(_LEVEL_NAMES),
    takes=", ".join(f"`{name}`" for name in _LEVEL_NAMES),
    about="The least important log lines that are written.",
)
LOG_FORMAT = Setting(
    name="RASAD_LOG_FORMAT",
    default="text",
    parse=_one_of(_FORMAT_NAMES),
    takes=", ".join(f"`{name}`" for name in _FORMAT_NAMES),
    about="How log lines on standard error look.",
)
RETENTION_DAYS = Setting(
    name="RASAD_RETENTION_DAYS",
    default="",
    parse=_optional(_whole(1, _CENTURY_DAYS)),
    takes="a whole number of days, at least 1; empty keeps everything",
    about="Articles published longer ago are not taken into the archive: outcome `expired`.",
)
LOG_RETENTION_DAYS = Setting(
    name="RASAD_LOG_RETENTION_DAYS",
    default="3",
    parse=_whole(1, _CENTURY_DAYS),
    takes="a whole number of days, at least 1",
    about="How long events stay in the log after every stage is done with them.",
)
INGEST_MAX_BYTES = Setting(
    name="RASAD_INGEST_MAX_BYTES",
    default="20000000",
    parse=_whole(1024, 1024 * _MIB),
    takes="a number of bytes, 1024 to 1 GiB",
    about="The largest single page, feed, text or line that is read, after decompression.",
)

SETTINGS: tuple[Setting[Any], ...] = (
    DATA,
    LOG_LEVEL,
    LOG_FORMAT,
    RETENTION_DAYS,
    LOG_RETENTION_DAYS,
    INGEST_MAX_BYTES,
)
# Names of the public interface that belong to programs which come later. They are accepted, so
# that one environment serves all of them.
RESERVED = frozenset(
    {
        "RASAD_API_ADMIN_KEY",
        "RASAD_API_KEY",
        "RASAD_API_PUBLISH_TIMEOUT_SECONDS",
        "RASAD_API_RATE_LIMIT",
        "RASAD_API_URL",
        "RASAD_DELIVER_ALLOW_NETWORKS",
        "RASAD_DELIVER_RETRY_SECONDS",
        "RASAD_DELIVER_SMTP_URL",
        "RASAD_DELIVER_TIMEOUT_SECONDS",
        "RASAD_ELASTICSEARCH_URL",
        "RASAD_ENRICH_LANE",
        "RASAD_INGEST_ALLOW_NETWORKS",
        "RASAD_INGEST_CONTACT",
        "RASAD_INGEST_MAX_REDIRECTS",
        "RASAD_INGEST_PROXY",
        "RASAD_INGEST_TIMEOUT_SECONDS",
        "RASAD_KAFKA_BOOTSTRAP",
    }
)
_RESERVED_PATTERN = re.compile(
    r"RASAD_(?:(?:INGEST|ENRICH|STORIES|INDEX|ALERTS|DELIVER|API)_(?:HOST|PORT)"
    r"|(?:KAFKA|ELASTICSEARCH)_[A-Z_]+)"
)


class Settings(Frozen, frozen=True, kw_only=True):
    """The values in force."""

    data: Path
    log_level: LogLevel
    log_format: LogFormat
    retention_days: int | None
    log_retention_days: int
    ingest_max_bytes: int


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read them all; raises `WrongSetting` for the first that is wrong or unknown."""
    for name in sorted(environ):
        if name.startswith("RASAD_"):
            _refuse_unknown(name)
    return Settings(
        data=DATA.read(environ),
        log_level=cast("LogLevel", LOG_LEVEL.read(environ)),
        log_format=cast("LogFormat", LOG_FORMAT.read(environ)),
        retention_days=RETENTION_DAYS.read(environ),
        log_retention_days=LOG_RETENTION_DAYS.read(environ),
        ingest_max_bytes=INGEST_MAX_BYTES.read(environ),
    )


def _refuse_unknown(name: str) -> None:
    known = {setting.name for setting in SETTINGS} | RESERVED
    if name in known or _RESERVED_PATTERN.fullmatch(name):
        return
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)
    raise WrongSetting(f"{name} is no setting of Rasad; did you mean {near[0]}?")


def settings_page() -> str:
    """Give `docs/settings.md`."""
    rows = "\n".join(
        f"| `{each.name}` | {f'`{each.default}`' if each.default else 'empty'} "
        f"| {each.about} Takes {each.takes}. |"
        for each in SETTINGS
    )
    reserved = ", ".join(f"`{name}`" for name in sorted(RESERVED))
    return f"""\
# Settings

Generated from `rasad_core.runtime.settings` by `make docs`; do not edit.

Environment variables, read once when a program starts.
A wrong value, or a `RASAD_…` name that is not listed here, stops the start:
the message names the nearest right one.
`rasad doctor` shows what is in force.

| name | default | what it does |
| --- | --- | --- |
{rows}

Accepted and not read yet, since the programs they belong to come later: {reserved},
`RASAD_<SERVICE>_HOST`, `RASAD_<SERVICE>_PORT`, and the security settings
`RASAD_KAFKA_…`, `RASAD_ELASTICSEARCH_…`.
"""
