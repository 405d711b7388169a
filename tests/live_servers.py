"""Real Kafka and Elasticsearch, where there are some: each test has a set of names of its own.

`TEST_KAFKA` (host:port) and `TEST_ELASTICSEARCH` (URL) name running servers. `make test` starts
them; where they are not named, tests marked `live` are skipped, and the end of the run says so.
"""

import os
import uuid

_NAMED = {"kafka": "TEST_KAFKA", "elasticsearch": "TEST_ELASTICSEARCH"}


def missing(*wanted: str) -> list[str]:
    """Give those of the servers that this run has not."""
    return [name for name in wanted or _NAMED if not os.environ.get(_NAMED[name])]


def kafka() -> str:
    """Give host and port of Kafka."""
    return os.environ["TEST_KAFKA"]


def elasticsearch() -> str:
    """Give the address of Elasticsearch."""
    return os.environ["TEST_ELASTICSEARCH"]


def new_prefix() -> str:
    """Name a set of topics, groups and indices that nobody else uses."""
    return f"t{uuid.uuid4().hex[:10]}-"
