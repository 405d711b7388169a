"""The settings of programs that run on Kafka and Elasticsearch."""

import os
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from rasad_core.events import Frozen
from rasad_core.runtime.setting import (
    Setting,
    header_safe,
    host,
    one_of,
    optional,
    set_or_not,
    whole,
    without_password,
)

Lane = Literal["live", "backfill"]
SERVICES: Final = ("ingest", "enrich", "stories", "index", "alerts", "deliver")
# The API has 8420.
_FIRST_PORT: Final = 8421
_PROTOCOLS: Final = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
_MECHANISMS: Final = ("plain", "scram-sha-256", "scram-sha-512")
_FILE = "the name of a file"


def _words(written: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in written.split(",") if each.strip())


def _prefix(written: str) -> str:
    # What both take in a name: a topic's letters that are an index's as well.
    if written and not (written[0].isalnum() and set(written) <= _NAME_LETTERS):
        raise ValueError("small letters, digits, `-` and `_` can begin a name there")
    return written


_NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_PREFIX_TAKES = "small letters, digits, `-` and `_`; empty for the plain names"

KAFKA_BOOTSTRAP = Setting(
    name="RASAD_KAFKA_BOOTSTRAP",
    default="",
    parse=_words,
    takes="`host:port`, several with commas between them",
    about="Brokers of Kafka. Every service of a cluster needs it.",
)
KAFKA_PREFIX = Setting(
    name="RASAD_KAFKA_PREFIX",
    default="",
    parse=_prefix,
    takes=_PREFIX_TAKES,
    about="What the names of topics and consumer groups begin with.",
)
KAFKA_SECURITY_PROTOCOL = Setting(
    name="RASAD_KAFKA_SECURITY_PROTOCOL",
    default="plaintext",
    parse=one_of(_PROTOCOLS),
    takes=", ".join(f"`{name}`" for name in _PROTOCOLS),
    about="How brokers are spoken to.",
)
KAFKA_SASL_MECHANISM = Setting(
    name="RASAD_KAFKA_SASL_MECHANISM",
    default="",
    parse=optional(one_of(_MECHANISMS)),
    takes=", ".join(f"`{name}`" for name in _MECHANISMS),
    about="How one signs in to Kafka.",
)
KAFKA_USERNAME = Setting(
    name="RASAD_KAFKA_USERNAME",
    default="",
    parse=optional(str),
    takes="a name",
    about="Who signs in to Kafka.",
)
KAFKA_PASSWORD = Setting(
    name="RASAD_KAFKA_PASSWORD",
    default="",
    parse=optional(str),
    takes="a password",
    about="What with.",
    show=set_or_not,
)
KAFKA_CA_FILE = Setting(
    name="RASAD_KAFKA_CA_FILE",
    default="",
    parse=optional(str),
    takes=_FILE,
    about="Certificates that brokers are checked against; empty for the system's.",
)
ELASTICSEARCH_URL = Setting(
    name="RASAD_ELASTICSEARCH_URL",
    default="",
    parse=_words,
    takes="`http://host:port` or `https://…`, several with commas between them",
    about="Nodes of Elasticsearch 9. Every service of a cluster needs it.",
    show=without_password,
)
ELASTICSEARCH_PREFIX = Setting(
    name="RASAD_ELASTICSEARCH_PREFIX",
    default="",
    parse=_prefix,
    takes=_PREFIX_TAKES,
    about="What the names of indices begin with.",
)
ELASTICSEARCH_USERNAME = Setting(
    name="RASAD_ELASTICSEARCH_USERNAME",
    default="",
    parse=optional(str),
    takes="a name",
    about="Who signs in to Elasticsearch.",
)
ELASTICSEARCH_PASSWORD = Setting(
    name="RASAD_ELASTICSEARCH_PASSWORD",
    default="",
    parse=optional(str),
    takes="a password",
    about="What with.",
    show=set_or_not,
)
ELASTICSEARCH_API_KEY = Setting(
    name="RASAD_ELASTICSEARCH_API_KEY",
    default="",
    parse=optional(header_safe),
    takes="a key that Elasticsearch made, instead of a name and a password",
    about="What with, the other way.",
    show=set_or_not,
)
ELASTICSEARCH_CA_FILE = Setting(
    name="RASAD_ELASTICSEARCH_CA_FILE",
    default="",
    parse=optional(str),
    takes=_FILE,
    about="Certificates that its nodes are checked against; empty for the system's.",
)
_LANES: tuple[str, ...] = get_args(Lane)
ENRICH_LANE = Setting(
    name="RASAD_ENRICH_LANE",
    default="live",
    parse=one_of(_LANES),
    takes="`live` or `backfill`",
    about="Which articles this process enriches; the past gives way to what is live.",
)
ENRICH_WORKERS = Setting(
    name="RASAD_ENRICH_WORKERS",
    default="0",
    parse=whole(0, 256),
    takes="a whole number; 0 is one for each core",
    about="Processes that analyse, in each process of enrich; each takes some 150 MB.",
)
SERVICE_HOSTS: Mapping[str, Setting[str]] = {
    service: Setting(
        name=f"RASAD_{service.upper()}_HOST",
        default="127.0.0.1",
        parse=host,
        takes="the name or address of one of this machine's interfaces",
        about=f"Where {service} answers `/livez`, `/readyz` and `/metrics`.",
    )
    for service in SERVICES
}
SERVICE_PORTS: Mapping[str, Setting[int]] = {
    service: Setting(
        name=f"RASAD_{service.upper()}_PORT",
        default=str(_FIRST_PORT + number),
        parse=whole(0, 65_535),
        takes="a port; 0 takes any free one",
        about="The port of that.",
    )
    for number, service in enumerate(SERVICES)
}
CLUSTER_SETTINGS: tuple[Setting[Any], ...] = (
    KAFKA_BOOTSTRAP,
    KAFKA_PREFIX,
    KAFKA_SECURITY_PROTOCOL,
    KAFKA_SASL_MECHANISM,
    KAFKA_USERNAME,
    KAFKA_PASSWORD,
    KAFKA_CA_FILE,
    ELASTICSEARCH_URL,
    ELASTICSEARCH_PREFIX,
    ELASTICSEARCH_USERNAME,
    ELASTICSEARCH_PASSWORD,
    ELASTICSEARCH_API_KEY,
    ELASTICSEARCH_CA_FILE,
    ENRICH_LANE,
    ENRICH_WORKERS,
    *(each[service] for service in SERVICES for each in (SERVICE_HOSTS, SERVICE_PORTS)),
)


