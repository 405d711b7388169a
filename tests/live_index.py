"""The article index on a real Elasticsearch: one set of indices for a run, emptied for each test.

To make an index takes longer than most tests, and to delete a few documents does not.
"""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from elasticsearch import Elasticsearch

import live_servers
from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import connect
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.months import Names


@cache
def client() -> Elasticsearch:
    """Give the client of all tests of this process."""
    made = connect(ElasticsearchAccess(urls=(live_servers.elasticsearch(),)))
    atexit.register(made.close)
    return made


@contextmanager
def installed() -> Iterator[str]:
    """Give the prefix of a set of indices for one test alone."""
    prefix = live_servers.new_prefix()
    try:
        lifecycle.install(client(), prefix)
        yield prefix
    finally:
        remove(prefix)


@contextmanager
def opened() -> Iterator[ElasticsearchIndex]:
    """Give an empty index in which every write is found at once."""
    empty(_shared())
    yield ElasticsearchIndex(client(), _shared(), refresh=True)


def empty(prefix: str) -> None:
    """Delete every document, placeholders too."""
    alias = Names(prefix=prefix).alias
    client().indices.refresh(index=alias)
    while hits := client().search(index=alias, source=False, size=1000)["hits"]["hits"]:
        client().bulk(
            operations=[{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in hits],
            refresh=True,
        )


def remove(prefix: str) -> None:
    """Delete every index and template of a set."""
    names = Names(prefix=prefix)
    for index in lifecycle.indices(client(), names):
        lifecycle.drop(client(), index)
    lifecycle.drop(client(), names.state)
    client().options(ignore_status=404).indices.delete_index_template(name=f"{prefix}articles-v*")


@cache
def _shared() -> str:
    prefix = live_servers.new_prefix()
    lifecycle.install(client(), prefix)
    atexit.register(remove, prefix)
    return prefix
