"""Who asks, and what they may: keys, roles, and the rules of an installation without keys."""

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from rasad_api.ports import Ports
from rasad_api.problems import Problem
from rasad_core.documents.alerts import DEFAULT_TEAM
from rasad_core.documents.keys import Key, Role, hash_of, key_id_of
from rasad_core.documents.table import Table
from rasad_core.events import Frozen
from rasad_core.kinds import KEYS

COOKIE: Final = "rasad_key"
OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/sign-in"})
# /docs/problems; feeds by their secret token; styles, scripts and fonts of the pages.
OPEN_PREFIXES = ("/docs/", "/feeds/", "/assets/")
# Of those, what is the same for everybody: who asks is not looked up, so that they answer while the
# store is away.
_SAME_FOR_ALL = OPEN_PATHS - {"/sign-in"}
_SAME_FOR_ALL_BELOW = ("/docs/", "/assets/")
# Methods that change nothing.
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_CHALLENGE = {"www-authenticate": 'Bearer realm="rasad"'}
# A year; the key behind it may end earlier.
_COOKIE_SECONDS = 31_536_000


class Caller(Frozen, frozen=True, kw_only=True):
    """Who asks. `key_id` is `admin` for RASAD_API_ADMIN_KEY and empty where no key is needed."""

    team_id: str
    role: Role
    key_id: str = ""


def admit(ports: Ports, request: Request) -> Caller | None:
    """Say who asks, None for a stranger on an open path; raises `Problem` for who may not.

    A write that no `Authorization` vouches for must come from a page of our own: a browser sends
    cookies, and reaches loopback, in the name of any page.
    """
    written = _bearer(request)
    key = written or request.cookies.get(COOKIE)
    if _needs_no_key(ports):
        _check_host(request)
        _check_origin(request, must_be_named=False)
        return Caller(team_id=DEFAULT_TEAM, role="admin")
    caller = None if key is None else caller_of(ports, key)
    if caller is None and not is_open(request.url.path):
        raise Problem(
            401, "unauthorized", "no key, or one that does not hold (any more)", headers=_CHALLENGE
        )
    if written is None:
        _check_origin(request, must_be_named=caller is not None)
    return caller


def caller_of(ports: Ports, key: str) -> Caller | None:
    """Say whose key it is, or None where it is nobody's or has expired.

    Raises `Unavailable` where the store is away, but for RASAD_API_ADMIN_KEY.
    """
    if ports.admin_key is not None and _same(hash_of(ports.admin_key), key):
        return Caller(team_id=DEFAULT_TEAM, role="admin", key_id="admin")
    key_id = key_id_of(key)
    # Read from the store every time, so that a key ends everywhere at once: 1.8 ms of a request
    # (median on Elasticsearch, 2 cores), where a search takes 10.
    table = Table(ports.store, KEYS, Key)
    held = None if key_id is None else ports.fuse.call(lambda: table.get(key_id))
    if held is None or not _same(held.value.key_hash, key):
        return None
    if held.value.expires_at is not None and held.value.expires_at <= ports.clock.now():
        return None
    return Caller(team_id=held.value.team_id, role=held.value.role, key_id=held.value.key_id)


def is_same_for_all(ports: Ports, path: str) -> bool:
    """Say whether a path may be answered without asking who it is, and so without the store."""
    may_need_no_key = ports.admin_key is None and ports.loopback
    same = path in _SAME_FOR_ALL or path.startswith(_SAME_FOR_ALL_BELOW)
    return same and not may_need_no_key


def still_holds(ports: Ports, request: Request, caller: Caller) -> bool:
    """Say whether who was let in would be let in now; raises `Unavailable`."""
    key = _bearer(request) or request.cookies.get(COOKIE)
    if not caller.key_id:
        return _needs_no_key(ports)
    return key is not None and caller_of(ports, key) == caller


def is_open(path: str) -> bool:
    """Say whether a path answers strangers."""
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIXES)


def set_cookie(request: Request, response: Response, key: str) -> None:
    """Sign a browser in."""
    response.set_cookie(
        COOKIE, key, max_age=_COOKIE_SECONDS, httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def drop_cookie(response: Response) -> None:
    """Sign a browser out."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


async def current_caller(request: Request) -> Caller:
    """Give who asks; `guard` has looked."""
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller):
        raise Problem(401, "unauthorized", "this needs a key", headers=_CHALLENGE)
    return caller


CallerDep = Annotated[Caller, Depends(current_caller)]


def require(caller: Caller, *roles: Role) -> None:
    """Raise `Problem` 403 unless the caller has one of the roles."""
    if caller.role not in roles:
        detail = f"this needs the role {' or '.join(roles)}; the key's is {caller.role}"
        raise Problem(403, "forbidden", detail)


def _with_role(*roles: Role) -> Callable[[CallerDep], Awaitable[Caller]]:
    async def check(caller: CallerDep) -> Caller:
        require(caller, *roles)
        return caller

    return check


Reader = CallerDep  # every role reads
Writer = Annotated[Caller, Depends(_with_role("analyst", "admin"))]
Admin = Annotated[Caller, Depends(_with_role("admin"))]
Operator = Annotated[Caller, Depends(_with_role("operator", "admin"))]


def _needs_no_key(ports: Ports) -> bool:
    if ports.admin_key is not None or not ports.loopback:
        return False
    return not ports.store.list(KEYS, limit=1)


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _same(key_hash: str, key: str) -> bool:
    return hmac.compare_digest(key_hash, hash_of(key))


def _check_host(request: Request) -> None:
    # A name that an attacker makes lead to 127.0.0.1 is his page's own origin (DNS rebinding).
    if not _LOCAL_HOST.fullmatch(request.headers.get("host", "")):
        raise Problem(421, "wrong-host", "without keys only localhost, 127.0.0.1, [::1] answer")


def _check_origin(request: Request, *, must_be_named: bool) -> None:
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin")
    own = site in {"none", "same-origin"}
    if origin is not None:
        own = own and urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    elif must_be_named:
        own = site == "same-origin"
    if not own:
        raise Problem(403, "foreign-origin", f"a page of another site ({origin}) may not do this")
