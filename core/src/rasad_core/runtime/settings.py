"""Every environment setting: name, parser, default and one sentence, in one table.

A program reads its settings once, at start, and hands plain values on. A wrong value or an
unknown `RASAD_…` name stops the start: a typo must not pass for a default.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_args

from rasad_core.events import Frozen
from rasad_core.net.addresses import Network, parse_networks
from rasad_core.runtime.cluster_settings import (
    CLUSTER_SETTINGS,
    ClusterSettings,
    read_cluster_settings,
)
from rasad_core.runtime.setting import (
    Setting,
    WrongSetting,
    contact,
    header_safe,
    host,
    number,
    one_of,
    optional,
    proxy_address,
    set_or_not,
    several,
    whole,
    without_password,
)

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["json", "text"]

_CENTURY_DAYS = 36_500
_MONTH_SECONDS = 30 * 86_400
_MIB = 1024 * 1024
# Below this not even loopback answers for sure; above it a program could not end in time.
_TIMEOUT_RANGE = (0.05, 600.0)
_SECONDS = "a number of seconds, 0.05 to 600"
_NETWORKS = "networks with commas between them, such as `10.0.0.0/8, ::1/128`"
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
    parse=one_of(_LEVEL_NAMES),
    takes=", ".join(f"`{name}`" for name in _LEVEL_NAMES),
    about="The least important log lines that are written.",
)
LOG_FORMAT = Setting(
    name="RASAD_LOG_FORMAT",
    default="text",
    parse=one_of(_FORMAT_NAMES),
    takes=", ".join(f"`{name}`" for name in _FORMAT_NAMES),
    about="How log lines on standard error look; `json` in the services of a cluster.",
)
RETENTION_DAYS = Setting(
    name="RASAD_RETENTION_DAYS",
    default="",
    parse=optional(whole(1, _CENTURY_DAYS)),
    takes="a whole number of days, at least 1; empty keeps everything",
    about="Articles published longer ago are not taken into the archive: outcome `expired`.",
)
LOG_RETENTION_DAYS = Setting(
    name="RASAD_LOG_RETENTION_DAYS",
    default="3",
    parse=whole(1, _CENTURY_DAYS),
    takes="a whole number of days, at least 1",
    about="How long events stay in the log after every stage is done with them.",
)
INGEST_MAX_BYTES = Setting(
    name="RASAD_INGEST_MAX_BYTES",
    default="20000000",
    parse=whole(1024, 1024 * _MIB),
    takes="a number of bytes, 1024 to 1 GiB",
    about="The largest single page, feed, text or line that is read, after decompression.",
)

INGEST_ALLOW_NETWORKS = Setting(
    name="RASAD_INGEST_ALLOW_NETWORKS",
    default="",
    parse=parse_networks,
    takes=_NETWORKS,
    about="What may be fetched from although it is not public, on any port.",
)
INGEST_TIMEOUT_SECONDS = Setting(
    name="RASAD_INGEST_TIMEOUT_SECONDS",
    default="20",
    parse=number(*_TIMEOUT_RANGE),
    takes=_SECONDS,
    about="How long one fetch may take in all, its redirects included.",
)
INGEST_MAX_REDIRECTS = Setting(
    name="RASAD_INGEST_MAX_REDIRECTS",
    default="5",
    parse=whole(0, 20),
    takes="a whole number, 0 to 20",
    about="How many redirects one fetch follows.",
)
INGEST_CONTACT = Setting(
    name="RASAD_INGEST_CONTACT",
    default="",
    parse=optional(contact),
    takes="an address of mail or of a page",
    about="Whom a publisher may turn to: it stands in the user agent of every fetch.",
)
INGEST_PROXY = Setting(
    name="RASAD_INGEST_PROXY",
    default="",
    parse=optional(proxy_address),
    takes="`http://host:port`, perhaps with `user:password@` before the host",
    about="The proxy that fetches go through; what may be reached stays the same.",
    show=without_password,
)
DELIVER_ALLOW_NETWORKS = Setting(
    name="RASAD_DELIVER_ALLOW_NETWORKS",
    default="",
    parse=parse_networks,
    takes=_NETWORKS,
    about="Where webhooks may go although it is not public, on any port.",
)
DELIVER_TIMEOUT_SECONDS = Setting(
    name="RASAD_DELIVER_TIMEOUT_SECONDS",
    default="20",
    parse=number(*_TIMEOUT_RANGE),
    takes=_SECONDS,
    about="How long one attempt to deliver may take in all.",
)
DELIVER_RETRY_SECONDS = Setting(
    name="RASAD_DELIVER_RETRY_SECONDS",
    default="5,300,1800,7200,18000,36000,50400,72000,86400",
    parse=several(number(0, _MONTH_SECONDS)),
    takes="numbers of seconds with commas between them, each 0 to 30 days",
    about="The pauses between attempts to deliver; after the last one it is given up.",
)
API_ADMIN_KEY = Setting(
    name="RASAD_API_ADMIN_KEY",
    default="",
    parse=optional(header_safe),
    takes="letters, digits and signs of ASCII, without spaces",
    about="The first key, with all rights. Without it the API answers on loopback only.",
    show=set_or_not,
)
API_PUBLISH_TIMEOUT_SECONDS = Setting(
    name="RASAD_API_PUBLISH_TIMEOUT_SECONDS",
    default="10",
    parse=number(*_TIMEOUT_RANGE),
    takes=_SECONDS,
    about="How long pushed articles may wait for the log to take them before the answer is 503.",
)
API_HOST = Setting(
    name="RASAD_API_HOST",
    default="127.0.0.1",
    parse=host,
    takes="the name or address of one of this machine's interfaces",
    about="Where the API and the pages listen.",
)
API_PORT = Setting(
    name="RASAD_API_PORT",
    default="8420",
    parse=whole(0, 65_535),
    takes="a port; 0 takes any free one",
    about="The port of the API and the pages.",
)

SETTINGS: tuple[Setting[Any], ...] = (
    DATA,
    LOG_LEVEL,
    LOG_FORMAT,
    RETENTION_DAYS,
    LOG_RETENTION_DAYS,
    INGEST_ALLOW_NETWORKS,
    INGEST_TIMEOUT_SECONDS,
    INGEST_MAX_BYTES,
    INGEST_MAX_REDIRECTS,
    INGEST_CONTACT,
    INGEST_PROXY,
    DELIVER_ALLOW_NETWORKS,
    DELIVER_TIMEOUT_SECONDS,
    DELIVER_RETRY_SECONDS,
    API_ADMIN_KEY,
    API_HOST,
    API_PORT,
    API_PUBLISH_TIMEOUT_SECONDS,
    *CLUSTER_SETTINGS,
)
# What may stand in a file instead, named by the same name with `_FILE`: secrets of containers.
SECRETS = tuple(setting.name for setting in SETTINGS if setting.show is set_or_not)
# Names of the public interface that belong to programs which come later, and those that the command
# line reads for itself. They are accepted, so that one environment serves all of them.
RESERVED = frozenset(
    {"RASAD_API_KEY", "RASAD_API_RATE_LIMIT", "RASAD_API_URL", "RASAD_DELIVER_SMTP_URL"}
)


class Settings(Frozen, frozen=True, kw_only=True):
    """The values in force."""

    data: Path
    log_level: LogLevel
    log_format: LogFormat
    retention_days: int | None
    log_retention_days: int
    ingest_allow_networks: tuple[Network, ...]
    ingest_timeout_seconds: float
    ingest_max_bytes: int
    ingest_max_redirects: int
    ingest_contact: str | None
    ingest_proxy: str | None
    deliver_allow_networks: tuple[Network, ...]
    deliver_timeout_seconds: float
    deliver_retry_seconds: tuple[float, ...]
    api_admin_key: str | None
    api_host: str
    api_port: int
    api_publish_timeout_seconds: float
    cluster: ClusterSettings


def read_settings(environ: Mapping[str, str], *, log_format: LogFormat = "text") -> Settings:
    """Read them all; raises `WrongSetting` for the first that is wrong or unknown.

    `log_format` is the program's own default.
    """
    for name in sorted(environ):
        if name.startswith("RASAD_"):
            _refuse_unknown(name)
    environ = with_secrets({LOG_FORMAT.name: log_format, **environ})
    return Settings(
        data=DATA.read(environ),
        log_level=cast("LogLevel", LOG_LEVEL.read(environ)),
        log_format=cast("LogFormat", LOG_FORMAT.read(environ)),
        retention_days=RETENTION_DAYS.read(environ),
        log_retention_days=LOG_RETENTION_DAYS.read(environ),
        ingest_allow_networks=INGEST_ALLOW_NETWORKS.read(environ),
        ingest_timeout_seconds=INGEST_TIMEOUT_SECONDS.read(environ),
        ingest_max_bytes=INGEST_MAX_BYTES.read(environ),
        ingest_max_redirects=INGEST_MAX_REDIRECTS.read(environ),
        ingest_contact=INGEST_CONTACT.read(environ),
        ingest_proxy=INGEST_PROXY.read(environ),
        deliver_allow_networks=DELIVER_ALLOW_NETWORKS.read(environ),
        deliver_timeout_seconds=DELIVER_TIMEOUT_SECONDS.read(environ),
        deliver_retry_seconds=DELIVER_RETRY_SECONDS.read(environ),
        api_admin_key=API_ADMIN_KEY.read(environ),
        api_host=API_HOST.read(environ),
        api_port=API_PORT.read(environ),
        api_publish_timeout_seconds=API_PUBLISH_TIMEOUT_SECONDS.read(environ),
        cluster=read_cluster_settings(environ),
    )


def with_secrets(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Put in the secrets that stand in files; raises `WrongSetting` for one that cannot be read."""
    found = dict(environ)
    for name in SECRETS:
        path = environ.get(f"{name}_FILE", "").strip()
        if not path:
            continue
        if environ.get(name):
            raise WrongSetting(f"{name} and {name}_FILE are both set; keep one of them")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise WrongSetting(f"{name}_FILE={path} cannot be read: {reason}") from error
    return found


def _refuse_unknown(name: str) -> None:
    known = {setting.name for setting in SETTINGS} | RESERVED | {f"{each}_FILE" for each in SECRETS}
    if name in known:
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
    files = ", ".join(f"`{name}_FILE`" for name in SECRETS)
    reserved = ", ".join(
        f"`{name}`" for name in sorted(RESERVED - {"RASAD_API_KEY", "RASAD_API_URL"})
    )
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

Secrets may stand in files: {files}.

Accepted and not read yet, since the programs they belong to come later: {reserved}.
"""
