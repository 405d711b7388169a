"""Asking Elasticsearch for a selection, and what its refusals mean for a query."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from elasticsearch import ApiError, Elasticsearch
from msgspec.structs import replace

from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.query import Query, Settled, translated
from rasad_core.errors import Unavailable
from rasad_core.instants import microseconds
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, QueryError, QueryRefused

Answer: TypeAlias = Mapping[str, Any]
Body: TypeAlias = Mapping[str, Any]

# A wildcard among intervals that fits more words than the server looks up one by one.
_TOO_WIDE = "expanded to too many terms"
# What the server says when a query has too many clauses, levels or states for its memory.
_TOO_MUCH = (
    *("too many clauses", "too_many_clauses", "too_many_nested_clauses", "maxClauseCount"),
    *("max_clause_count", "nested depth", "Determinizing automaton"),
)

# Some seconds of reading and verifying.
MOST_CANDIDATES = 50_000

# A month begins with its first article, and until its index is ready, 0.1 to 0.5 s on a busy
# machine, the server refuses every search of the archive.
_PAUSES_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8)

_ALWAYS = ("timed_out", "_shards.failed")


class TooMuch(QueryRefused):
    """Refused by the server as more than it takes."""


class TooWide(TooMuch):
    """Refused for a wildcard that can be asked for in another way: see `translated`."""


def selecting(
    request: SearchRequest,
    *,
    scored: bool = False,
    apart: bool = False,
    settled: Settled | None = None,
) -> Query:
    """Give the query of a request: its words, filters and period; placeholders are left out."""
    wanted: list[Query] = [{"term": {"searchable": True}}]
    low = None if request.since is None else microseconds(request.since)
    high = None if request.until is None else microseconds(request.until)
    bounds = {name: at for name, at in (("gte", low), ("lt", high)) if at is not None}
    if bounds:
        wanted.append({"range": {"facts.published_us": bounds}})
    filters = replace(request, query=None).narrowed
    if filters is not None:
        wanted.append(translated(filters, now=request.now))
    if request.query is None:
        return {"bool": {"filter": wanted}}
    query = translated(request.query, now=request.now, apart=apart, settled=settled)
    if scored:
        return {"bool": {"filter": wanted, "must": [query]}}
    return {"bool": {"filter": [*wanted, query]}}


class Asking:
    """Sends searches to the months behind one alias. Safe for any threads.

    `most_candidates` are as many articles as may be read to verify a part of a query.
    """

    def __init__(
        self, client: Elasticsearch, alias: str, *, most_candidates: int = MOST_CANDIDATES
    ) -> None:
        self.client = client
        self.alias = alias
        self.most_candidates = most_candidates

    def search(self, body: Body, *, ranked: bool = False, only: Sequence[str] = ()) -> Answer:
        """Give the answer, or of its parts `only` some; an alias that is not there has nothing.

        `ranked` weighs words over all months alike, and on the same copies for every page. Raises
        `QueryRefused` for what the server cannot take, `Unavailable` where it gives only a part.
        """
        for pause_seconds in _PAUSES_SECONDS:
            try:
                return self._answer(body, ranked=ranked, only=only)
            except Unavailable as error:
                if not _may_begin(error):
                    raise
                time.sleep(pause_seconds)
        return self._answer(body, ranked=ranked, only=only)

    def _answer(self, body: Body, *, ranked: bool, only: Sequence[str]) -> Answer:
        # A view of a point in time names its indices and copies itself.
        viewed = "pit" in body
        try:
            with explained():
                answer = self.client.search(
                    index=None if viewed else self.alias,
                    body=dict(body),
                    ignore_unavailable=None if viewed else True,
                    allow_no_indices=None if viewed else True,
                    search_type="dfs_query_then_fetch" if ranked else None,
                    preference="ranked" if ranked and not viewed else None,
                    allow_partial_search_results=False,
                    filter_path=[*_ALWAYS, *only] if only else None,
                ).body
        except ApiError as error:
            raise _refusal(error) or error from error
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise Unavailable("Elasticsearch answered for a part of the archive only")
        return dict(answer)


def _may_begin(error: Unavailable) -> bool:
    """Say whether a shard was missing, as one is that is being made."""
    cause = error.__cause__
    return isinstance(cause, ApiError) and cause.error == "search_phase_execution_exception"


def _refusal(error: ApiError) -> TooMuch | None:
    """Give the refusal of a query; None for an error that is no query's fault."""
    said = str(error.body)
    if _TOO_WIDE in said:
        message = "a wildcard fits more words than the index can look up at once; write more of it"
        return TooWide(QueryError(code=Code.TOO_COMPLEX, message=message, start=0, end=0))
    if any(sign in said for sign in _TOO_MUCH):
        message = "the query is more than the index can look up at once; take it apart"
        return TooMuch(QueryError(code=Code.TOO_COMPLEX, message=message, start=0, end=0))
    return None
