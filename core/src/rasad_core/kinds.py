"""The kinds of documents in the store: who writes what under which key."""

from typing import Final

# Canonical address → article id (JSON). Written by index, create-only; read by ingest.
ALIASES: Final = "aliases"
# `<article_id>/<revision>` → the event of that revision. Written by index, create-only.
REVISIONS: Final = "revisions"
# Dead letter id → when it was replayed or dropped. Written by the command and the API.
DEAD_LETTERS: Final = "dead-letters"
