"""A store on a real Elasticsearch for a test, with indices of its own that go with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from elasticsearch import Elasticsearch

import live_servers
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.elasticsearch.store_documents import id_of, index_name


class LiveStore(NamedTuple):
    """A store, and what it is made of."""

    store: ElasticsearchStore
    client: Elasticsearch
    prefix: str

    def empty(self, kind: str) -> None:
        """Remove every document of a kind, at once."""
        keys = [each.key for each in self.store.list(kind, limit=5000)]
        if keys:
            actions = [{"delete": {"_id": id_of(key)}} for key in keys]
            self.client.bulk(index=index_name(self.prefix, kind), operations=actions)


@contextmanager
def opened(*, url: str | None = None) -> Iterator[LiveStore]:
    """Give a store that is reached at `url`, and remove what was written at the end."""
    prefix = live_servers.new_prefix()
    client = connect(ElasticsearchAccess(urls=(url or live_servers.elasticsearch(),)))
    try:
        yield LiveStore(ElasticsearchStore(client, prefix=prefix), client, prefix)
    finally:
        client.close()
        remove(prefix)


def remove(prefix: str) -> None:
    """Remove every index of the store that begins so, and their template."""
    with connect(ElasticsearchAccess(urls=(live_servers.elasticsearch(),))) as client:
        found = client.indices.get(index=index_name(prefix, "*"), features="settings")
        for name in found.body:
            client.indices.delete(index=name)
        client.options(ignore_status=404).indices.delete_index_template(name=f"{prefix}rasad-store")
