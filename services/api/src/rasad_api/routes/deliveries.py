"""Deliveries over HTTP: what each channel got, every attempt, and one more for the asking."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from rasad_api.auth import Reader, Writer
from rasad_api.cursors import DEFAULT_LIMIT, Cursor, Limit, read_cursor, write_cursor
from rasad_api.etags import conditional
from rasad_api.openapi import answers
from rasad_api.ports import PortsDep
from rasad_api.problems import not_found
from rasad_api.responses import MsgspecResponse
from rasad_core.documents.deliveries import (
    DeliveryJson,
    delivery_json,
    read_deliveries,
    resend,
)
from rasad_core.documents.matches import Delivery
from rasad_core.documents.table import Table
from rasad_core.events import Frozen
from rasad_core.kinds import DELIVERIES

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])
_KIND = "deliveries"


class DeliveryList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The team's deliveries, newest first."""

    deliveries: tuple[DeliveryJson, ...]
    next_cursor: str | None


@router.get("", operation_id="listDeliveries", responses=answers(DeliveryList, 422))
def list_deliveries(
    request: Request,
    caller: Reader,
    ports: PortsDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List what channels got, newest first, with every attempt."""
    after = read_cursor(_KIND, cursor)
    page = read_deliveries(ports.store, team_id=caller.team_id, after=after, limit=limit)
    listed = DeliveryList(
        deliveries=tuple(delivery_json(each) for each in page.deliveries),
        next_cursor=write_cursor(_KIND, page.next_after) if page.next_after else None,
    )
    return conditional(request, listed)


@router.post(
    "/{delivery_id}/resend",
    operation_id="resendDelivery",
    status_code=202,
    responses=answers(DeliveryJson, 403, 404, 503, status=202),
)
def resend_delivery(
    caller: Writer,
    ports: PortsDep,
    delivery_id: Annotated[str, Path(max_length=200, description="The delivery's id.")],
) -> Response:
    """Ask for one more attempt at once, with the id and body of those before."""
    held = Table(ports.store, DELIVERIES, Delivery).get(delivery_id)
    if held is None or held.value.team_id != caller.team_id:
        raise not_found(f"delivery `{delivery_id}`")
    asked = resend(ports.store, delivery_id, ports.clock.now())
    assert asked is not None  # nothing deletes deliveries
    return MsgspecResponse(delivery_json(asked), status_code=202)