class ClusterSettings(Frozen, frozen=True, kw_only=True):
    """The values in force; `host` and `port` are each service's for its health."""

    kafka_bootstrap: tuple[str, ...]
    kafka_prefix: str
    kafka_security_protocol: str
    kafka_sasl_mechanism: str | None
    kafka_username: str | None
    kafka_password: str | None
    kafka_ca_file: str | None
    elasticsearch_url: tuple[str, ...]
    elasticsearch_prefix: str
    elasticsearch_username: str | None
    elasticsearch_password: str | None
    elasticsearch_api_key: str | None
    elasticsearch_ca_file: str | None
    enrich_lane: Lane
    enrich_workers: int
    host: Mapping[str, str]
    port: Mapping[str, int]


def read_cluster_settings(environ: Mapping[str, str]) -> ClusterSettings:
    """Read them all; raises `WrongSetting` for the first that is wrong."""
    lane: Lane = "backfill" if ENRICH_LANE.read(environ) == "backfill" else "live"
    return ClusterSettings(
        kafka_bootstrap=KAFKA_BOOTSTRAP.read(environ),
        kafka_prefix=KAFKA_PREFIX.read(environ),
        kafka_security_protocol=KAFKA_SECURITY_PROTOCOL.read(environ).upper(),
        kafka_sasl_mechanism=(KAFKA_SASL_MECHANISM.read(environ) or "").upper() or None,
        kafka_username=KAFKA_USERNAME.read(environ),
        kafka_password=KAFKA_PASSWORD.read(environ),
        kafka_ca_file=KAFKA_CA_FILE.read(environ),
        elasticsearch_url=ELASTICSEARCH_URL.read(environ),
        elasticsearch_prefix=ELASTICSEARCH_PREFIX.read(environ),
        elasticsearch_username=ELASTICSEARCH_USERNAME.read(environ),
        elasticsearch_password=ELASTICSEARCH_PASSWORD.read(environ),
        elasticsearch_api_key=ELASTICSEARCH_API_KEY.read(environ),
        elasticsearch_ca_file=ELASTICSEARCH_CA_FILE.read(environ),
        enrich_lane=lane,
        enrich_workers=ENRICH_WORKERS.read(environ) or os.cpu_count() or 1,
        host={service: each.read(environ) for service, each in SERVICE_HOSTS.items()},
        port={service: each.read(environ) for service, each in SERVICE_PORTS.items()},
    )
