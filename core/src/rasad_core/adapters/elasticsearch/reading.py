"""What an index holds of some articles right now, and at which version of the document."""

from collections.abc import Mapping, Sequence

from elasticsearch import Elasticsearch

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.documents import article_of
from rasad_core.adapters.elasticsearch.merging import NOTHING, TOMBSTONE, Held
from rasad_core.errors import Unavailable
from rasad_core.events import Frozen

# All that decides what an event does; the article itself is ten times as long.
_CLOCKS = ("content_seq", "story_seq", "story_id", "deleted", "indexed_at")
# Whole articles of one answer, which this process holds at once.
_DOCUMENTS_PER_REQUEST = 200


class Wanted(Frozen, frozen=True, kw_only=True):
    """A document to read; `whole` with the article."""

    index: str
    id: str
    whole: bool = False


class Stored(Frozen, frozen=True, kw_only=True):
    """A document as it was read; `seq_no` None where there is none."""

    held: Held = NOTHING
    seq_no: int | None = None
    primary_term: int | None = None
    indexed_at: str = ""


def read(client: Elasticsearch, wanted: Sequence[Wanted]) -> Sequence[Stored]:
    """Read documents as they are now, refreshed or not; in the order asked for."""
    stored: list[Stored] = []
    for start in range(0, len(wanted), _DOCUMENTS_PER_REQUEST):
        docs = [
            {"_index": each.index, "_id": each.id, "_source": True if each.whole else _CLOCKS}
            for each in wanted[start : start + _DOCUMENTS_PER_REQUEST]
        ]
        with explained():
            answer = client.mget(docs=docs)
        stored += [_stored(found) for found in answer["docs"]]
    return stored


def held_of_source(source: Mapping[str, object]) -> Held:
    """Read what a document says is held; without the article where it was not read along."""
    if source["deleted"]:
        return TOMBSTONE
    content_seq, story_seq = source["content_seq"], source["story_seq"]
    assert isinstance(content_seq, int)
    assert isinstance(story_seq, int)
    return Held(
        content=article_of(source),
        content_seq=content_seq,
        story_seq=story_seq,
        story_id=str(source["story_id"]),
    )


def _stored(found: Mapping[str, object]) -> Stored:
    error = found.get("error")
    if isinstance(error, Mapping):
        if error.get("type") != "index_not_found_exception":
            raise Unavailable(f"Elasticsearch cannot read an article: {error.get('reason')}")
        return Stored()
    if not found["found"]:
        return Stored()
    source, seq_no, term = found["_source"], found["_seq_no"], found["_primary_term"]
    assert isinstance(source, Mapping)
    assert isinstance(seq_no, int)
    assert isinstance(term, int)
    return Stored(
        held=held_of_source(source),
        seq_no=seq_no,
        primary_term=term,
        indexed_at=str(source["indexed_at"]),
    )
