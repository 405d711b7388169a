"""Where Elasticsearch is, and how one gets in."""

from rasad_core.events import Frozen


class ElasticsearchAccess(Frozen, frozen=True, kw_only=True):
    """Addresses and credentials. `prefix` begins every index name, for several sets on one cluster.

    `ca_file` None trusts what the system trusts; it counts for `https://` only.
    """

    urls: tuple[str, ...]
    prefix: str = ""
    username: str | None = None
    password: str | None = None
    api_key: str | None = None
    ca_file: str | None = None
