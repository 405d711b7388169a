"""Keys: made, listed, revoked. A user is a named key."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from rasad_api.auth import Admin, Caller
from rasad_api.bodies import json_body
from rasad_api.cursors import DEFAULT_LIMIT, Cursor, Limit, read_cursor, write_cursor
from rasad_api.etags import check_if_match, conditional, version_tag
from rasad_api.openapi import answers, nothing, takes
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import Problem, bad_field, not_found
from rasad_api.responses import MsgspecResponse
from rasad_core.documents.alerts import DEFAULT_TEAM
from rasad_core.documents.keys import Key, Role, hash_of, new_key
from rasad_core.documents.table import Held, Table
from rasad_core.events import Frozen, Instant
from rasad_core.kinds import KEYS

router = APIRouter(prefix="/v1/keys", tags=["keys"])
_KIND = "keys"
# It stands in keys of the store, between slashes.
_TEAM = r"^\w[\w .-]{0,63}$"


class NewKey(Frozen, frozen=True, kw_only=True):
    """A key to make; a team that is new is made with it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    team_id: Annotated[str, msgspec.Meta(pattern=_TEAM)] | None = None
    role: Role = "viewer"
    expires_at: Instant | None = None


class KeyJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A key as others see it; `key` itself is shown once, to who made it."""

    key_id: str
    name: str
    team_id: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    key: str | msgspec.UnsetType = msgspec.UNSET


class KeyList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """Keys in the order of their ids."""

    keys: tuple[KeyJson, ...]
    next_cursor: str | None


@router.post(
    "",
    operation_id="createKey",
    status_code=201,
    responses=answers(KeyJson, 403, 415, 422, status=201),
    openapi_extra=takes(NewKey, example={"name": "Layla", "team_id": "desk", "role": "analyst"}),
)
def create_key(
    caller: Admin, ports: PortsDep, asked: Annotated[NewKey, Depends(json_body(NewKey))]
) -> Response:
    """Make a key. The first one ends the time in which this program needs none."""
    now = ports.clock.now()
    team_id = asked.team_id or caller.team_id
    if not _manages(caller, team_id):
        raise Problem(403, "forbidden", f"only admins of team `{DEFAULT_TEAM}` make other teams")
    if asked.expires_at is not None and asked.expires_at <= now:
        raise bad_field("/expires_at", "`expires_at` is past")
    key_id, key = new_key()
    held = Key(
        key_id=key_id,
        name=asked.name,
        team_id=team_id,
        role=asked.role,
        key_hash=hash_of(key),
        created_at=now,
        expires_at=asked.expires_at,
    )
    _table(ports).create(key_id, held, team_id=team_id)
    headers = {"location": f"/v1/keys/{key_id}", "cache-control": "no-store"}
    return MsgspecResponse(_json(held, key), status_code=201, headers=headers)


@router.get("", operation_id="listKeys", responses=answers(KeyList, 403, 422))
def list_keys(
    request: Request,
    caller: Admin,
    ports: PortsDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List the team's keys; an admin of the default team sees every team's."""
    team_id = None if caller.team_id == DEFAULT_TEAM else caller.team_id
    after = read_cursor(_KIND, cursor)
    found = _table(ports).page(team_id=team_id, after=after, limit=limit + 1)
    more = len(found) > limit
    page = found[:limit]
    listed = KeyList(
        keys=tuple(_json(each.value) for each in page),
        next_cursor=write_cursor(_KIND, page[-1].key) if more else None,
    )
    return conditional(request, listed)


@router.get("/{key_id}", operation_id="getKey", responses=answers(KeyJson, 403, 404))
def get_key(request: Request, caller: Admin, ports: PortsDep, key_id: str) -> Response:
    """Give one key, without the key itself."""
    held = _held(ports, caller, key_id)
    return conditional(request, _json(held.value), etag=version_tag(held.version))


@router.delete(
    "/{key_id}",
    operation_id="revokeKey",
    status_code=204,
    responses=nothing(403, 404, 412, 428),
)
def revoke_key(request: Request, caller: Admin, ports: PortsDep, key_id: str) -> Response:
    """Revoke a key at once and for good."""
    held = _held(ports, caller, key_id)
    check_if_match(request, version_tag(held.version))
    _table(ports).delete(key_id)
    return Response(status_code=204)


def _manages(caller: Caller, team_id: str) -> bool:
    # RASAD_API_ADMIN_KEY and the time without keys belong to the default team.
    return caller.team_id in {team_id, DEFAULT_TEAM}


def _held(ports: Ports, caller: Caller, key_id: str) -> Held[Key]:
    held = _table(ports).get(key_id)
    if held is None or not _manages(caller, held.value.team_id):
        raise not_found(f"key `{key_id}`")
    return held


def _table(ports: Ports) -> Table[Key]:
    return Table(ports.store, KEYS, Key)


def _json(held: Key, key: str | msgspec.UnsetType = msgspec.UNSET) -> KeyJson:
    return KeyJson(
        key_id=held.key_id,
        name=held.name,
        team_id=held.team_id,
        role=held.role,
        created_at=held.created_at,
        expires_at=held.expires_at,
        key=key,
    )
