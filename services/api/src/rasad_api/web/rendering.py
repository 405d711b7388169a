"""Templates to answers: escaped, with the strict policy that lets nothing foreign in."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from rasad_api.auth import Caller
from rasad_api.web.interface import LANGUAGES, THEMES, Interface, direction_of, interface_of

_FOLDER = Path(__file__).parent
ASSETS: Final = _FOLDER / "assets"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "vary": "Cookie, Accept-Language",
    "x-frame-options": "DENY",
}


def render(request: Request, template: str, view: object, *, status: int = 200) -> HTMLResponse:
    """Answer with a page; the template sees the view as `view` and the interface as `ui`."""
    ui = interface_of(request)
    caller = getattr(request.state, "caller", None)
    content = (
        _environment()
        .get_template(template)
        .render(
            view=view,
            ui=ui,
            path=request.url.path,
            address=f"{request.url.path}?{request.url.query}".rstrip("?"),
            caller=caller,
            may_write=may_write(caller),
        )
    )
    return HTMLResponse(content, status_code=status, headers={**_HEADERS, **_language(ui)})


def may_write(caller: Caller | None) -> bool:
    """Say whether forms that change something are of use to them."""
    return caller is not None and caller.role in {"analyst", "admin"}


def _language(ui: Interface) -> dict[str, str]:
    return {"content-language": ui.language}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=asset, direction_of=direction_of, languages=LANGUAGES, themes=THEMES)
    return made


@cache
def asset(name: str) -> str:
    """Give the address of an asset; it changes with the content, so browsers may keep it."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={digest}"
