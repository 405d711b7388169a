"""Feeds over HTTP: open to whoever has the secret address."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from rasad_api.etags import holds, tag_of
from rasad_api.feeds import atom_feed
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import not_found
from rasad_core.documents.alerts import Alert
from rasad_core.documents.match_view import read_matches
from rasad_core.documents.table import Table
from rasad_core.kinds import ALERTS

router = APIRouter(prefix="/feeds", tags=["feeds"])
_MEDIA_TYPE = "application/atom+xml"
_SHOWN = 50


@router.get(
    "/{token}.atom",
    operation_id="getFeed",
    responses={200: {"description": "Atom 1.0.", "content": {_MEDIA_TYPE: {}}}},
)
def get_feed(
    request: Request,
    ports: PortsDep,
    token: Annotated[str, Path(max_length=200, description="From the alert's `feed_url`.")],
) -> Response:
    """Give what an alert found, newest first, to whoever has its secret address."""
    alert = _alert(ports, token)
    found = read_matches(ports.store, alert_id=alert.alert_id, limit=_SHOWN)
    address = f"{str(request.base_url).rstrip('/')}/feeds/{token}.atom"
    content = atom_feed(alert, found.matches, address)
    tag = tag_of(content)
    if holds(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"etag": tag})
    return Response(content, media_type=f"{_MEDIA_TYPE}; charset=utf-8", headers={"etag": tag})


def _alert(ports: Ports, token: str) -> Alert:
    alert_id, _, secret = token.partition(".")
    held = Table(ports.store, ALERTS, Alert).get(alert_id)
    # Compared even where there is no alert, so that time tells nobody which ids exist.
    known = held.value.feed_token if held is not None else ""
    same = hmac.compare_digest(known.encode(), secret.encode())
    if held is None or not known or not same or held.value.state == "deleted":
        raise not_found("this feed")
    return held.value
