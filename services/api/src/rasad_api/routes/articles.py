"""Articles: pushed in, looked at, and what became of a pushed one."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from rasad_api import pushes
from rasad_api.auth import CallerDep, Reader, Writer, require
from rasad_api.bodies import RawBody, media_type
from rasad_api.etags import check_if_match, conditional, tag_of
from rasad_api.openapi import answers, nothing, schema_of
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem, ProblemError, bad_field, not_found
from rasad_api.publishing import publish, publish_waiting
from rasad_api.pushes import Declined, Taken
from rasad_api.responses import MsgspecResponse
from rasad_core import codec
from rasad_core.documents.keys import Role
from rasad_core.documents.outcomes import Became, PushOutcome, outcome_key, push_trace_id
from rasad_core.errors import Reason
from rasad_core.events import ArticleEnriched, ArticleWithdrawn, Frozen, Json, Origin
from rasad_core.intake.publish import to_message
from rasad_core.kinds import OUTCOMES, REVISIONS, revision_key
from rasad_core.output import ArticleJson, article_json
from rasad_core.ports import Outgoing
from rasad_core.topics import ANALYSED
from rasad_core.when import read_when

router = APIRouter(prefix="/v1/articles", tags=["articles"])
ArticleId = Annotated[str, Path(max_length=200, description="The article's id.")]
_outcomes = msgspec.json.Decoder(PushOutcome)


class ArticleIn(Frozen, frozen=True, kw_only=True):
    """One of `title`, `text`, `html`, `url` must be there; unknown fields are kept in `extra`."""

    url: str | None = None
    title: str | None = None
    text: str | None = None
    html: str | None = None
    published: str | None = None
    source: str | None = None
    language: str | None = None
    author: str | None = None
    country: str | None = None
    section: str | None = None
    tags: tuple[str, ...] | str | None = None
    extra: dict[str, Json] | None = None


class AcceptedItem(Frozen, frozen=True, kw_only=True):
    """A pushed article that is durable in the log; ask for its outcome by id and time."""

    index: int
    article_id: str
    fetched_at: datetime
    trace_id: str


class PushAnswer(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What was taken and what was not, each at its place in the body."""

    accepted: tuple[AcceptedItem, ...]
    refused: tuple[Declined, ...] = ()


class OutcomeJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What became of a pushed article; `pending` while it is on its way, or was never pushed."""

    article_id: str
    fetched_at: datetime | None
    outcome: Became | Literal["pending"]
    reason: Reason | None = None
    message: str | None = None


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            pushes.JSON: {"schema": schema_of(ArticleIn | tuple[ArticleIn, ...])},
            pushes.LINES: {"schema": {"type": "string"}},
            pushes.FETCHED: {"schema": {"type": "string"}},
        },
    }
}


@router.post(
    "",
    operation_id="pushArticles",
    status_code=202,
    responses=answers(PushAnswer, 413, 415, 422, 503, status=202),
    openapi_extra=_BODY,
)
async def push_articles(
    request: Request,
    caller: CallerDep,
    ports: PortsDep,
    body: RawBody,
    origin: Annotated[
        Literal["live", "backfill"], Query(description="What is backfill never notifies.")
    ] = "live",
) -> Response:
    """Take articles in: one object, an array, or NDJSON; answers once they are in the log.

    The good ones of a batch are kept; 422 only when all are refused.
    """
    kind, charset = media_type(request)
    writers: tuple[Role, ...] = ("operator" if kind == pushes.FETCHED else "analyst", "admin")
    require(caller, *writers)
    taken, refused = await run_in_threadpool(_read, ports, body, (kind, charset), origin)
    await publish_waiting(ports, [to_message(each.article) for each in taken])
    answer = PushAnswer(accepted=tuple(map(_accepted, taken)), refused=refused)
    return MsgspecResponse(answer, status_code=202)


@router.get("/{article_id}", operation_id="getArticle", responses=answers(ArticleJson, 404))
def get_article(
    request: Request,
    _: Reader,
    ports: PortsDep,
    article_id: ArticleId,
    revision: Annotated[
        int | None, Query(ge=1, le=99_999_999, description="An earlier one.")
    ] = None,
) -> Response:
    """Give an article with its text: the newest kept revision, or the one asked for."""
    current = ports.index.get(article_id)
    found = _revision(ports, current, revision) if current else None
    if found is None:
        raise not_found(
            f"article `{article_id}`" + (f" at revision {revision}" if revision else "")
        )
    return conditional(request, article_json(found))


@router.delete(
    "/{article_id}",
    operation_id="deleteArticle",
    status_code=204,
    responses=nothing(403, 404, 412, 503),
)
def delete_article(request: Request, _: Writer, ports: PortsDep, article_id: ArticleId) -> Response:
    """Delete an article for good: it stays gone through replay, rebuild, and a new fetch.

    Articles belong to nobody, so `If-Match` may be left out.
    """
    held = ports.index.get(article_id)
    if held is None:
        raise not_found(f"article `{article_id}`")
    if "if-match" in request.headers:
        check_if_match(request, tag_of(msgspec.json.encode(article_json(held))))
    event = ArticleWithdrawn(article_id=article_id, trace_id=f"withdraw-{uuid.uuid4().hex}")
    value = codec.encode(event)
    headers = {"trace_id": event.trace_id}
    asked = Outgoing(topic=ANALYSED, key=article_id, value=value, headers=headers)
    publish(ports, [asked])
    return Response(status_code=204)


@router.get("/{article_id}/outcome", operation_id="getOutcome", responses=answers(OutcomeJson))
def get_outcome(
    request: Request,
    _: Reader,
    ports: PortsDep,
    article_id: ArticleId,
    fetched_at: Annotated[str | None, Query(description="As the push answered.")] = None,
    trace_id: Annotated[
        str | None, Query(max_length=200, description="Instead: as the push answered.")
    ] = None,
) -> Response:
    """Tell what became of a pushed article."""
    at = None if fetched_at is None else _time(fetched_at, ports)
    if at is not None:
        trace_id = trace_id or push_trace_id(article_id, at)
    if not trace_id:
        raise bad_field("/fetched_at", "`fetched_at` must be there, as the push answered")
    held = ports.store.get(OUTCOMES, outcome_key(article_id, trace_id))
    told = OutcomeJson(article_id=article_id, fetched_at=at, outcome="pending")
    if held is not None:
        end = _outcomes.decode(held.value)
        told = replace(told, outcome=end.outcome, reason=end.reason, message=end.message)
    return conditional(request, told)


def _read(
    ports: Ports, body: bytes, kind: tuple[str, str | None], origin: Origin
) -> tuple[Sequence[Taken], tuple[Declined, ...]]:
    items = pushes.read_push(body, *kind, origin=origin, now=ports.clock.now())
    refused = tuple(each for each in items if isinstance(each, Declined))
    taken = [each for each in items if isinstance(each, Taken)]
    if not taken:
        raise _all_refused(refused)
    return pushes.named(taken, ports.store), refused


def _time(written: str, ports: Ports) -> datetime:
    try:
        return read_when(written, ports.clock.now())
    except ValueError as error:
        raise bad_field("/fetched_at", str(error)) from None


def _accepted(taken: Taken) -> AcceptedItem:
    article = taken.article
    return AcceptedItem(
        index=taken.index,
        article_id=article.article_id,
        fetched_at=article.fetched_at,
        trace_id=article.trace_id,
    )


def _all_refused(refused: Sequence[Declined]) -> Problem:
    errors = [
        ProblemError(pointer=f"/{each.index}", code=each.code.value, detail=each.detail)
        for each in refused
    ]
    return Problem(422, "unprocessable", "every item was refused", errors=errors)


def _revision(
    ports: Ports, current: ArticleEnriched, revision: int | None
) -> ArticleEnriched | None:
    if revision in {None, current.revision}:
        return current
    held = ports.store.get(REVISIONS, revision_key(current.article_id, revision or 0))
    if held is None:
        return None
    # Stories merge: an article is in one story, whatever it was when this revision was written.
    return replace(codec.decode(held.value, ArticleEnriched), story_id=current.story_id)
