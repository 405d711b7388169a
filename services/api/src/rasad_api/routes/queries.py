"""Queries looked at without searching."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from rasad_api.auth import Reader
from rasad_api.bodies import json_body
from rasad_api.openapi import answers, takes
from rasad_api.responses import MsgspecResponse
from rasad_core.events import Frozen
from rasad_core.query.check import CheckReport, check
from rasad_core.query.vendors.dialect import Vendor
from rasad_core.query.vendors.translate import Translation, translate
from rasad_core.query.words import Language

router = APIRouter(prefix="/v1/queries", tags=["queries"])


class QueryIn(Frozen, frozen=True, kw_only=True):
    """A query as typed; `lang` is the language of its reading in words."""

    query: str
    lang: Language = "en"


class ForeignQueryIn(Frozen, frozen=True, kw_only=True, rename={"vendor": "from"}):
    """A query of another system, as typed there."""

    query: str
    vendor: Vendor


@router.post(
    "/check",
    operation_id="checkQuery",
    responses=answers(CheckReport, 415, 422),
    openapi_extra=takes(QueryIn, example={"query": "ferry AND (port OR harbour)"}),
)
def check_query(_: Reader, asked: Annotated[QueryIn, Depends(json_body(QueryIn))]) -> Response:
    """Say how a query is read, or what is wrong with it and where; both are 200."""
    return MsgspecResponse(check(asked.query, asked.lang))


@router.post(
    "/translate",
    operation_id="translateQuery",
    responses=answers(Translation, 415, 422),
    openapi_extra=takes(
        ForeignQueryIn, example={"query": "ferry w/5 (port OR harbour)", "from": "lexisnexis"}
    ),
)
def translate_query(
    _: Reader, asked: Annotated[ForeignQueryIn, Depends(json_body(ForeignQueryIn))]
) -> Response:
    """Bring over a query of another system, and list what differs or is lost.

    `query` is empty where nothing could be carried over; that is 200 as well.
    """
    return MsgspecResponse(translate(asked.query, asked.vendor))
