"""An article as a document of the index, and back: pure, and the only place that knows its shape.

`_source` is the event as `codec` writes it with a few fields of ours; what searches run on is made
of it each time (`mapping.DERIVED`) and not kept.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from rasad_core import codec
from rasad_core.adapters.elasticsearch.streams import text_streams, word_streams
from rasad_core.events import ArticleEnriched
from rasad_core.fields import FIELDS, values_of
from rasad_core.instants import microseconds
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.text.normalise import fold_value

# What a document says of itself; the rest of `_source` is the event.
OWN_FIELDS = frozenset({"indexed_at", "content_seq", "story_seq", "searchable", "deleted"})
_encoder = msgspec.json.Encoder()


def content_body(
    article: ArticleEnriched, *, story_id: str, story_seq: int, derived: bytes, indexed_at: str
) -> bytes:
    """Write the document of an article that is held; `derived` is what `derived_of` gave."""
    event = article if article.story_id == story_id else replace(article, story_id=story_id)
    own = {
        "content_seq": article.seq,
        "story_seq": story_seq,
        "searchable": True,
        "deleted": False,
        "indexed_at": indexed_at,
    }
    return b"".join(
        (codec.encode(event)[:-1], b",", _encoder.encode(own)[1:-1], b",", derived[1:-1], b"}")
    )


def placeholder_body(
    article_id: str, *, month: str, story_id: str, story_seq: int, deleted: bool, indexed_at: str
) -> bytes:
    """Write the document of an article that is not there: deleted, or moved before it came."""
    return _encoder.encode(
        {
            "article_id": article_id,
            "month": month,
            "story_id": story_id,
            "content_seq": -1,
            "story_seq": story_seq,
            "searchable": False,
            "deleted": deleted,
            "indexed_at": indexed_at,
        }
    )


def article_of(source: Mapping[str, object]) -> ArticleEnriched | None:
    """Read the article of a `_source`, its story the one in force; None for a placeholder.

    Raises `Unprocessable` for a document that this program does not understand.
    """
    if "schema" not in source:
        return None
    event = {name: value for name, value in source.items() if name not in OWN_FIELDS}
    return codec.decode(_encoder.encode(event), ArticleEnriched)


def derived_of(article: ArticleEnriched, *, story_id: str) -> bytes:
    """Write all that searches run on, as one JSON object; takes most of the time of a write."""
    document = search_document(article)
    facts = facts_of(document)
    facts["story"] = [story] if (story := fold_value(story_id)) else []
    return _encoder.encode(
        {
            "facts": facts,
            "facet": {spec.name: values_of(spec.name, article) for spec in FIELDS if spec.facet},
            "words": {name: word_streams(values) for name, values in document.words.items()},
            "all": text_streams(document),
        }
    )


def facts_of(document: SearchDocument) -> dict[str, int | str | Sequence[str]]:
    """Give what filters compare: folded values, an address, a length and a time."""
    at_us = microseconds(document.published)
    facts: dict[str, int | str | Sequence[str]] = {
        "published_us": at_us,
        "published_s": at_us // 1_000_000,
        "length": document.length,
        "domain": domains(document.domain),
        **{name: sorted(values) for name, values in document.values.items()},
    }
    if document.url:
        facts["url"] = document.url
    return facts


def domains(domain: str) -> Sequence[str]:
    """Give a domain and each of its parents: `domain:x.example` covers what is below it."""
    labels = domain.split(".") if domain else []
    return [".".join(labels[at:]) for at in range(len(labels))]


def written_at(moment: datetime) -> str:
    """Write the time of a write: the token by which a writer knows its own document again."""
    return moment.isoformat()
