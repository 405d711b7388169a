"""Parts of a query that the server cannot say: candidates for them are read and verified here."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from elasticsearch import NotFoundError
from msgspec.structs import replace

from rasad_core.adapters.elasticsearch.asking import Asking, TooMuch, selecting
from rasad_core.adapters.elasticsearch.loosening import candidates_of
from rasad_core.adapters.elasticsearch.query import Query, Settled
from rasad_core.adapters.elasticsearch.scanning import view
from rasad_core.adapters.elasticsearch.verifying import Candidate, Verifier
from rasad_core.errors import Unavailable
from rasad_core.ports import SearchRequest
from rasad_core.query.ast import Node
from rasad_core.query.errors import Code, refuse
from rasad_core.query.places import extent

MOST_CANDIDATES = 50_000
# 2 to 4 MB of text; the next page is read while one is verified.
_PAGE = 1_000
_KEPT = "1m"
_READ = ["title", "text", "lead", "language"]


def settled(asking: Asking, request: SearchRequest, hard: Sequence[Node]) -> Settled:
    """Find the articles that match each of the hard parts, as far as they decide the request.

    Raises `QueryRefused`: `too-broad` with the place of the first where there are more than
    `MOST_CANDIDATES` to look at.
    """
    assert request.query is not None
    refused: TooMuch | None = None
    for query in candidates_of(request.query, hard):
        try:
            return _verified(asking, selecting(replace(request, query=query)), hard)
        except TooMuch as error:
            refused = error
    assert refused is not None  # the last way is always tried
    raise refused


def _verified(asking: Asking, query: Query, hard: Sequence[Node]) -> Settled:
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
            "track_total_hits": MOST_CANDIDATES + 1,
            "pit": {"id": pit, "keep_alive": _KEPT},
        }
        answer = asking.search(body)
        if answer["hits"]["total"]["value"] > MOST_CANDIDATES:
            raise _too_broad(hard)
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


def _too_broad(hard: Sequence[Node]) -> Exception:
    start, end = extent(hard[0])
    message = (
        f"more than {MOST_CANDIDATES} articles have the words of this part, too many to look at"
        " each; narrow it, or ask for a shorter time"
    )
    return refuse(Code.TOO_BROAD, message, start, end, "narrow it with AND, or a period")
