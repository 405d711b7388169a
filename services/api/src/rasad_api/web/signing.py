"""`/sign-in`, `/sign-out`, `/settings`: cookies, and the way back."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from rasad_api.auth import caller_of, drop_cookie, set_cookie
from rasad_api.ports import PortsDep
from rasad_api.web.forms import Posted, text_of
from rasad_api.web.interface import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    SHORTCUTS_COOKIE,
    THEME_COOKIE,
    THEMES,
)
from rasad_api.web.rendering import render
from rasad_core.events import Frozen

router = APIRouter(include_in_schema=False)
_YEAR_SECONDS: Final = 31_536_000


class SignInView(Frozen, frozen=True, kw_only=True):
    """The page; `refused` after a key that does not hold."""

    next_way: str
    refused: bool = False


class SettingsView(Frozen, frozen=True, kw_only=True):
    """The page; `next_way` is where the person came from."""

    next_way: str


@router.get("/sign-in")
def sign_in(request: Request) -> Response:
    """Ask for a key."""
    view = SignInView(next_way=safe_way(request.query_params.get("next", ""), "/search"))
    return render(request, "sign_in.html", view)


@router.post("/sign-in")
def take_key(request: Request, ports: PortsDep, posted: Posted) -> Response:
    """Take a key that holds, and go where the person wanted to."""
    key = text_of(posted, "key").strip()
    way = safe_way(text_of(posted, "next"), "/search")
    if caller_of(ports, key) is None:
        return render(request, "sign_in.html", SignInView(next_way=way, refused=True), status=403)
    response = RedirectResponse(way, status_code=303)
    set_cookie(request, response, key)
    return response


@router.post("/sign-out")
def sign_out() -> Response:
    """Forget the key."""
    response = RedirectResponse("/sign-in", status_code=303)
    drop_cookie(response)
    return response


@router.get("/settings")
def settings(request: Request) -> Response:
    """Offer language, theme and shortcuts."""
    view = SettingsView(next_way=safe_way(request.query_params.get("next", ""), "/search"))
    return render(request, "settings.html", view)


@router.post("/settings")
def keep_settings(request: Request, posted: Posted) -> Response:
    """Keep them in cookies; `auto` forgets one."""
    response = RedirectResponse(safe_way(text_of(posted, "next"), "/search"), status_code=303)
    wanted = (
        (LANGUAGE_COOKIE, text_of(posted, "language"), LANGUAGES),
        (THEME_COOKIE, text_of(posted, "theme"), THEMES[1:]),
        (SHORTCUTS_COOKIE, "" if text_of(posted, "shortcuts") else "off", ("off",)),
    )
    for name, value, allowed in wanted:
        if value in allowed:
            response.set_cookie(
                name, value, max_age=_YEAR_SECONDS, samesite="lax",
                secure=request.url.scheme == "https",
            )  # fmt: skip
        else:
            response.delete_cookie(name)
    return response


def safe_way(way: str, otherwise: str) -> str:
    """Give a way within these pages; browsers read `//` and a backslash as another site."""
    inside = way.startswith("/") and not way.startswith("//")
    return way if inside and "\\" not in way and way.isprintable() else otherwise
