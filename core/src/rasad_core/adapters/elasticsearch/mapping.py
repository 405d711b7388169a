"""What Elasticsearch is told about an article's document: the template of every month's index.

Only what every distribution has: the built-in `whitespace` analyzer, no scripts, no plugins.
"""

from collections.abc import Mapping
from typing import TypeAlias

from rasad_core.adapters.elasticsearch.streams import READINGS, STEMS, WORD_FIELDS
from rasad_core.fields import FIELDS

# Raise it with any change of `_properties`, `_SETTINGS` or of what `documents` writes: an index
# of an older one has to be rebuilt (`rasad index rebuild`).
MAPPING_VERSION = 2

Body: TypeAlias = Mapping[str, object]

# Between the values of an array: wider than any distance of NEAR (100 at most), so a wall.
_GAP = 1000
# A term has at most 32,766 bytes, and a letter up to 4 of them; longer values are kept, not found.
LONGEST_VALUE = 8000
_FACTS = (
    *("lang", "country", "section", "origin", "outlet"),
    *("entity", "topic", "story", "domain", "url"),
)
# Each is made of the event again whenever a document is written, so nothing reads them back.
DERIVED = ("all", "facts", "facet", "words")
_SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
}


def template(pattern: str, *, alias: str | None, version: int, priority: int) -> Body:
    """Give the composable template of one version; new indices of it come with the alias."""
    aliases: Body = {} if alias is None else {alias: {}}
    return {
        "index_patterns": [pattern],
        "priority": priority,
        "version": version,
        "template": {"settings": _SETTINGS, "mappings": mappings(), "aliases": aliases},
    }


def mappings() -> Body:
    """Give the mapping of an article's document.

    `dynamic: false` keeps what is not named in `_source` alone, whatever its keys look like.
    """
    return {
        "dynamic": False,
        "_meta": {"mapping_version": MAPPING_VERSION},
        "_source": {"excludes": list(DERIVED)},
        "properties": _properties(),
    }


def _properties() -> Body:
    return {
        "article_id": _keyword(),
        "story_id": _keyword(),
        "indexed_at": {"type": "date"},
        "content_seq": {"type": "long"},
        "story_seq": {"type": "long"},
        "searchable": {"type": "boolean"},
        "deleted": {"type": "boolean"},
        "facts": {
            "properties": {
                "published_us": {"type": "long"},
                "published_s": {"type": "long"},
                "length": {"type": "integer"},
                # Filters only: sorting and counting read `facet` and the numbers.
                **{name: {**_keyword(), "doc_values": False} for name in _FACTS},
            }
        },
        "facet": {"properties": {spec.name: _keyword() for spec in FIELDS if spec.facet}},
        "words": {
            "properties": {
                name: {"properties": {stream: _text() for stream in ("f", "x", *READINGS)}}
                for name in WORD_FIELDS
            }
        },
        "all": {
            "properties": {
                # Its length decides on relevance; nothing ranks by the other streams.
                "f": {**_text(), "norms": True},
                **{stream: _text() for stream in ("x", STEMS, *READINGS, "z")},
            }
        },
    }


def _keyword() -> Body:
    return {"type": "keyword", "ignore_above": LONGEST_VALUE}


def _text() -> Body:
    return {
        "type": "text",
        "analyzer": "whitespace",
        "norms": False,
        "position_increment_gap": _GAP,
    }
