"""Where Kafka is, how one gets in, and what our names are there."""

from typing import Final

from rasad_core.events import Frozen
from rasad_core.topics import BY_NAME

# Only the lost ones of many metadata updates are noticed at this age; see `subscriber`.
_METADATA_MAX_AGE_MS: Final = 60_000


class KafkaAccess(Frozen, frozen=True, kw_only=True):
    """Addresses and credentials. `prefix` begins every topic and group, for several sets on one.

    `security_protocol` is one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL.
    """

    bootstrap: tuple[str, ...]
    prefix: str = ""
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None

    def topic(self, name: str) -> str:
        """Give a topic's name on the broker; raises KeyError for one that is not ours."""
        return self.prefix + BY_NAME[name].name

    def group(self, name: str) -> str:
        """Give a group's name on the broker."""
        return self.prefix + name

    def options(self) -> dict[str, object]:
        """Give what every client takes; the version is left for the client to find out.

        A pinned `api_version` lets a subscription overtake the first look at the cluster, and then
        the client reads nothing and says nothing.
        """
        given: dict[str, object] = {
            "bootstrap_servers": list(self.bootstrap),
            "security_protocol": self.security_protocol,
            "metadata_max_age_ms": _METADATA_MAX_AGE_MS,
            "reconnect_backoff_max_ms": 1_000,
        }
        if self.ca_file is not None:
            given["ssl_cafile"] = self.ca_file
        if self.sasl_mechanism is not None:
            given["sasl_mechanism"] = self.sasl_mechanism
            given["sasl_plain_username"] = self.username
            given["sasl_plain_password"] = self.password
        return given
