"""Parts of a query that the server cannot say: candidates for them are read and verified here."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from elasticsearch import NotFoundError
from msgspec.structs import replace

from rasad_core.adapters.elasticsearch.asking import Asking, TooMuch, selecting
from rasad_core.adapters.elasticsearch.loosening import candidates_of
from rasad_core.adapters.elasticsearch.query import Known, Query, Settled
from rasad_core.adapters.elasticsearch.scanning import view
from rasad_core.adapters.elasticsearch.verifying import Candidate, Verifier
from rasad_core.errors import Unavailable
from rasad_core.ports import SearchRequest
from rasad_core.query.ast import Node
from rasad_core.query.errors import Code, QueryRefused, refuse
from rasad_core.query.places import extent

# 10 to 20 MB of text, most often all there is; every page costs the server the query again.
_PAGE = 5_000
_KEPT = "1m"
_READ = ["title", "text", "lead", "language"]


def settled(asking: Asking, request: SearchRequest, hard: Sequence[Node]) -> Settled:
    """Find the articles that match each of the hard parts, as far as they decide the request.

    Raises `QueryRefused`: `too-broad`, with the place of the first of them, where there are more
    candidates than may be looked at.
    """
    assert request.query is not None
    refused: TooMuch | None = None
    for candidates in candidates_of(request.query, hard):
        query = selecting(replace(request, query=candidates.query))
        try:
            found = _verified(asking, query, hard)
        except TooMuch as error:
            refused = error
        else:
            return {
                node: Known(ids=ids, certain=candidates.certain.get(node))
                for node, ids in found.items()
            }
    assert refused is not None  # the last way is always tried
    raise refused


def _verified(asking: Asking, query: Query, hard: Sequence[Node]) -> Mapping[Node, Sequence[str]]:
    verifier = Verifier(hard)
    found: Mapping[Node, list[str]] = {node: [] for node in hard}
    for article_id, article in _candidates(asking, query, hard):
        for node, matches in zip(hard, verifier.matching(article), strict=True):
            if matches:
                found[node].append(article_id)
    return found


def _candidates(
    asking: Asking, query: Query, hard: Sequence[Node]
) -> Iterator[tuple[str, Candidate]]:
    with view(asking) as pit, ThreadPoolExecutor(max_workers=1) as reader:
        if pit is None:
            return
        body: dict[str, Any] = {
            "query": query,
            "size": _PAGE,
            "sort": ["_shard_doc"],
            "_source": _READ,
            "track_total_hits": asking.most_candidates + 1,
            "pit": {"id": pit, "keep_alive": _KEPT},
        }
        answer = asking.search(body)
        if answer["hits"]["total"]["value"] > asking.most_candidates:
            raise _too_broad(hard, asking.most_candidates)
        body["track_total_hits"] = False
        while len(hits := answer["hits"]["hits"]) == _PAGE:
            further = reader.submit(_page, asking, body | {"search_after": hits[-1]["sort"]})
            yield from map(_candidate, hits)
            answer = further.result()
        yield from map(_candidate, hits)


def _page(asking: Asking, body: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return asking.search(body)
    except NotFoundError as error:
        raise Unavailable("Elasticsearch dropped the view of a search; ask again") from error


def _candidate(hit: Mapping[str, Any]) -> tuple[str, Candidate]:
    return hit["_id"], msgspec.convert(hit["_source"], Candidate)


def _too_broad(hard: Sequence[Node], most: int) -> QueryRefused:
    start, end = extent(hard[0])
    message = (
        f"more than {most} articles have the words of this part, too many to look at"
        " each; narrow it, or ask for a shorter time"
    )
    return refuse(Code.TOO_BROAD, message, start, end, "narrow it with AND, or a period")
