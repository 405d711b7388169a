"""Where in an article a query matched."""

from rasad_core.events import Frozen, TextField


class Highlight(Frozen, frozen=True, kw_only=True):
    """A place in an article that a clause of the query matched; `clause` as the author wrote it."""

    field: TextField
    start: int
    end: int
    clause: str
