"""A document of the store in Elasticsearch: its index, its id, its version, and how it is read."""

import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec
from elasticsearch import Elasticsearch, NotFoundError

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.errors import Unavailable
from rasad_core.ports import Document

# Raise it with any change of the template; an older program then leaves the newer one alone.
_TEMPLATE_VERSION = 1
# Above the templates that Elasticsearch comes with (100 and 200).
_PRIORITY = 500
_LONGEST_ID_BYTES = 512
_HASHED: Final = "sha256:"
_SEQ_BITS = 40


class Source(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What Elasticsearch keeps. `writer` is new in every write, to know one's own again."""

    key: str
    value: bytes
    writer: str
    team_id: str | None = None


class _Failure(msgspec.Struct):
    type: str
    reason: str | None = None


class Found(msgspec.Struct):
    """One answer of `_mget` or one hit of `_search`."""

    source: Source | None = msgspec.field(name="_source", default=None)
    seq_no: int = msgspec.field(name="_seq_no", default=0)
    primary_term: int = msgspec.field(name="_primary_term", default=0)
    error: _Failure | None = None

    @property
    def version(self) -> int:
        """The version that the port speaks of."""
        return version_of(self.seq_no, self.primary_term)

    def present(self) -> Source | None:
        """Give what is there; raises `Unavailable` where Elasticsearch could not look."""
        if self.error is not None and self.error.type != "index_not_found_exception":
            message = f"Elasticsearch cannot read a document: {self.error.reason}"
            raise Unavailable(message)
        return self.source

    def document(self, kind: str) -> Document | None:
        """Give it as the port does, or None where nothing is there."""
        source = self.present()
        if source is None:
            return None
        return Document(
            kind=kind,
            key=source.key,
            version=self.version,
            value=source.value,
            team_id=source.team_id,
        )


def index_name(prefix: str, kind: str) -> str:
    """Name the index of one kind."""
    return f"{prefix}rasad-{kind}"


def id_of(key: str) -> str:
    """Give the `_id`: the key, or its hash where Elasticsearch takes no such id."""
    encoded = key.encode()
    if 0 < len(encoded) <= _LONGEST_ID_BYTES and not key.startswith(_HASHED):
        return key
    return _HASHED + hashlib.sha256(encoded).hexdigest()


def version_of(seq_no: int, primary_term: int) -> int:
    """Give a number that rises with every write of the index.

    Both rise only, and no two writes have one pair. 2^40 writes and 2^13 changes of the primary
    shard fit below 2^53, where JSON numbers end to be exact in a browser.
    """
    return primary_term << _SEQ_BITS | seq_no


def may_exist(version: int) -> bool:
    """Say whether a document can have this version; Elasticsearch refuses to look for others."""
    return version >= 1 << _SEQ_BITS


def condition_of(version: int) -> Mapping[str, int]:
    """Give the condition under which `_bulk` writes over this version."""
    seq_no = version & ((1 << _SEQ_BITS) - 1)
    return {"if_seq_no": seq_no, "if_primary_term": version >> _SEQ_BITS}


def install(client: Elasticsearch, prefix: str) -> None:
    """Tell Elasticsearch how the indices of the store are made; nothing where it knows.

    Raises `Unavailable`. To be called before the first write: an index made without it is wrong.
    """
    name = f"{prefix}rasad-store"
    with explained():
        if _installed_version(client, name) >= _TEMPLATE_VERSION:
            return
        client.indices.put_index_template(
            name=name,
            index_patterns=[index_name(prefix, "*")],
            priority=_PRIORITY,
            version=_TEMPLATE_VERSION,
            template={"settings": _SETTINGS, "mappings": _MAPPINGS},
        )


def _installed_version(client: Elasticsearch, name: str) -> int:
    try:
        found = client.indices.get_index_template(name=name)
    except NotFoundError:
        return 0
    return int(found["index_templates"][0]["index_template"].get("version", 0))


_SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Said, so that an index that nobody searched for a while is not put to sleep: the next list
    # would wait for it.
    "refresh_interval": "1s",
}
_MAPPINGS = {
    "dynamic": "strict",
    "properties": {
        "key": {"type": "keyword"},
        "team_id": {"type": "keyword"},
        "value": {"type": "binary"},
        "writer": {"type": "keyword", "index": False, "doc_values": False},
    },
}
