"""Articles as the evaluator reads them, from what is stored."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime

from rasad_core.adapters.sqlite.rebuilding import document_of
from rasad_core.adapters.sqlite.streams import READING_STREAMS
from rasad_core.query.ast import And, InRange, Node, Not, Or, Pattern, Words
from rasad_core.query.document import SearchDocument
from rasad_core.query.evaluate import matches


def matching(
    connection: sqlite3.Connection, node: Node, places: Collection[int], *, now: datetime
) -> set[int]:
    """Give those of the places whose articles match: what SQL cannot decide."""
    return {
        place
        for place, document in documents(connection, node, places)
        if matches(node, document, now=now)
    }


def documents(
    connection: sqlite3.Connection, node: Node, places: Collection[int], *, offsets: bool = False
) -> Iterator[tuple[int, SearchDocument]]:
    """Give the articles of some places, each with what the query reads of it.

    With `offsets`, for highlights, those are left out of which none are stored.
    """
    columns = _columns_read(node)
    packed = "CROSS JOIN index_offsets o ON o.place = j.value" if offsets else ""
    rows = connection.execute(
        f"SELECT j.value, b.lead, b.published_us, a.story_id, {'o.packed' if offsets else 'NULL'},"
        f" {', '.join(columns)}"
        " FROM json_each(?) j CROSS JOIN index_words w ON w.rowid = j.value"
        " CROSS JOIN index_bodies b ON b.place = j.value"
        f" CROSS JOIN index_articles a ON a.place = j.value {packed}",
        (json.dumps(list(places)),),
    )
    for place, lead, published_us, story_id, starts_and_ends, *streams in rows:
        document = document_of(
            dict(zip(columns, streams, strict=True)),
            lead=lead,
            published_us=published_us,
            story_id=story_id,
            offsets=starts_and_ends,
        )
        yield place, document


def _columns_read(node: Node) -> tuple[str, ...]:
    """Give the columns that verifying a query reads; splitting the others would double its time."""
    words, metadata = _leaves_of(node)
    exact = any(pattern.stream == "exact" for pattern in words)
    streams = ("", *READING_STREAMS, *(("_x",) if exact else ()))
    text = (name + stream for name in ("title", "text") for stream in streams)
    return (*text, *(("about",) if metadata else ()))


def _leaves_of(node: Node) -> tuple[list[Pattern], bool]:
    """Give the patterns of a query, and whether it asks for metadata."""
    match node:
        case Words():
            return list(node.patterns), False
        case And() | Or():
            found = [_leaves_of(child) for child in node.children]
            return [each for patterns, _ in found for each in patterns], any(m for _, m in found)
        case Not() | InRange():
            return _leaves_of(node.child)
    return [], True
