"""What SQL cannot decide: articles rebuilt from their stored streams and put to the evaluator."""

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from rasad_core.adapters.sqlite.streams import READING_STREAMS, document_of
from rasad_core.query.ast import And, InRange, Node, Not, Or, Pattern, Words
from rasad_core.query.evaluate import matches


def matching(
    connection: sqlite3.Connection, node: Node, places: Collection[int], *, now: datetime
) -> set[int]:
    """Give those of the places whose articles match."""
    columns = _columns_read(node)
    rows = connection.execute(
        f"SELECT w.rowid, b.lead, b.published_us, a.story_id, {', '.join(columns)}"
        " FROM json_each(?) j CROSS JOIN index_words w ON w.rowid = j.value"
        " CROSS JOIN index_bodies b ON b.place = j.value"
        " CROSS JOIN index_articles a ON a.place = j.value",
        (json.dumps(list(places)),),
    )
    found: set[int] = set()
    for place, lead, published_us, story_id, *streams in rows:
        document = document_of(
            dict(zip(columns, streams, strict=True)),
            lead=lead,
            published_us=published_us,
            story_id=story_id,
        )
        if matches(node, document, now=now):
            found.add(place)
    return found


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
