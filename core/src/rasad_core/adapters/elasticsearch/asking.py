"""Asking Elasticsearch for a selection, and what its refusals mean for a query."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from elasticsearch import BadRequestError, Elasticsearch

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.query import Query, translated
from rasad_core.errors import Unavailable
from rasad_core.instants import microseconds
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, refuse

Answer: TypeAlias = Mapping[str, Any]

# What the server says when a query has too many clauses, levels or expansions for its memory.
_TOO_MUCH = (
    "too_many_clauses",
    "too_many_nested_clauses",
    "maxClauseCount",
    "max_clause_count",
    "nested depth",
    "too many",
    "expanded to too many terms",
)


def selecting(request: SearchRequest, *, scored: bool = False) -> Query:
    """Give the query of a request: its words, filters and period; placeholders are left out."""
    wanted: list[Query] = [{"term": {"searchable": True}}]
    low = None if request.since is None else microseconds(request.since)
    high = None if request.until is None else microseconds(request.until)
    bounds = {name: at for name, at in (("gte", low), ("lt", high)) if at is not None}
    if bounds:
        wanted.append({"range": {"facts.published_us": bounds}})
    node = request.narrowed
    if node is None:
        return {"bool": {"filter": wanted}}
    query = translated(node, now=request.now)
    if scored:
        return {"bool": {"filter": wanted, "must": [query]}}
    return {"bool": {"filter": [*wanted, query]}}


class Asking:
    """Sends searches to the months behind one alias. Safe for any threads."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self.client = client
        self._alias = alias

    def search(self, body: Mapping[str, Any]) -> Answer:
        """Give the whole answer; an alias that is not there yet has nothing.

        Raises `QueryRefused` for what the server cannot take, `Unavailable` where it gives only a
        part.
        """
        # A view of a point in time names its indices itself.
        index = None if "pit" in body else self._alias
        lenient = None if index is None else True
        try:
            with explained():
                answer = self.client.search(
                    index=index,
                    body=dict(body),
                    ignore_unavailable=lenient,
                    allow_no_indices=lenient,
                    allow_partial_search_results=False,
                ).body
        except BadRequestError as error:
            said = str(error.body)
            if not any(sign in said for sign in _TOO_MUCH):
                raise
            message = "the query is more than the index can look up at once; take it apart"
            raise refuse(Code.TOO_COMPLEX, message, 0, 0) from error
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise Unavailable("Elasticsearch answered for a part of the archive only")
        return dict(answer)
