"""The archive: search, counts by time, whole results, stories."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from msgspec.structs import replace
from starlette.responses import Response, StreamingResponse

from rasad_api.auth import Reader
from rasad_api.bodies import json_body
from rasad_api.cursors import DEFAULT_LIMIT, Cursor, Limit
from rasad_api.etags import conditional, tag_of
from rasad_api.openapi import answers, problem, takes
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import not_found
from rasad_api.responses import MsgspecResponse
from rasad_api.searches import (
    Asked,
    Filters,
    SearchAsked,
    SearchJson,
    next_cursor,
    request_of,
    search_json,
)
from rasad_core.events import ArticleEnriched, Frozen
from rasad_core.output import ArticleJson, article_json
from rasad_core.ports import Interval, WantedInterval
from rasad_core.spreadsheet import csv_lines

router = APIRouter(prefix="/v1", tags=["search"])
# Articles of an export written at once: a step of the thread pool for each would cost more.
_CHUNK = 100
SearchBody = Annotated[SearchAsked, Depends(json_body(SearchAsked))]


class BucketJson(Frozen, frozen=True, kw_only=True, rename={"start": "from"}):
    """How many articles were published from then to the next bucket."""

    start: datetime
    count: int


class HistogramJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """Articles found by time of publication."""

    interval: Interval
    buckets: tuple[BucketJson, ...]


class StoryJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A story and its articles, the oldest first; `story_id` is the one it goes by now."""

    story_id: str
    total: int
    articles: tuple[ArticleJson, ...]
    next_cursor: str | None


@router.get("/search", operation_id="search", responses=answers(SearchJson, 422, 503))
def search(request: Request, _: Reader, ports: PortsDep, asked: Asked) -> Response:
    """Find articles. `total` is exact; a bad query is 422 with the places of what is wrong."""
    found = _found(ports, asked)
    # How long it took says nothing about what was found.
    tag = tag_of(msgspec.json.encode(replace(found, took_ms=0.0)))
    return conditional(request, found, etag=tag)


@router.post(
    "/search",
    operation_id="searchByBody",
    responses=answers(SearchJson, 415, 422, 503),
    openapi_extra=takes(SearchAsked, example={"q": "ferry AND port", "sort": "newest"}),
)
def search_by_body(_: Reader, ports: PortsDep, asked: SearchBody) -> Response:
    """Find articles by a query too long for an address."""
    return MsgspecResponse(_found(ports, asked))


@router.get(
    "/search/histogram", operation_id="getHistogram", responses=answers(HistogramJson, 422, 503)
)
def histogram(
    request: Request,
    _: Reader,
    ports: PortsDep,
    filters: Filters,
    interval: Annotated[WantedInterval, Query(description="auto: at most 200 buckets")] = "auto",
    tz: Annotated[str, Query(description="Whose days: `Asia/Beirut`.", max_length=100)] = "UTC",
) -> Response:
    """Count a search's articles by time of publication."""
    asked = request_of(filters, ports.clock.now())
    counted = ports.index.histogram(asked, interval=interval, tz=tz)
    buckets = tuple(BucketJson(start=each.start, count=each.count) for each in counted.buckets)
    return conditional(request, HistogramJson(interval=counted.interval, buckets=buckets))


@router.get(
    "/export",
    operation_id="export",
    responses={
        200: {
            "description": "Every article, newest first, with its text.",
            "content": {"application/x-ndjson": {}, "text/csv": {}},
        },
        422: problem(422),
        503: problem(503),
    },
)
def export(
    _: Reader,
    ports: PortsDep,
    filters: Filters,
    form: Annotated[Literal["jsonl", "csv"], Query(alias="as")] = "jsonl",
) -> Response:
    """Give the whole result, streamed."""
    articles = _begun(ports.index.scan(request_of(filters, ports.clock.now())))
    if form == "csv":
        chunks, media_type = _joined(csv_lines(articles)), "text/csv; charset=utf-8"
    else:
        chunks, media_type = _joined(map(_json_line, articles)), "application/x-ndjson"
    headers = {"content-disposition": f'attachment; filename="rasad.{form}"'}
    return StreamingResponse(chunks, media_type=media_type, headers=headers)


@router.get("/stories/{story_id}", operation_id="getStory", responses=answers(StoryJson, 404))
def get_story(
    request: Request,
    _: Reader,
    ports: PortsDep,
    story_id: Annotated[str, Path(max_length=200)],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Give a story's articles, oldest first; a story that joined another answers as that one."""
    # A story is named after its first article, which knows where it belongs now.
    first = ports.index.get(story_id)
    surviving = story_id if first is None else first.story_id
    asked = SearchAsked(story=surviving, sort="oldest", limit=limit, cursor=cursor)
    wanted = request_of(asked, ports.clock.now())
    found = ports.index.search(wanted)
    if not found.total:
        raise not_found(f"story `{story_id}`")
    story = StoryJson(
        story_id=surviving,
        total=found.total,
        articles=tuple(article_json(hit.article, text=False) for hit in found.hits),
        next_cursor=next_cursor(wanted, found),
    )
    return conditional(request, story)


def _found(ports: Ports, asked: SearchAsked) -> SearchJson:
    started = time.perf_counter()
    request = request_of(asked, ports.clock.now())
    found = ports.index.search(request)
    took_ms = round((time.perf_counter() - started) * 1000, 1)
    return search_json(request, found, text=asked.include == "text", took_ms=took_ms)


def _begun(articles: Iterator[ArticleEnriched]) -> Iterator[ArticleEnriched]:
    """Read the first, so that what cannot be answered is a problem and no half answer."""
    return chain(list(islice(articles, 1)), articles)


def _json_line(article: ArticleEnriched) -> str:
    return msgspec.json.encode(article_json(article)).decode() + "\n"


def _joined(lines: Iterable[str]) -> Iterator[str]:
    left = iter(lines)
    while chunk := "".join(islice(left, _CHUNK)):
        yield chunk
